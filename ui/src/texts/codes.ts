//! A sentence for every code that the engine, the endpoint or the hub may say. `Record` over the contract's types: a new code that has no
//! sentence does not compile.

import type {
  Activity,
  ContributionState,
  Erasure,
  Factor,
  GrantState,
  Health,
  HubState,
  KeyPlaceView,
  LineReason,
  Precision,
  Refusal,
  RejectionReason,
  Stream,
  WindowReason,
} from '../engine/contract';
import type { IconName } from '../design/icons';

/** What happened, and what to do about it. */
export interface Told {
  what: string;
  todo: string;
}

/** A motion as a noun, as what a person does now, and its picture. */
export const activities: Record<Activity, { noun: string; now: string; icon: IconName }> = {
  standing: { noun: 'standing', now: 'Standing still', icon: 'person' },
  walking: { noun: 'walking', now: 'Walking now', icon: 'walking' },
  running: { noun: 'running', now: 'Running now', icon: 'running' },
  badminton: { noun: 'badminton', now: 'Playing badminton', icon: 'ball' },
  unknown: { noun: 'not recognised', now: 'Moving, in a way I do not know', icon: 'question' },
};

/** What is measured, in everyday words. */
export const streams: Record<Stream, { name: string; plain: string; icon: IconName }> = {
  acceleration: { name: 'Acceleration', plain: 'movement', icon: 'wave' },
  angular_velocity: { name: 'Turning', plain: 'turning', icon: 'turning' },
  heart_rate: { name: 'Heart rate', plain: 'pulse', icon: 'heartbeat' },
};

/** What a stream's newest value is. */
export const streamWhy: Record<Stream, string> = {
  acceleration: 'The length of the newest vector of three axes. At rest it is about 9.81: gravity.',
  angular_velocity: 'How fast the wearable turned, about all three axes together, in its newest reading.',
  heart_rate: 'The newest heart rate that the wearable sent.',
};

/** How much detail a grant allows, at most. */
export const precisions: Record<Precision, { short: string; sentence: string }> = {
  summary: {
    short: 'a summary',
    sentence: 'Which motion it was, for how long, and how clear it was. No reading leaves.',
  },
  features: {
    short: 'features',
    sentence: 'Numbers computed from the readings, such as rhythm and strength. The readings stay.',
  },
  raw: { short: 'the readings themselves', sentence: 'Every reading of these streams, as it was measured.' },
};

/** Health of a device at a glance. */
export const healths: Record<Health, { short: string; sentence: string; tone: 'good' | 'calm' | 'alert' }> = {
  waiting: { short: 'waiting for its first reading', sentence: 'Paired. It has not sent a reading yet.', tone: 'calm' },
  listening: { short: 'listening', sentence: 'Readings arrive and are kept.', tone: 'good' },
  silent: {
    short: 'silent for a while',
    sentence: 'Nothing has arrived for a while. Is it charged, worn and in reach?',
    tone: 'alert',
  },
  refused: {
    short: 'something is refused',
    sentence: 'Some of what it sends cannot be kept. Here is why, and what to do.',
    tone: 'alert',
  },
  resting: { short: 'paused', sentence: 'You paused it. What it sent before is kept.', tone: 'calm' },
};

/** Why a message of a device was not taken. */
export const rejections: Record<RejectionReason, Told> = {
  wrong_credentials: {
    what: 'a wrong user name or password',
    todo: 'Type the credentials again, or pair the device anew.',
  },
  foreign_topic: { what: 'a topic that is not its own', todo: 'Let the device publish to its own topic.' },
  payload_too_large: { what: 'more at once than Earnest takes', todo: 'Send fewer readings in one message.' },
  malformed_payload: { what: 'not SenML, in JSON or in CBOR', todo: 'Check the format that the device sends.' },
  not_a_number: { what: 'a value that is no number', todo: 'Leave out readings that the sensor could not make.' },
  no_value: { what: 'a record without a value', todo: 'Send a number as “v” in every record.' },
  unknown_name: { what: 'a name that Earnest does not know', todo: 'Use names such as acceleration.x or heart_rate.' },
  unknown_unit: { what: 'a unit that does not fit', todo: 'Set the unit of the stream on the device.' },
  time_in_future: { what: 'a time in the future', todo: 'Set the clock of the device.' },
  clock_not_set: { what: 'a clock that was never set', todo: 'Set the clock of the device, or let it fetch the time.' },
  unsupported_version: {
    what: 'a newer SenML than Earnest speaks',
    todo: 'Let the device send SenML version 10, or update Earnest.',
  },
};

/** Why something may not leave. */
export const refusals: Record<Refusal, string> = {
  no_grant: 'You have not been asked yet.',
  recipient: 'You allow this, but for somebody else.',
  purpose: 'You allow something, but not for this purpose.',
  purpose_changed: 'You allowed this, but what it is for reads otherwise by now. You are asked again.',
  streams: 'You allow this, but not all that it was made from.',
  devices: 'You allow this, but not from the device that made it.',
  precision: 'You allow less detail than this asks for.',
  captured_before: 'It was captured before your permission begins.',
  expired: 'Your permission has ended.',
  withdrawn: 'You took your permission back.',
};

/** Why the hub did not credit a contribution; consent's own codes are {@link refusals}. */
export const hubRefusals = {
  bad_signature: 'The signature did not fit what arrived. It may have been altered on the way.',
  unknown_receipt: 'The hub did not know the receipt that this names.',
  unknown_quest: 'The hub no longer offers this quest.',
  quest_version: 'The hub offers this quest in another version by now.',
  goal_not_reached: 'The hub counts less than the quest asks for.',
  too_many_times: 'This quest was done as often as it can be.',
  wrong_day:
    'Your watch and the hub do not agree on the date. Check the clock of this device; this effort was not paid.',
  quest_not_open: 'This quest follows one that the hub has not paid yet. What you did stays here.',
  already_credited: 'You were credited for this time of the quest already.',
  foreign_person: 'It belongs to somebody else.',
  too_large: 'It sums up more than one contribution may.',
  undone: 'You took it back.',
  budget_spent: 'The quest has paid out all that it had.',
  time_in_future: 'It tells of an hour that has not come yet. Check this device’s clock.',
} as const;

/** Why a line of an award has its value. */
export const lineReasons: Record<LineReason, string> = {
  quest_offer: 'what the quest offers',
  clear: 'clear throughout',
  partly_unclear: 'some of it was unclear',
  too_unclear: 'too unclear to learn from',
  all_new: 'nothing like it from you before',
  partly_repeated: 'some of it came from you before',
  all_repeated: 'all of it came from you before',
  need_usual: 'the hub needs this as usual',
  need_high: 'the hub has too little of this right now',
  need_low: 'the hub has plenty of this right now',
  quest_cap: 'the most that one contribution may earn',
};

/** The parts of the formula. */
export const factors: Record<Factor, string> = {
  base: 'Base',
  quality: 'Quality',
  novelty: 'Novelty',
  need: 'Need',
  cap: 'Cap',
};

/** Why a window of motion got its label. */
export const verdicts: Record<WindowReason, string> = {
  recognised: 'This is a motion that the check knows.',
  low_confidence: 'It looks like a motion I know, but not clearly enough to say so.',
  out_of_distribution: 'It is unlike every motion that the check was taught.',
  constant: 'Nothing moved: the wearable may lie on a table.',
  gaps: 'Too many readings were missing to judge.',
};

/** Where a contribution stands. */
export const contributionStates: Record<ContributionState, { short: string; sentence: string }> = {
  waiting: {
    short: 'waiting',
    sentence: 'It is ready and goes out as soon as the hub answers. You need not do anything.',
  },
  awarded: { short: 'credited', sentence: 'The hub has it and credited you.' },
  refused: { short: 'not credited', sentence: 'The hub did not take it. Nothing of it was kept there.' },
  withdrawn: {
    short: 'taken back',
    sentence: 'You took it back. The hub is asked to erase what had left.',
  },
};

/** Where a receipt stands. */
export const grantStates: Record<GrantState, string> = {
  active: 'allowed now',
  ended: 'its time is over',
  withdrawn: 'taken back',
};

/** How far the erasure of something that left has come. */
export const erasures: Record<Erasure, string> = {
  asked: 'to be erased',
  confirmed: 'erased there',
};

/** Whether the hub answers. */
export const hubStates: Record<HubState, string> = {
  unknown: 'not asked yet',
  reachable: 'answers',
  unreachable: 'does not answer',
  trouble: 'does not answer as a hub does',
};

/** Where the vault's key lies, said aloud. */
export const keyPlaces: Record<KeyPlaceView, { short: string; sentence: string }> = {
  keyring: {
    short: 'in this system’s keyring',
    sentence: 'Your vault is encrypted. Its key lies in this system’s keyring, which opens with your login.',
  },
  file: {
    short: 'in a file that only you can read',
    sentence:
      'Your vault is encrypted. No keyring is used here, so its key lies in a file beside the vault that only your account can read (mode 0600). Whoever has both files can read the vault.',
  },
};

/** What goes wrong with a command, where the screens know better words than the engine. */
export const errors: Record<string, Told> = {
  unreachable: {
    what: 'Earnest’s engine did not answer.',
    todo: 'Nothing is lost. It is tried again as soon as the engine is back.',
  },
  not_understood: {
    what: 'Earnest’s engine said something that this screen does not understand.',
    todo: 'Nothing was changed. The screens may be older than the engine: load them anew.',
  },
  disk_full: {
    what: 'The disk is full.',
    todo: 'What is in your vault is safe. Make room, and Earnest goes on.',
  },
  wrong_key: {
    what: 'The key does not open the vault.',
    todo: 'The vault was not touched. Put the key back that belongs to it.',
  },
  key_missing: { what: 'The vault’s key is missing.', todo: 'The vault was not touched. Put its key back.' },
  key_unreadable: {
    what: 'The vault’s key cannot be read.',
    todo: 'The vault was not touched. Unlock the keyring, or check who may read the key file.',
  },
  newer_database: {
    what: 'The vault was written by a newer Earnest.',
    todo: 'It was not touched. Update Earnest to open it.',
  },
  locked: { what: 'Another Earnest has this vault open.', todo: 'Close the other one, then try again.' },
  corrupt: { what: 'The vault is damaged.', todo: 'It was not changed further. Restore it from a copy.' },
  unknown_device: { what: 'This device is not paired any more.', todo: 'Pair it anew.' },
  no_password: { what: 'The sample wearable has no password of its own.', todo: 'Nothing was changed.' },
  device_exists: { what: 'A device of that name is paired already.', todo: 'Choose another name.' },
  effort_exists: { what: 'This effort was prepared already.', todo: 'It counts once. There is nothing to do.' },
  window_used: { what: 'This stretch of motion counted already.', todo: 'Nothing was counted twice.' },
  not_found: { what: 'That is not there any more.', todo: 'The list is shown as it is now.' },
  io: {
    what: 'The vault could not be read or written.',
    todo: 'What is in it is safe. Check the disk, then try again.',
  },
  hub_address: { what: 'The hub’s address makes no sense.', todo: 'Nothing left. Correct the address.' },
  hub_unreachable: {
    what: 'The hub does not answer.',
    todo: 'What is ready waits here, and goes out once the hub is back.',
  },
  hub_timeout: { what: 'The hub took too long.', todo: 'What is ready waits here and is sent again by itself.' },
  hub_server: {
    what: 'The hub has trouble of its own.',
    todo: 'What is ready waits here and is sent again by itself.',
  },
  hub_protocol: {
    what: 'What answers at the hub’s address is no hub that this Earnest understands.',
    todo: 'What is ready waits here. Check the address and the network, or update Earnest or the hub.',
  },
  hub_other_key: {
    what: 'What answers calls itself the hub you know, and signs with another key.',
    todo: 'Nothing was sent to it, and what is ready waits here. Ask whoever runs the hub before you go on.',
  },
  ledger_rewritten: {
    what: 'The hub rewrote its ledger: what it signs now does not continue what it signed before.',
    todo: 'Both are kept as evidence, and nothing more is contributed to it. What you earned stands in your history and your export. Ask whoever runs the hub.',
  },
  not_in_ledger: {
    what: 'The hub’s ledger does not hold what it says that it paid.',
    todo: 'Nothing more is contributed to it until it does. What you earned stands in your history.',
  },
  unknown_contribution: { what: 'This contribution is not here any more.', todo: 'The list is shown as it is now.' },
  nothing_to_undo: { what: 'There is nothing to take back.', todo: 'No hub has this contribution.' },
  withdrawal_refused: {
    what: 'The hub does not take back a permission.',
    todo: 'Nothing leaves under it all the same. The hub is told again; the code says what it minds.',
  },
  grant_no_streams: { what: 'No stream was chosen.', todo: 'Nothing was allowed. Choose at least one.' },
  grant_no_devices: { what: 'No device was chosen.', todo: 'Nothing was allowed. Choose at least one.' },
  grant_ends_before_it_starts: {
    what: 'It would end before it begins.',
    todo: 'Nothing was allowed. Choose a later day.',
  },
  grant_purpose_text: {
    what: 'What it is for was not said in 1 to 120 characters.',
    todo: 'Nothing was allowed. Load the page anew.',
  },
  grant_foreign_key: { what: 'This belongs to another person.', todo: 'Nothing was allowed.' },
  runtime_missing: {
    what: 'The part that runs the checks’ models is not installed.',
    todo: 'What is in your vault stays there. Install it, and the checks go on.',
  },
  runtime_unusable: {
    what: 'The part that runs the checks’ models cannot be used.',
    todo: 'What is in your vault stays there. Install it anew, and the checks go on.',
  },
  manifest_invalid: {
    what: 'A check is not what this Earnest was built with.',
    todo: 'Nothing was changed. Reinstall Earnest, and try again.',
  },
  model_changed: {
    what: 'The model of a check is not the one that was measured, so it was not asked.',
    todo: 'Nothing was changed. Reinstall Earnest, and try again.',
  },
  model_failed: {
    what: 'The model of a check failed.',
    todo: 'Nothing was changed. Try again; if it fails again, restart Earnest.',
  },
  other_kind: {
    what: 'A check was asked about a kind of capture that it does not judge.',
    todo: 'Nothing was changed. Update Earnest, or choose another file.',
  },
  not_judged: {
    what: 'A check that has to look at this first was not asked.',
    todo: 'Nothing was changed. Check it again; if that fails, update Earnest.',
  },
  redact_failed: {
    what: 'What could leave of it could not be made.',
    todo: 'Nothing was changed. Try again, or take it anew.',
  },
  many_checks: {
    what: 'Several captures are being checked already.',
    todo: 'Wait for one of them, or cancel one; then try again.',
  },
  unknown_quest: { what: 'This quest is not offered any more.', todo: 'Nothing was changed. Choose another one.' },
  unknown_check: {
    what: 'This quest asks for a check that this Earnest does not have.',
    todo: 'Nothing was changed. Update Earnest to do it.',
  },
  file_missing: {
    what: 'A model that this check needs is not installed.',
    todo: 'Nothing was changed. Install it, and try again.',
  },
  cancelled: {
    what: 'The check was ended before it was done.',
    todo: 'Nothing was changed. Check it again if you like.',
  },
  check_ended_badly: {
    what: 'A check failed.',
    todo: 'Nothing was changed. Try again; if it fails again, restart Earnest.',
  },
  empty_file: { what: 'The file is empty.', todo: 'Take it again, or choose another.' },
  too_large: {
    what: 'This is larger than Earnest takes.',
    todo: 'Nothing of it was kept. Take a shorter or smaller one.',
  },
  unknown_format: {
    what: 'This is no photo, sound, text or recording that Earnest can read.',
    todo: 'Nothing of it was kept. It reads JPEG, PNG, WebP, WAV, FLAC, MP3, Ogg, M4A and plain text.',
  },
  impossible_value: {
    what: 'This holds a value that cannot be, such as a place beyond the poles.',
    todo: 'Nothing of it was kept. Export it again from where it was recorded, or choose another.',
  },
  broken: { what: 'The file is damaged.', todo: 'Nothing of it was kept. Take it again, or choose another.' },
  decoder_failed: {
    what: 'This file cannot be read.',
    todo: 'Nothing of it was kept. Take it again, or save it in another format and choose it again.',
  },
  not_utf8: {
    what: 'This is no text in UTF-8.',
    todo: 'Nothing of it was kept. Save it as UTF-8, and choose it again.',
  },
  not_text: { what: 'This holds bytes that are no text.', todo: 'Nothing of it was kept. Choose another file.' },
  heic_unsupported: {
    what: 'Photos in HEIC or AVIF cannot be read here.',
    todo: 'Nothing of it was kept. Save it as JPEG, or let the camera take JPEG (“most compatible”).',
  },
  codec_unsupported: {
    what: 'This sound is coded in a way that cannot be read here.',
    todo: 'Nothing of it was kept. Save it as WAV, FLAC, MP3, M4A, Ogg or WebM, and choose it again.',
  },
  unknown_capture: {
    what: 'This capture is not there any more.',
    todo: 'What is not kept is soon let go of. Take it again.',
  },
  unauthorised: {
    what: 'Earnest does not know this page any more.',
    todo: 'Nothing is lost. Load the page anew on the device that Earnest runs on, or open the link that “earnest open” prints.',
  },
  foreign_host: { what: 'This page came by a foreign name.', todo: 'Open Earnest by the address that it prints.' },
  unknown_command: {
    what: 'This Earnest does not know what was asked.',
    todo: 'Nothing was changed. The screens may be newer than the engine: load them anew.',
  },
  bad_request: {
    what: 'Earnest could not read what was asked.',
    todo: 'Nothing was changed. The screens may be older than the engine: load them anew.',
  },
  invalid_name: { what: 'A name has 1 to 60 characters.', todo: 'Nothing was changed. Choose another one.' },
  unknown_receipt: { what: 'There is no such permission any more.', todo: 'Nothing was changed.' },
  hub_unknown: {
    what: 'The hub has not answered yet, so there is nobody to allow this to.',
    todo: 'Nothing was changed. Try again when it answers.',
  },
  damaged_contribution: {
    what: 'A contribution is damaged in the vault.',
    todo: 'Everything else is sound.',
  },
  withdrawn: { what: 'This permission was taken back.', todo: 'Nothing leaves under it.' },
  no_sample: {
    what: 'The sample wearable cannot play: its recording is not installed.',
    todo: 'Nothing was changed. Reinstall Earnest, and try again.',
  },
  listen: {
    what: 'Devices cannot be heard at this address.',
    todo: 'Nothing is lost. Close what else uses it, or choose another address.',
  },
  credentials: { what: 'A password could not be made.', todo: 'Nothing was changed. Try again.' },
  hub_refused: {
    what: 'The hub refused a contribution.',
    todo: 'What it was made of stays here. History says why it was refused.',
  },
  points_disagree: {
    what: 'The hub counts other points than this device.',
    todo: 'Nothing is lost. History shows each sum.',
  },
  closing: { what: 'Earnest is closing.', todo: 'Nothing was changed.' },
  busy: { what: 'Earnest is busy.', todo: 'Nothing was changed. Try again in a moment.' },
};

/** For codes that are newer than these screens. */
export const unknown: { error: Told; rejection: Told; refusal: string; line: string; verdict: string } = {
  error: {
    what: 'That did not work.',
    todo: 'What Earnest had kept before is still there. Try again; if it happens again, restart Earnest.',
  },
  rejection: { what: 'something that Earnest does not take', todo: 'Update Earnest to read why.' },
  refusal: 'For a reason that is newer than this app. Update Earnest to read it.',
  line: 'for a reason that is newer than this app',
  verdict: 'For a reason that is newer than this app.',
};

/** What a catalogue says of a code; nothing for a code that it does not have itself. */
function own<T>(catalogue: Record<string, T>, code: string): T | undefined {
  return Object.hasOwn(catalogue, code) ? catalogue[code] : undefined;
}

/** Why the hub, or consent, said no. */
export function refusalSentence(code: string | null): string {
  if (code === null) return unknown.refusal;
  return own({ ...hubRefusals, ...refusals } as Record<string, string>, code) ?? unknown.refusal;
}

/** What went wrong with a command. The engine's own sentence stands in for a code that has none here. */
export function errorTold(code: string, message: string): Told {
  const told = own(errors, code);
  if (told !== undefined) return told;
  return message.trim() === '' ? unknown.error : { what: message, todo: '' };
}

/** Why a device's message was not taken. */
export function rejectionTold(reason: string): Told {
  return own<Told>(rejections, reason) ?? unknown.rejection;
}

/** Why a line has its value. */
export function lineReason(reason: string): string {
  return own<string>(lineReasons, reason) ?? unknown.line;
}

/** Why a window got its label. */
export function verdictSentence(reason: string): string {
  return own<string>(verdicts, reason) ?? unknown.verdict;
}

/** A unit (UCUM) as people write it. */
export function unit(ucum: string): string {
  const units: Record<string, string> = {
    'm/s2': 'm/s²',
    'rad/s': 'rad/s',
    'beat/min': 'beats a minute',
    '/min': 'beats a minute',
    '{beat}/min': 'beats a minute',
    '{beats}/min': 'beats a minute',
  };
  return own(units, ucum) ?? ucum;
}
