//! The message catalogue in English: every text of the screens is here or, for codes, in codes.ts.

import type { Activity, Streak, Stream, Timestamp } from '../engine/contract';
import { captures } from './captures';
import { activities, precisions, streams as streamWords } from './codes';
import { ago, bigNumber, bytes, capital, count, day, dayPart, duration, list, number, percent, when } from './format';

const points = (n: number) => count(n, { one: 'point', other: 'points' });
const readings = (n: number) => count(n, { one: 'reading', other: 'readings' });
const days = (n: number) => count(n, { one: 'day', other: 'days' });

/** Streams in everyday words: "movement and turning". */
const plainStreams = (names: readonly Stream[]) => list(names.map((name) => streamWords[name]?.plain ?? name));

export const en = {
  app: {
    name: 'Earnest',
    title: (place: string) => (place === '' ? 'Earnest' : `${place} · Earnest`),
    skip: 'Skip to the content',
    places: 'Places',
    today: 'Today',
    devices: 'Devices',
    sharing: 'Sharing',
    history: 'History',
    you: 'You',
    openYouOf: (name: string) => `${name}: you and your settings`,
    back: (place: string) => `Back to ${place}`,
    close: 'Close',
    undo: 'Undo',
    why: 'why?',
    loading: 'Loading',
    notice: 'Notices',
    needsYou: 'needs you',
  },

  line: {
    leaves: 'leaves your device',
    leftDevice: 'left your device',
    theLine: 'the line',
    nothing: 'nothing leaves from here',
    stayed: 'stays',
    stayedPast: 'stayed',
    left: 'left',
    leave: 'leaves',
    wouldGo: 'would leave',
  },

  trouble: {
    offlineTitle: 'Earnest’s engine is not answering',
    offline: 'Nothing is lost: what was kept is safe, and this page goes on by itself as soon as the engine is back.',
    offlineShort: 'Earnest’s engine is not answering. Nothing is lost; what you see is from before.',
    errorTitle: 'This could not be shown',
    retry: 'Try again',
    reload: 'Load anew',
    code: (code: string) => `Code: ${code}`,
    kept: 'What Earnest had kept is still there.',
  },

  welcome: {
    title: 'Earn from your days. Keep them yours.',
    lead: 'Earnest listens to the wearables you own, here on your device, and turns what you allow into points.',
    stays: 'Your readings stay here',
    staysMore: 'Stored encrypted, judged on this device. Nothing leaves by default.',
    goes: 'Only what you allow goes',
    goesMore: 'You see it first, to the byte. Taking it back takes one tap.',
    earns: 'What goes earns points',
    earnsMore: 'Each point can be recomputed. You need not take anyone’s word.',
    begin: 'Begin',
    nameTitle: 'What shall we call you?',
    nameLead: 'Any name will do. It stays on this device, too.',
    nameLabel: 'Your name',
    nameWrong: 'A name has 1 to 60 characters.',
    go: 'Continue',
    step: (n: number, of: number) => `Step ${n} of ${of}`,
    pairTitle: (name: string) => `Welcome, ${name}. What do you wear?`,
    pairLead: 'Pair one wearable to begin. You can add more at any time.',
    later: 'Not now',
  },

  today: {
    greeting: (name: string | null, now: Timestamp) => {
      const hello = {
        night: 'Still up',
        morning: 'Good morning',
        afternoon: 'Good afternoon',
        evening: 'Good evening',
      }[dayPart(now)];
      return name === null ? hello : `${hello}, ${name}`;
    },
    live: (label: Activity, score: number) =>
      label === 'unknown'
        ? `${activities.unknown.now}.`
        : `${activities[label].now}, your watch is sure: ${percent(score)}.`,
    others: (n: number) =>
      `${count(n, { one: 'other quest takes its turn', other: 'other quests take their turns' })} on other days.`,
    streak: (streak: Streak) => {
      if (streak.state === 'going') return `${days(streak.days)} kept going`;
      return streak.state === 'fresh'
        ? `${days(streak.days)}, and a new streak begins`
        : `${days(streak.days)}, paused`;
    },
    streakMore: (streak: Streak) =>
      streak.done_today ? 'Today counts already.' : 'Today can still count; not doing anything costs nothing.',
    streakWhy: (longest: number) =>
      `Days on which you did something. Up to a week of rest only pauses them; your longest is ${days(longest)}.`,
    liveTitle: 'Just now',
    quiet: 'No motion in the last half minute. Your watch notices by itself when you move.',
    quietTitle: 'Quiet',
    whyLive:
      'A small model on this device looks at a few seconds of motion at a time and says what it is, or that it does not know.',
    ring: (seconds: number, goal: number, label: Activity) =>
      `${number(seconds)} of ${duration(goal)} of ${activities[label].noun}`,
    ofGoal: (goal: number) => (goal >= 60 && goal % 60 === 0 ? `of ${number(goal / 60)} min` : `of ${number(goal)} s`),
    seconds: (n: number) => `${number(n)}\u00a0s`,
    ringWhy: (windows: number) =>
      windows === 0
        ? 'Nothing counted yet. Only motion that the check recognises clearly counts.'
        : `Summed from ${count(windows, { one: 'window', other: 'windows' })} of motion that the check recognised. What was unclear does not count.`,
    about: (n: number) => `about ${points(n)}`,
    estimated: 'estimated here',
    points,
    offers: (n: number) => `about ${points(n)}`,
    whyPoints: 'Why this many points?',
    whyThis: (n: number) => `${number(n)}, why this many points?`,
    estimateNote: 'Your device computes this with the hub’s own formula. It becomes final when the hub has answered.',
    finalNote: 'The hub answered, and your device computes the same.',
    open: 'It fills by itself while you walk.',
    needsDevice: 'Pair a wearable, and this fills by itself.',
    pair: 'Pair a wearable',
    needsConsent: 'Done, and still all yours. May a summary of it leave?',
    decide: 'See what is asked',
    sendingTrouble: 'Done. The summary waits here until the hub can take it.',
    sending: 'Done. A summary is on its way to the hub.',
    sendingAway: 'Done. The hub does not answer; the summary waits here and goes by itself.',
    awarded: 'Done and credited.',
    awardedToday: 'Done and credited for today.',
    refused: 'The hub did not credit this.',
    refusedWhy: 'See why',
    seeLines: 'See the sum',
    story: 'What to do',
    onceAllowed: 'would leave, once you allow it',
    summaryLeaves: (label: Activity, goal: number) =>
      `One summary: ${activities[label].noun}, ${duration(goal)}, how clear. No raw motion.`,
    seeIt: 'See it',
    sides: 'What stays, what leaves',
    sidesWould: 'What stays, what would leave',
    also: 'Also today',
    left: (n: number) => `${number(n)} more`,
    lately: 'Lately',
    none: 'No quests right now',
    noneMore:
      'The hub offers none at the moment. Your wearables go on being kept here, and new quests show by themselves.',
    noneHub:
      'The hub has not answered yet, so there are no quests to show. What your wearables send is kept here meanwhile.',
    pointsTitle: 'Points',
    pointsNone: 'none yet',
    pointsWhy: 'The sum of what the hub credited. Your device recomputes every award; History has each line.',
    provisional: (n: number) => `and about ${number(n)} on the way`,
    staysTitle: 'Stayed here',
    stays: (n: number) => `${bigNumber(n)}`,
    staysUnit: (n: number) => (n === 1 ? 'reading' : 'readings'),
    staysWhy:
      'Every value that your wearables sent is in the encrypted vault on this device. Summaries are made from them; they stay.',
    hubAway: 'The hub does not answer right now. Everything works; sending waits.',
    progressSaid: (seconds: number, goal: number) => `${number(seconds)} of ${number(goal)} seconds`,
    awardSaid: (n: number) => `${points(n)} credited.`,
    awardToast: (n: number) => `${points(n)} credited. Your device computes the same.`,
  },

  devices: {
    title: 'Devices',
    pair: 'Pair',
    pairWearable: 'Pair a wearable',
    none: 'No wearable yet',
    noneMore: 'Pair a wearable that speaks MQTT, or try the sample wearable: a real recording, replayed.',
    pick: 'Pick a device to see what it sends.',
    row: (health: string, seen: string | null) => (seen === null ? health : `${health}, ${seen}`),
    kinds: { mqtt: 'MQTT', sample: 'Sample, a replayed recording' },
    connected: 'connected',
    notConnected: 'not connected',
    staysHere: 'stays here',
    pairedAt: (at: Timestamp, now: Timestamp) => `paired ${when(at, now)}`,
    lastSeen: (at: Timestamp, now: Timestamp) => `newest reading ${ago(at, now)}`,
    pause: 'Pause',
    resume: 'Play',
    sampleTitle: 'The sample wearable',
    sampleOn: 'It replays a real smartwatch recording, over and over, just as a watch would send it.',
    sampleOff: 'Paused. What it sent before is kept.',
    streamsTitle: 'What it measures',
    streamCount: (n: number) => `${readings(n)} kept`,
    streamNone: 'nothing yet',
    windowsTitle: 'What it saw lately',
    windowsNone: 'No motion judged yet. It takes a few seconds of readings.',
    windowsSaid: (n: number, parts: readonly string[]) =>
      `The newest ${count(n, { one: 'window', other: 'windows' })} of motion: ${list(parts)}.`,
    windowPart: (label: Activity, n: number) => `${number(n)} ${activities[label].noun}`,
    windowsWhy:
      'Each bar is a few seconds of motion as the check on this device judged it. Hatched bars are motion that it does not know; those never count for anything.',
    windowsAll: (n: number) => `${count(n, { one: 'window', other: 'windows' })} judged in all`,
    rejected: (n: number, what: string) => `${count(n, { one: 'message', other: 'messages' })} refused: ${what}.`,
    rejectedDetail: (at: Timestamp, now: Timestamp) => `Details, last ${ago(at, now)}`,
    rejectedTitle: 'What was refused',
    rejectedOthers: 'The rest of what it sends is kept as ever.',
    strangers: 'Somebody unknown knocked',
    strangersMore: 'Earnest answers paired devices alone. Is it one of yours?',
    waitingTitle: 'Waiting for its first reading',
    waitingMore:
      'Give your device these, with the password that was shown when you paired it. This page notices by itself.',
    waitingSample: 'The recording begins to play. The first reading takes a moment.',
    address: 'Address',
    port: 'Port',
    user: 'User name',
    password: 'Password',
    topic: 'Topic',
    addressWhy: 'Devices reach Earnest here, inside your own network.',
    connection: 'How it connects',
    change: 'Change its name or password',
    rename: 'Keep this name',
    renamed: (name: string) => `It is called ${name} now.`,
    renewMore:
      'Was the password lost, or seen by somebody? Make new credentials: nobody gets in with the old password from then on, its connection ends, and what was measured stays.',
    renew: 'Make new credentials',
    renewedTitle: (name: string) => `New credentials for ${name}`,
    renewedLead: 'The device connects again when it has them. The old password opens nothing any more.',
    lineHere: 'nothing leaves from here',
    lineHereMore: 'What devices send goes into your vault. What may leave it is decided under Sharing.',
    toSharing: 'What I share',
    notThere: 'This device is not paired',
    notThereMore: 'Maybe it was removed. The list shows what is.',
  },

  pair: {
    title: 'Pair a wearable',
    lead: 'Two ways. Both keep everything on this device.',
    mqtt: 'My own device',
    mqttMore: 'Any wearable or sensor that speaks MQTT and SenML. You get its credentials and a QR code.',
    mqttDo: 'Make credentials',
    sample: 'The sample wearable',
    sampleMore: 'No device at hand? This replays a real smartwatch recording, just as a watch would send it.',
    sampleDo: 'Play the sample',
    nameTitle: 'What do you call it?',
    nameLead: 'A name that you recognise it by.',
    nameLabel: 'Name of the device',
    nameHint: 'For example: my watch',
    nameWrong: 'A name has 1 to 60 characters.',
    make: 'Make credentials',
    madeTitle: (name: string) => `${name} is ready to connect`,
    madeLead: 'Scan this with the device, or type it in.',
    once: 'The password is shown this once. Earnest keeps only its fingerprint.',
    qr: 'QR code with the address, the credentials and the topic',
    copy: (what: string) => `Copy the ${what}`,
    copied: (what: string) => `Copied: ${what}.`,
    notCopied: 'Your browser does not let this page copy. Select the text instead.',
    waiting: 'Waiting for its first reading …',
    arrived: 'It speaks: the first reading arrived.',
    done: 'Done',
    see: 'See the device',
    back: 'Back',
  },

  sharing: {
    title: 'What I share',
    lead: 'Nothing leaves unless a line here says so. Switch it off and it is taken back.',
    asks: 'What is asked of you',
    on: (n: number) => `${number(n)} on`,
    allOff: 'all off',
    hubHere: 'runs inside this app',
    hubThere: (state: string) => state,
    may: 'may have',
    what: (precision: keyof typeof precisions, names: readonly Stream[]) =>
      `${precisions[precision].short} of my ${plainStreams(names)}`,
    forPurpose: (purpose: string) => `for ${purpose}`,
    until: (at: Timestamp, now: Timestamp) => `until ${day(at, now)}`,
    kept: (n: number) => `it keeps this ${days(n)}`,
    covers: (at: Timestamp, now: Timestamp) => `covers what was captured from ${when(at, now)} on`,
    earns: (titles: readonly string[], n: number) => `asked by ${list(titles)}, about ${points(n)}`,
    switchLabel: (who: string, what: string, purpose: string) => `${capital(who)} may have ${what}, for ${purpose}`,
    see: 'See exactly what would leave',
    seeOn: 'See exactly what leaves',
    granted: (who: string) => `Allowed. ${capital(who)} may have it from now on.`,
    grantedAgain: 'Allowed again, as before.',
    withdrawn: (stopped: number, erase: number) => {
      const parts = [
        ...(stopped > 0
          ? [`${count(stopped, { one: 'contribution', other: 'contributions' })} stopped before leaving`]
          : []),
        ...(erase > 0
          ? [`the hub is asked to erase ${count(erase, { one: 'contribution', other: 'contributions' })}`]
          : []),
      ];
      return parts.length === 0 ? 'Taken back. Nothing had left under it.' : `Taken back: ${list(parts)}.`;
    },
    noAsks: 'Nobody asks for anything',
    noAsksMore: 'When a quest needs something to leave, it asks here first. Until then everything stays.',
    noAsksHub: 'The hub has not answered yet, so it has not asked for anything. Everything stays.',
    other: 'Also allowed',
    otherMore: 'Given elsewhere, or for quests that are over. One tap takes each back.',
    onlyDevices: (names: readonly string[]) => `only from ${list(names)}`,
    allDevices: 'from all devices',
    leftTitle: 'What left',
    leftWeek: (n: number) => `this week: ${bytes(n)}`,
    leftWhy: 'The exact sizes of what was sent in the last seven days. Each opens to its bytes.',
    leftNone: 'Nothing has left this device.',
    leftRow: (at: Timestamp, now: Timestamp, receipt: string) => `${when(at, now)}, receipt ${receipt.slice(0, 4)}`,
    stayed: (n: number) => `${readings(n)} stayed here`,
    stayedMore: 'encrypted on this device',
    stayedWhy: 'All values of all streams that the vault holds. What left was computed from some of them.',
    earlier: 'Earlier decisions',
    earlierRow: (at: Timestamp, now: Timestamp) => `given ${when(at, now)}`,
    ended: (at: Timestamp, now: Timestamp) => `ended ${when(at, now)}`,
    takenBack: (at: Timestamp, now: Timestamp) => `taken back ${when(at, now)}`,
    receipt: 'Receipt',
    previewTitle: 'Exactly what would leave',
    previewTitleOn: 'Exactly what leaves',
    previewLead: (title: string) =>
      `When “${title}” is full, one signed record of these parts is made. Nothing else is in it.`,
    previewLeadAny: 'When a quest is full, one signed record of these parts is made. Nothing else is in it.',
    previewLast: 'The last one that was made, to the byte',
    previewNone: 'Once one is made, History shows it to the byte, also before it leaves.',
    allow: 'Allow',
    notNow: 'Not now',
    consentTitle: (who: string) => `${capital(who)} asks`,
    consentWhat: 'What',
    consentFor: 'What for',
    consentWho: 'Who gets it',
    consentUntil: 'Until when',
    consentKept: 'Kept there',
    keptFor: (n: number) => `for ${days(n)}`,
    from: (at: Timestamp, now: Timestamp) => `What was captured from ${when(at, now)} on`,
    consentFrom: 'Which captures',
    consentWithdraw: 'You can take this back at any time under Sharing, with one tap.',
    whyNot: (reason: string) => `Why it has not left yet: ${reason}`,
  },

  parts: {
    motion: (label: Activity) => `which motion it was (“${activities[label].noun}”)`,
    motionAny: 'which motion it was',
    seconds: (n: number) => `for how long (${duration(n)})`,
    secondsAny: 'for how long, in seconds',
    quality: (n: number) => `how clear it was (${percent(n)})`,
    qualityAny: 'how clear it was',
    hour: (text: string) => `the hour it ended (${text}), no finer time`,
    hourAny: 'the hour it ended, no finer time',
    digests: (n: number) =>
      `${count(n, { one: 'digest that shows', other: 'digests that show' })} a repeat and can be read by nobody`,
    digestsAny: 'digests that show a repeat and can be read by nobody',
    names: 'the quest, your receipt, your public key and signature',
    unread: 'what its bytes say; they can be shown',
    stayReadings: (n: number) => `${readings(n)} it was made from`,
    stayReadingsAny: 'every reading that it is made from',
    stayTimes: 'every time finer than the hour',
    stayName: 'your name and your devices’ names',
  },

  history: {
    title: 'History',
    none: 'No contributions yet',
    noneMore: 'Fill a quest and allow its summary to leave; what left and what it earned is told here, line by line.',
    goToday: 'Go to Today',
    line: 'left, or is about to',
    total: (n: number) => points(n),
    agree: 'Your device and the hub count the same.',
    disagree: (n: number) => `The hub counts ${points(n)}. Below you see each award as your device recomputes it.`,
    hubUnknown: 'Computed here; the hub has not answered yet.',
    totalWhy: 'The sum of all awards, recomputed on this device from the lines below.',
    row: (seconds: number, at: Timestamp, now: Timestamp) => `${duration(seconds)}, ${when(at, now)}`,
    subtitle: (label: Activity, seconds: number, at: Timestamp, now: Timestamp) =>
      `${capital(activities[label].noun)} for ${duration(seconds)}, ${when(at, now)}`,
    plusPoints: (n: number) => `+${number(n)}`,
    pointsWord: (n: number) => (n === 1 ? 'point' : 'points'),
    about: (n: number) => `about ${number(n)}`,
    noPoints: 'No points',
    sum: 'How the points came about',
    rounded: 'Rounded down',
    estimate: 'Estimated here',
    recomputed: 'Recomputed here, and it agrees',
    recomputedMore: 'Your device and the hub come to the same sum, line by line.',
    differs: 'Your device computes something else',
    differsMore: (n: number) => `It comes to ${points(n)}. Both are kept, so that you can ask the hub about it.`,
    sent: 'What was sent',
    willSend: 'What will be sent',
    notSent: 'What did not leave',
    erased: 'What had left, and is to be erased',
    wasErased: 'What had left, and was erased',
    bytes: 'Show the bytes',
    bytesTitle: 'The exact bytes',
    bytesLead: (n: number) =>
      `${capital(bytes(n))} in all, as they leave: signed, so that nobody can alter them on the way.`,
    bytesLeft: (n: number) =>
      `${capital(bytes(n))} in all, as they left: signed, so that nobody could alter them on the way.`,
    copyBytes: 'Copy the bytes',
    bytesCopied: 'The bytes were copied.',
    takeBack: 'Take it back',
    takeBackMore: (state: 'waiting' | 'awarded') =>
      state === 'waiting'
        ? 'It does not leave, or the hub is asked to forget it. The permission stays.'
        : 'The hub erases it, and its points go back to the quest. The permission stays.',
    takenBack: 'Taken back. It does not leave again by itself.',
    undone: 'You took this back',
    undoneKnown: (entry: number) =>
      `The hub erased it, and entry ${number(entry)} of its ledger moved the points back.`,
    undoneNever: 'The hub never had it.',
    undoneAsked: 'The hub is told as soon as it answers, and erases it.',
    proved: 'Recomputed and proved',
    provedMore: (entry: number, under: number) =>
      `It is entry ${number(entry)} of a ledger of ${number(under)} that the hub signed, and to which it can only add.`,
    provedNotYet: 'Not proved yet',
    provedNotYetMore: 'The hub says that it credited this. Your device asks for the proof when it next answers.',
    sentAt: (at: Timestamp, now: Timestamp) => `sent ${when(at, now)}`,
    facts: 'For the record',
    id: 'Contribution',
    receipt: 'Under receipt',
    prepared: 'Prepared',
    left: 'Left',
    notYet: 'not yet',
    windows: 'Windows',
    quality: 'Clarity',
    to: 'For',
    elsewhere: (hub: string) => `For ${hub}, not the hub in use. Its points are not in the sum above.`,
    elsewhereWaits: (hub: string) => `It waits for ${hub}, and goes out when that hub is in use again.`,
    elsewhereChip: 'another hub',
    endedMore: 'The hub never had it. It stays here, and counts for your next permission.',
    notThere: 'This contribution is not here',
    notThereMore: 'The list shows what is.',
  },

  captures,

  you: {
    title: 'You',
    name: 'Your name',
    save: 'Save',
    saved: 'Saved.',
    look: 'Look',
    looks: { auto: 'As the system', light: 'Light', dark: 'Dark' },
    where: 'Where things lie',
    vault: (readingsHeld: number, size: number) => `${readings(readingsHeld)}, ${bytes(size)} on disk`,
    vaultLabel: 'Your vault',
    keyLabel: 'Its key',
    hubLabel: 'Hub',
    hub: (name: string, embedded: boolean, state: string) =>
      embedded ? `${capital(name)}, inside this app, ${state}` : `${capital(name)}, ${state}`,
    version: (version: string) => `Earnest ${version}`,
    design: 'The design system',
  },

  system: {
    title: 'The design system',
    lead: 'Everything the screens are made of, on one page.',
  },
} as const;

/** What a catalogue in another language has to have. */
export type Texts = typeof en;
