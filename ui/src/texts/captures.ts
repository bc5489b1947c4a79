//! The texts of captures: the screens', and a word for every code that a capture's verdicts may hold.

import type { IconName } from '../design/icons';
import type { CaptureKind, Decision, KeptCapture, Timestamp } from '../engine/contract';
import { bytes, capital, count, day, duration, list, LOCALE, measure, number, percent, time, when } from './format';

/** A capture as a noun, and its picture. */
export const captureKinds: Record<CaptureKind, { noun: string; icon: IconName }> = {
  photo: { noun: 'photo', icon: 'camera' },
  sound: { noun: 'sound', icon: 'microphone' },
  text: { noun: 'words', icon: 'pencil' },
  motion: { noun: 'motion', icon: 'wave' },
  heart: { noun: 'heart signal', icon: 'heartbeat' },
  place: { noun: 'places', icon: 'place' },
};

/** What is to be done with a capture, at a glance and in a sentence. */
export const decisions: Record<Decision, { short: string; title: string; tone: 'here' | 'plain' | 'alert' }> = {
  accept: { short: 'good as it is', title: 'Good as it is', tone: 'here' },
  redact: { short: 'good without what is marked', title: 'Good, without what is marked', tone: 'here' },
  retry: { short: 'for you alone', title: 'Better taken again', tone: 'plain' },
  reject: { short: 'for you alone', title: 'This cannot be shared', tone: 'plain' },
};

/** What a mark says stands there: one of it, and several. What a model names by itself is said as it is. */
export const marks: Record<string, { one: string; other: string }> = {
  // Words, positions and numbers in a text.
  e_mail: { one: 'e-mail address', other: 'e-mail addresses' },
  telephone: { one: 'phone number', other: 'phone numbers' },
  bank_account: { one: 'bank account', other: 'bank accounts' },
  card: { one: 'card number', other: 'card numbers' },
  internet_address: { one: 'internet address', other: 'internet addresses' },
  device_address: { one: 'address of a device', other: 'addresses of devices' },
  address: { one: 'address', other: 'addresses' },
  name: { one: 'name', other: 'names' },
  handle: { one: 'user name', other: 'user names' },
  link: { one: 'link to a person', other: 'links to persons' },
  birth_date: { one: 'date of birth', other: 'dates of birth' },
  position: { one: 'position', other: 'positions' },
  identity_number: { one: 'identity number', other: 'identity numbers' },
  social_security_number: { one: 'social security number', other: 'social security numbers' },
  secret: { one: 'password or PIN', other: 'passwords or PINs' },
  // Boxes on a photo.
  face: { one: 'face', other: 'faces' },
  // Stretches of a recording.
  speech: { one: 'stretch of speech', other: 'stretches of speech' },
  clipped: { one: 'clipped stretch', other: 'clipped stretches' },
  captured_before: { one: 'captured before', other: 'captured before' },
  gap: { one: 'gap', other: 'gaps' },
  missing: { one: 'nothing recorded', other: 'stretches with nothing recorded' },
  flat: { one: 'flat line', other: 'flat lines' },
  no_beats: { one: 'no beats to be seen', other: 'stretches without beats' },
  mains_hum: { one: 'hum of the mains', other: 'stretches of hum of the mains' },
  noise: { one: 'noise', other: 'stretches of noise' },
  ectopic: { one: 'beats out of turn', other: 'stretches of beats out of turn' },
  steps: { one: 'steps', other: 'stretches of steps' },
  change: { one: 'a change from one motion to another', other: 'changes from one motion to another' },
  home: { one: 'near home', other: 'stretches near home' },
  work: { one: 'near work', other: 'stretches near work' },
  end: { one: 'near its beginning or end', other: 'stretches near its beginning or end' },
  private: { one: 'private places', other: 'stretches at private places' },
  no_position: { one: 'no position', other: 'stretches without a position' },
  teleport: { one: 'a jump that nobody can make', other: 'jumps that nobody can make' },
  mock: { one: 'positions that an app made up', other: 'stretches that an app made up' },
  future: { one: 'later than now', other: 'stretches later than now' },
  walks_in_place: { one: 'steps, yet the place stays the same', other: 'stretches of steps without a change of place' },
  moves_at_rest: { one: 'the place changes, yet nothing moves', other: 'stretches of travel without motion' },
};

/** A code in words, where no better ones are known: `one_letter` as "one letter". */
function plainly(code: string): string {
  return code.replaceAll('_', ' ');
}

/** A language by its code (BCP 47 or ISO 639-3): `deu` as "German". */
function language(code: string): string {
  try {
    return new Intl.DisplayNames(LOCALE, { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** What a mark says stands there. */
export function mark(what: string, n = 1): string {
  const known = Object.hasOwn(marks, what) ? marks[what] : undefined;
  if (known === undefined) return plainly(what);
  return n === 1 ? known.one : known.other;
}

/** How much of what was measured, with its unit and what it should be. */
export function measured(value: number, unit: string, least?: number, most?: number): string {
  const of = (n: number) => (Number.isInteger(n) ? number(n).replace('-', '\u2212') : measure(n));
  const share = unit === '%' ? '\u00a0%' : unit === '1' || unit === '' ? '' : `\u00a0${unit.replaceAll(/[{}]/g, '')}`;
  const bounds = [
    ...(least === undefined ? [] : [`at least ${of(least)}${share}`]),
    ...(most === undefined ? [] : [`at most ${of(most)}${share}`]),
  ];
  return bounds.length === 0 ? `${of(value)}${share}` : `${of(value)}${share}, should be ${list(bounds)}`;
}

/** A moment of a recording: "0:07". */
export function moment(milliseconds: number, round: (seconds: number) => number = Math.floor): string {
  const seconds = Math.max(0, round(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The texts of the screens. */
export const captures = {
  title: 'Captures',
  lead: 'Judged on this device, kept on this device.',
  entry: 'Take a capture',
  entryMore: 'A photo, a sound or some words. It is judged here, and stays here.',
  chooseTitle: 'What would you like to take?',

  ways: {
    photo: { name: 'Photo', more: 'with the camera' },
    sound: { name: 'Sound', more: 'around you' },
    words: { name: 'Words', more: 'written by you' },
    file: { name: 'File', more: 'that you have' },
  },

  kept: 'Kept here',
  none: 'Nothing kept yet',
  noneYet: 'Nothing is kept yet.',
  noneMore: 'Take a photo, a sound or some words. You see what Earnest makes of it before you decide to keep it.',
  row: ({ kind, kept_at, decision, size, shared_size }: KeptCapture, now: Timestamp) =>
    `${capital(captureKinds[kind].noun)}, kept ${when(kept_at, now)}, ${decisions[decision].short}. ${bytes(size)} here, ${
      shared_size === null ? 'none of it can leave' : `${bytes(shared_size)} could leave`
    }`,
  line: 'nothing leaves by keeping it',
  wouldLeave: 'could leave, once you allow it',

  photo: {
    title: 'A photo',
    lead: 'Look for light, hold still, come close. Earnest covers the faces that it finds, and shows you before anything could leave.',
    open: 'Open the camera',
    asks: 'Your system asks you first. The camera is off again as soon as you leave this page.',
    opening: 'Waiting for the camera',
    live: 'What the camera sees',
    shutter: 'Take the photo',
    other: 'Other camera',
    pick: 'Choose a photo',
    drop: 'or drop a photo here',
  },

  sound: {
    title: 'A sound',
    lead: 'Ten seconds or more of what is around you.',
    start: 'Start recording',
    asks: 'Your system asks you first. The microphone is off again as soon as you stop.',
    opening: 'Waiting for the microphone',
    recording: 'Recording',
    level: 'How loud it is',
    stop: 'Stop and check',
    longest: (seconds: number) => `It stops by itself after ${duration(seconds)}.`,
    speech: 'If somebody speaks',
    speechMore: 'Your recording itself stays here as it is, whatever you choose.',
    speeches: {
      unwanted: { name: 'Take speech out', more: 'Speech that Earnest hears is left out of what could leave.' },
      welcome: { name: 'Speech may stay', more: 'What is said could leave with the rest.' },
      wanted: { name: 'I speak on purpose', more: 'My voice is what this recording is for.' },
    },
    unheard:
      'Nothing was heard. Let it record for a few seconds; if it stays at 0:00, this window gives Earnest no sound: choose a recording instead.',
    pick: 'Choose a recording',
    drop: 'or drop a recording here',
  },

  words: {
    title: 'Some words',
    lead: 'In any language. Earnest looks for what names somebody, and can miss some: read it yourself before anything leaves.',
    label: 'Your words',
    askMe: 'Ask me something',
    another: 'Another question',
    noQuestion: 'No question',
    questions: [
      'What did you hear on your way today?',
      'Which place near you has changed lately, and how?',
      'What would you tell somebody who is new in your street?',
      'What did you fix, cook or grow this week, and how did you do it?',
      'Where is it quiet where you live, and when?',
    ],
    count: (words: number, characters: number) =>
      `${count(words, { one: 'word', other: 'words' })}, ${count(characters, { one: 'character', other: 'characters' })}`,
    check: 'Check it',
    empty: 'Write something first.',
  },

  file: {
    title: 'A file',
    lead: 'A photo, a recording, a text, or an export of another app. Earnest tells by itself what it is.',
    pick: 'Choose a file',
    drop: 'or drop it here',
    dropNow: 'Let go to check it',
  },

  tooLarge: (size: number, most: number) =>
    `This is ${bytes(size)}; the most that Earnest takes is ${bytes(most)}. Nothing of it was read.`,

  camera: {
    missing: 'This window cannot use a camera itself. Choose a photo instead; on a phone that opens the camera, too.',
    refused:
      'The camera was not allowed, and that is fine. Choose a photo instead, or allow it in your system’s settings.',
    none: 'No camera was found. Choose a photo instead.',
    taken: 'Another app is using the camera. Close it and try again, or choose a photo.',
    failed: 'The camera did not open. Try again, or choose a photo.',
  },
  microphone: {
    missing: 'This window cannot use a microphone itself. Record it with another app, and choose the recording here.',
    refused:
      'The microphone was not allowed, and that is fine. Choose a recording instead, or allow it in your system’s settings.',
    none: 'No microphone was found. Choose a recording instead.',
    taken: 'Another app is using the microphone. Close it and try again, or choose a recording.',
    failed: 'The microphone did not open. Try again, or choose a recording.',
  },

  checking: {
    title: 'Looking at it',
    lead: 'On this device. Nothing is sent.',
    reading: 'Reading it',
    step: (done: number, all: number) => `Check ${number(done + 1)} of ${number(all)}`,
    cancel: 'Cancel',
    cancelled: 'Cancelled. Nothing of it was kept.',
    notAnswered:
      'It was let go of here, but Earnest’s engine did not answer. It forgets it by itself within half an hour.',
  },

  failed: {
    title: 'This could not be checked',
    again: 'Try again',
    still: 'What you took is still on this page. Nothing of it was kept or sent.',
  },

  judged: {
    lead: {
      accept: 'Earnest found nothing to take out. It can miss something: look for yourself.',
      redact: 'What is marked stays here, whatever you allow. Earnest can miss something: look for yourself.',
      retry: 'As it is, nothing of it can leave.',
      reject: 'Nothing of it can leave, whatever you allow.',
    },
    original: 'As you took it',
    originalStays: 'stays here',
    shared: 'Exactly this',
    sharedCould: 'could leave',
    sharedNone: 'Nothing of it can leave',
    sharedNoneMore: 'You can keep it for yourself all the same.',
    sharedByGrant: 'No file of it leaves',
    sharedByGrantMore: 'Only readings of it could, as a permission of yours says.',
    size: (n: number) => capital(bytes(n)),
    verdicts: 'What Earnest sees in it',
    marked: 'Marked',
    legend: (n: number, what: string) => `${number(n)} ${what}`,
    hearFrom: (from: number, to: number, what: string) =>
      `${capital(what)}, ${moment(from)} to ${moment(to, Math.ceil)}: hear it`,
    stretch: (from: number, to: number) => `${moment(from)} to ${moment(to, Math.ceil)}`,
    photoAlt: 'The photo as you took it',
    photoMarkedAlt: (marks: readonly string[]) => `The photo as you took it, marked: ${list(marks)}`,
    sharedPhotoAlt: 'The photo as it could leave',
    soundLabel: 'The sound as you took it',
    sharedSoundLabel: 'The sound as it could leave',
    notShown: 'This page cannot show files of this kind. The checks read it all the same.',
    cellsLabel: 'The rows that could leave',
    cells: (n: number) => count(n, { one: 'row', other: 'rows' }),
    moreStretches: (n: number) => `and ${count(n, { one: 'more', other: 'more' })}`,
    moreCells: (n: number) => `and ${count(n, { one: 'row', other: 'rows' })} more`,
    out: 'taken out',
    keeping:
      'Keeping it sends nothing. It lies in your vault, encrypted, and only a permission that you give lets it leave.',
    name: 'What to call it',
    nameWrong: 'A name has 1 to 60 characters.',
    keep: 'Keep it',
    keepAlone: 'Keep it for me alone',
    retake: { photo: 'Take it again', sound: 'Record it again', words: 'Change the words', file: 'Choose another' },
    discard: 'Discard it',
    discarded: 'Discarded. Nothing of it was kept.',
    discardedAgain: 'Discarded. What you kept of it before stays.',
    keptAs: (name: string) => `You kept this before, as “${name}”. Keeping it now replaces that.`,
    keptToast: 'Kept on this device. Nothing left.',
  },

  why: {
    score: (permille: number) => `How sure, or how well it did: ${percent(permille)}.`,
    label: (check: string, label: string) =>
      `It is taken for: ${check === 'text-language' ? language(label) : plainly(label)}.`,
    like: (name: string) => `Like “${name}”, which you kept`,
    likeDeleted: 'Like one that you deleted since.',
    likeUnknown: 'Like an earlier one of yours.',
    check: (check: string, version: number) => `Check ${check}, version ${number(version)}.`,
    model: (model: string) => `Model ${model.slice(0, 8)}.`,
    measure: (what: string) => capital(plainly(what)),
  },

  one: {
    keptAt: (kind: CaptureKind, at: Timestamp, now: Timestamp) =>
      `${capital(captureKinds[kind].noun)}, kept ${when(at, now)}`,
    stays: 'What you took',
    staysMore: (size: number) => `${capital(bytes(size))}, encrypted, on this device alone.`,
    delete: 'Delete it',
    deleted: 'Deleted.',
    restored: 'It is back.',
    original: 'Look at it as you took it',
    originalLoading: 'Reading it from your vault',
    originalNotRead: 'It cannot be shown right now.',
    loading: 'Reading what could leave',
    notRead: 'What could leave cannot be shown right now.',
    retry: 'Try again',
    notThere: 'This capture is not here any more',
    notThereMore: 'The list shows those that are.',
    pick: 'Nothing is chosen',
    pickMore: 'Take something new, or open one of those that are kept.',
  },

  names: {
    photo: (at: Timestamp, now: Timestamp) => `Photo, ${day(at, now)} ${time(at)}`,
    sound: (at: Timestamp, now: Timestamp) => `Sound, ${day(at, now)} ${time(at)}`,
    words: (at: Timestamp, now: Timestamp) => `Words, ${day(at, now)} ${time(at)}`,
    file: (at: Timestamp, now: Timestamp) => `File, ${day(at, now)} ${time(at)}`,
  },
} as const;
