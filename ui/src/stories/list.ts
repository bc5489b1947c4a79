//! Every screen in every state: a name, a place, a world, and how the engine behaves.

import type { Engine } from '../engine/engine';
import { t } from '../texts';
import { filmed, hummed, hush, kept, LETTER, mediaDevices } from './captures';
import { StoryEngine, type Behaviour } from './engine';
import {
  ask,
  award,
  cappedAward,
  CONTRIBUTION,
  devices,
  grant,
  granted,
  history,
  HOUR,
  item,
  NOW,
  person,
  quest,
  rejections,
  RECEIPT,
  sampleDevice,
  SECOND,
  sharing,
  strangers,
  today,
  waitingDevice,
  watch,
  world,
  type World,
} from './world';

/** One story. */
export interface Story {
  name: string;
  /** Where it begins. */
  path: string;
  engine: () => Engine;
  /** What the page finds of its device. */
  before?: () => void;
  /** What is pressed first, by the accessible name of a button, a link, a choice or what unfolds; `=Label=text` types, `+Label` chooses a file, `?Name` waits. */
  press?: readonly string[];
}

const left = [
  {
    contribution: CONTRIBUTION,
    quest_title: 'First steps',
    at: NOW - 60 * SECOND,
    bytes: 812,
    receipt: RECEIPT,
    recipient_name: 'Riverside hub',
    erasure: null,
  },
  {
    contribution: 'a1'.repeat(32),
    quest_title: 'A long way round',
    at: NOW - 15 * HOUR,
    bytes: 2_940,
    receipt: RECEIPT,
    recipient_name: 'Riverside hub',
    erasure: null,
  },
];

const other = (n: number) => n.toString(16).padStart(2, '0').repeat(32);

const full = history([
  item(),
  item({
    contribution: other(1),
    quest_title: 'A long way round',
    at: NOW - 15 * HOUR,
    sent_at: NOW - 15 * HOUR,
    award: cappedAward,
    estimate: cappedAward,
    seconds: 630,
    label: 'running',
  }),
  item({ contribution: other(2), at: NOW - 40 * SECOND, state: 'waiting', sent_at: null, award: null, agrees: null }),
  item({
    contribution: other(3),
    at: NOW - 40 * HOUR,
    state: 'refused',
    award: null,
    agrees: null,
    refusal: 'goal_not_reached',
  }),
  item({ contribution: other(4), at: NOW - 64 * HOUR, state: 'withdrawn', award: null, agrees: null }),
]);

const rest = [
  quest({ state: 'open' }, 0, {
    id: 'stand',
    title: 'A quiet minute',
    label: 'standing',
    story: 'Stand still for one minute.',
  }),
  quest({ state: 'open' }, 200, {
    id: 'long-way',
    title: 'The long way round, together with the neighbours',
    label: 'running',
    story: 'Run for ten minutes.',
    progress: { seconds: 200, goal: 600 },
    award: cappedAward,
  }),
];

function story(
  name: string,
  path: string,
  over: Partial<World>,
  behaviour: Behaviour = {},
  press?: readonly string[],
): Story {
  return { name, path, engine: () => new StoryEngine(world(over), behaviour), ...(press ? { press } : {}) };
}

const consent = {
  today: today([quest({ state: 'needs_consent', refusal: 'no_grant' }, 60)], { provisional_points: 0 }),
};
const awarded: Partial<World> = {
  today: today([quest({ state: 'awarded' }, 60)], { points: 46 }),
  sharing: sharing({ asks: [ask(granted)], grants: [grant()], left: left.slice(0, 1), left_bytes_week: 812 }),
  history: history([item()]),
};
const sharingOn = { asks: [ask(granted)], grants: [grant()], left, left_bytes_week: 3_752 };
const away = { hub: { ...person().hub, embedded: false, state: 'unreachable' as const } };

/** A minute is walked, allowed, sent and credited while the page looks on. */
function journey(): Engine {
  const engine = new StoryEngine(
    world({
      today: today([quest({ state: 'sending' }, 60)], { provisional_points: 46 }),
      sharing: sharing({ asks: [ask(granted)], grants: [grant()] }),
      history: history([item({ state: 'waiting', award: null, agrees: null, sent_at: null })]),
    }),
  );
  setTimeout(() => {
    Object.assign(engine.world, structuredClone(awarded));
    engine.emit({ event: 'awarded', contribution: CONTRIBUTION, points: 46 });
  }, 1_500);
  return engine;
}

/** All stories. */
export const stories: readonly Story[] = [
  story('welcome', '/welcome', { person: person({ name: null }) }),
  story('welcome-name', '/welcome/name', { person: person({ name: null, key_place: 'file' }) }),
  story('welcome-name-wrong', '/welcome/name', { person: person({ name: null }) }, {}, ['Continue']),
  story('welcome-pair', '/welcome/pair', { today: today([], { devices: 0, live: null }), devices: devices([]) }),

  story('today-needs-device', '/today', {
    today: today([quest({ state: 'needs_device' }, 0)], { devices: 0, live: null }),
    devices: devices([]),
    person: person({ readings: 0 }),
  }),
  story('today-open-start', '/today', { today: today([quest({ state: 'open' }, 0)], { live: null }) }),
  story('today-open', '/today', {}),
  story('today-open-allowed', '/today', {
    today: today([quest({ state: 'open' }, 45), ...rest], { points: 146 }),
    sharing: sharing(sharingOn),
    history: full,
  }),
  story('today-unknown-motion', '/today', {
    today: today([quest({ state: 'open' }, 45)], {
      live: {
        device: 'adas-watch',
        device_name: 'Ada’s watch',
        label: 'unknown',
        score: 310,
        reason: 'out_of_distribution',
        at: NOW,
      },
    }),
  }),
  story('today-consent', '/today', consent),
  story('today-consent-sheet', '/today', consent, {}, ['See what is asked']),
  story('today-sending', '/today', {
    today: today([quest({ state: 'sending' }, 60)], { provisional_points: 46 }),
    sharing: sharing({ asks: [ask(granted)], grants: [grant()] }),
    history: history([item({ state: 'waiting', award: null, agrees: null, sent_at: null })]),
  }),
  story('today-sending-hub-away', '/today', {
    today: today([quest({ state: 'sending' }, 60)], { provisional_points: 46, hub: 'unreachable' }),
    sharing: sharing({ asks: [ask(granted)], grants: [grant()], ...away }),
    history: history([item({ state: 'waiting', award: null, agrees: null, sent_at: null })]),
  }),
  story('today-awarded', '/today', awarded),
  story('today-daily', '/today', {
    ...awarded,
    today: today([quest({ state: 'awarded' }, 60, { kind: 'daily' })], { points: 46 }),
  }),
  { name: 'today-celebration', path: '/today', engine: journey },
  story('today-streak', '/today', {
    today: today([quest({ state: 'open' }, 24)], {
      others: 19,
      streak: { days: 12, longest: 30, state: 'going', done_today: false },
    }),
  }),
  story('today-streak-paused', '/today', {
    today: today([quest({ state: 'open' }, 0)], {
      streak: { days: 12, longest: 30, state: { paused: { until_fresh: 4 } }, done_today: false },
    }),
  }),
  story('today-why', '/today', awarded, {}, ['46 points, why?']),
  story('today-refused', '/today', {
    today: today([quest({ state: 'refused' }, 60)]),
    history: history([item({ state: 'refused', award: null, agrees: null, refusal: 'quest_version' })]),
  }),
  story('today-no-quests', '/today', { today: today([]) }),
  story('today-trouble', '/today', {
    today: today([quest({ state: 'open' }, 0)], { live: null, trouble: { code: 'runtime_missing', message: '' } }),
  }),
  story('today-no-hub', '/today', {
    today: today([quest({ state: 'sending' }, 60)], {
      provisional_points: 46,
      hub: 'trouble',
      hub_trouble: { code: 'hub_protocol', message: '' },
    }),
  }),
  story('today-loading', '/today', {}, { silent: ['today'] }),
  story('today-error', '/today', {}, { failing: { today: 'io' } }),
  story('today-offline', '/today', {}, { connection: 'down' }),
  story(
    'offline-from-start',
    '/today',
    {},
    { connection: 'down', failing: { person: 'unreachable', today: 'unreachable' } },
  ),
  story('today-unknown-page', '/today', {}, { connection: 'down', refusesAfterFirst: 'person' }),
  story('you', '/today', {}, {}, ['Ada: you and your settings']),
  story(
    'you-key-file',
    '/today',
    { person: person({ key_place: 'file', name: 'Maximiliane-Friederike of the long name' }) },
    {},
    ['Maximiliane-Friederike of the long name: you and your settings'],
  ),

  story('devices-empty', '/devices', { devices: devices([]) }),
  story('devices', '/devices', {
    devices: devices([
      watch(),
      sampleDevice(),
      waitingDevice(),
      watch({ id: 'balcony', name: 'Balcony sensor', health: 'silent', connected: false, last_seen: NOW - 7 * HOUR }),
      watch({ id: 'strap', name: 'Chest strap with a name that is quite long', health: 'refused', rejections }),
    ]),
  }),
  story('devices-strangers', '/devices', { devices: devices([watch()], { strangers }) }),
  story('device', '/devices/adas-watch', {}),
  story('device-rejections', '/devices/adas-watch', { devices: devices([watch({ health: 'refused', rejections })]) }),
  story('device-waiting', '/devices/old-band', { devices: devices([waitingDevice(), watch()]) }),
  story('device-sample', '/devices/sample', { devices: devices([sampleDevice()]) }),
  story('device-sample-paused', '/devices/sample', {
    devices: devices([sampleDevice({ sample_running: false, health: 'resting', connected: false })]),
  }),
  story('device-silent', '/devices/adas-watch', {
    devices: devices([
      watch({ health: 'silent', connected: false, last_seen: NOW - 7 * HOUR, recent: [], windows: {} }),
    ]),
  }),
  story('device-change', '/devices/adas-watch', {}, {}, ['Change its name or password']),
  story('device-renewed', '/devices/adas-watch', {}, {}, ['Change its name or password', 'Make new credentials']),
  story('device-not-there', '/devices/nobody', {}),
  story('pair', '/devices/pair', {}),
  story('pair-mqtt', '/devices/pair/mqtt', {}),
  story('pair-mqtt-made', '/devices/pair/mqtt', { devices: devices([waitingDevice()]) }, {}, [
    '=Name of the device=Old band',
    'Make credentials',
  ]),
  story('devices-loading', '/devices', {}, { silent: ['devices'] }),
  story('devices-error', '/devices', {}, { failing: { devices: 'disk_full' } }),
  story('devices-offline', '/devices', {}, { connection: 'down' }),

  story('sharing-off', '/sharing', {}),
  story('sharing-on', '/sharing', { sharing: sharing(sharingOn) }),
  story('sharing-many', '/sharing', {
    sharing: sharing({
      ...sharingOn,
      asks: [
        ask(granted),
        ask({
          purpose: 'heart-research',
          purpose_text: 'learning how hearts follow movement',
          streams: ['heart_rate'],
          precision: 'features',
          quests: ['A calm heart', 'Up the hill'],
          points: 120,
        }),
      ],
      grants: [
        grant(),
        grant({
          receipt: other(9),
          grant: { ...grant().grant, purpose: 'sleep-study', devices: { only: ['sample'] } },
        }),
        grant({ receipt: other(8), state: 'withdrawn', withdrawn_at: NOW - 2 * HOUR }),
        grant({ receipt: other(7), state: 'ended' }),
      ],
      stayed_readings: 1_904_311,
    }),
  }),
  story('sharing-see', '/sharing', {}, {}, ['See exactly what would leave']),
  story('sharing-withdrawn', '/sharing', { sharing: sharing(sharingOn) }, {}, [
    'Riverside hub may have a summary of my movement and turning, for learning how people move',
  ]),
  story('sharing-granted', '/sharing', {}, {}, [
    'Riverside hub may have a summary of my movement and turning, for learning how people move',
  ]),
  story('sharing-none', '/sharing', { sharing: sharing({ asks: [] }) }),
  story('sharing-hub-away', '/sharing', { sharing: sharing({ asks: [], ...away }) }),
  story('sharing-refused', '/sharing', {}, { failing: { grant_consent: 'hub_unreachable' } }, [
    'Riverside hub may have a summary of my movement and turning, for learning how people move',
  ]),
  story('sharing-loading', '/sharing', {}, { silent: ['sharing'] }),
  story('sharing-error', '/sharing', {}, { failing: { sharing: 'corrupt' } }),
  story('sharing-offline', '/sharing', {}, { connection: 'down' }),

  story('history-empty', '/history', {}),
  story('history', '/history', { history: full }),
  story('history-awarded', `/history/${CONTRIBUTION}`, { history: full }),
  story('history-capped', `/history/${other(1)}`, { history: full }),
  story('history-waiting', `/history/${other(2)}`, { history: full }),
  story('history-refused', `/history/${other(3)}`, { history: full }),
  story('history-undone', `/history/${CONTRIBUTION}`, {
    history: history([
      item({
        state: 'withdrawn',
        ledger: { entry: 7, proved_under: 12, reversed: 13, undone_at: NOW - 20 * SECOND, undo_known: true },
      }),
    ]),
  }),
  story('history-unproved', `/history/${CONTRIBUTION}`, {
    history: history([
      item({ ledger: { entry: 7, proved_under: null, reversed: null, undone_at: null, undo_known: false } }),
    ]),
  }),
  story('history-ended', '/history', {
    history: history([item({ state: 'withdrawn', award: null, agrees: null, refusal: 'expired' })]),
  }),
  story('history-another-hub', '/history', {
    history: history(
      [
        item({
          state: 'waiting',
          award: null,
          agrees: null,
          sent_at: null,
          recipient: 'hill-hub',
          recipient_name: 'Hillside hub',
          elsewhere: true,
        }),
      ],
      { points: 0, hub_points: 0 },
    ),
  }),
  story('history-withdrawn', `/history/${other(4)}`, { history: full }),
  story('history-differs', `/history/${CONTRIBUTION}`, {
    history: history([item({ agrees: false, award: { ...award, points: 45 } })], { points: 46, hub_points: 45 }),
  }),
  story('history-bytes', `/history/${CONTRIBUTION}`, { history: full }, {}, ['Show the bytes']),
  story('history-not-there', '/history/nothing', { history: full }),
  story('history-loading', '/history', {}, { silent: ['history'] }),
  story('history-error', '/history', {}, { failing: { history: 'something_new' } }),
  story('history-offline', '/history', { history: full }, { connection: 'down' }),

  story('capture-empty', '/capture', {}),
  story('capture', '/capture', { captures: kept }),
  story('capture-loading', '/capture', {}, { silent: ['captures_kept'] }),
  story('capture-error', '/capture', {}, { failing: { captures_kept: 'io' } }),
  story('capture-offline', '/capture', {}, { connection: 'down', failing: { captures_kept: 'unreachable' } }),
  story('capture-photo', '/capture/photo', { captures: kept }),
  {
    ...story('capture-photo-refused', '/capture/photo', {}, {}, [t.captures.photo.open]),
    before: () => mediaDevices(() => Promise.reject(new DOMException('', 'NotAllowedError'))),
  },
  { ...story('capture-photo-missing', '/capture/photo', {}), before: () => mediaDevices(null) },
  {
    ...story('capture-photo-opening', '/capture/photo', {}, {}, [t.captures.photo.open]),
    before: () => mediaDevices(() => new Promise(() => undefined)),
  },
  {
    ...story('capture-photo-live', '/capture/photo', {}, {}, [t.captures.photo.open, `?${t.captures.photo.shutter}`]),
    before: () => mediaDevices(() => Promise.resolve(filmed())),
  },
  story('capture-photo-checking', '/capture/photo', {}, { silent: ['check_capture'] }, [
    `+${t.captures.photo.pick}`,
    `?${t.captures.checking.cancel}`,
  ]),
  story('capture-photo-redact', '/capture/photo', {}, {}, [
    `+${t.captures.photo.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-photo-retry', '/capture/photo', {}, { judged: 'blurred' }, [
    `+${t.captures.photo.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-photo-reject', '/capture/photo', {}, { judged: 'unsafe' }, [
    `+${t.captures.photo.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-photo-again', '/capture/photo', { captures: kept }, { judged: 'again' }, [
    `+${t.captures.photo.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-photo-again-look', '/capture/photo', { captures: kept }, { judged: 'again' }, [
    `+${t.captures.photo.pick}`,
    t.captures.why.like(kept.captures[1]?.name ?? ''),
  ]),
  story('capture-photo-again-deleted', '/capture/photo', { captures: kept }, { judged: 'againDeleted' }, [
    `+${t.captures.photo.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-photo-kept-before', '/capture/photo', { captures: kept }, { judged: 'keptBefore' }, [
    `+${t.captures.photo.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-photo-discarded', '/capture/photo', {}, {}, [
    `+${t.captures.photo.pick}`,
    t.captures.judged.discard,
    `?${t.app.close}`,
  ]),
  story('capture-photo-discarded-away', '/capture/photo', {}, { failing: { discard_capture: 'unreachable' } }, [
    `+${t.captures.photo.pick}`,
    t.captures.judged.discard,
    `?${t.app.close}`,
  ]),
  story('capture-sound', '/capture/sound', { captures: kept }),
  story('capture-sound-wanted', '/capture/sound', {}, {}, [t.captures.sound.speeches.wanted.name]),
  story('capture-sound-wanted-missing', '/capture/sound', {}, { judged: 'unspoken' }, [
    t.captures.sound.speeches.wanted.name,
    `+${t.captures.sound.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  {
    ...story('capture-sound-unheard', '/capture/sound', {}, {}, [
      t.captures.sound.start,
      t.captures.sound.stop,
      `?${t.captures.sound.start}`,
    ]),
    before: () => {
      hush();
      mediaDevices(() => Promise.resolve(hummed()));
    },
  },
  { ...story('capture-sound-missing', '/capture/sound', {}), before: () => mediaDevices(null) },
  {
    ...story('capture-sound-refused', '/capture/sound', {}, {}, [t.captures.sound.start]),
    before: () => mediaDevices(() => Promise.reject(new DOMException('', 'NotFoundError'))),
  },
  {
    ...story('capture-sound-recording', '/capture/sound', {}, {}, [
      t.captures.sound.start,
      `?${t.captures.sound.stop}`,
    ]),
    before: () => mediaDevices(() => Promise.resolve(hummed())),
  },
  story('capture-sound-redact', '/capture/sound', {}, { judged: 'sound' }, [
    `+${t.captures.sound.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-words', '/capture/words', {}),
  story('capture-words-question', '/capture/words', {}, {}, [t.captures.words.askMe]),
  story('capture-words-empty', '/capture/words', {}, {}, [t.captures.words.check]),
  story('capture-words-redact', '/capture/words', {}, {}, [
    `=${t.captures.words.label}=${LETTER}`,
    t.captures.words.check,
  ]),
  story('capture-words-why', '/capture/words', {}, { judged: 'noise' }, [
    `=${t.captures.words.label}=asdf asdf jkl asdf`,
    t.captures.words.check,
    `${t.app.why} This looks like keys pressed at random.`,
  ]),
  story('capture-words-kept', '/capture/words', {}, {}, [
    `=${t.captures.words.label}=${LETTER}`,
    t.captures.words.check,
    t.captures.judged.keep,
  ]),
  story('capture-file', '/capture/file', { captures: kept }),
  story('capture-file-places', '/capture/file', {}, { judged: 'places' }, [
    `+${t.captures.file.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-file-motion', '/capture/file', {}, { judged: 'motion' }, [
    `+${t.captures.file.pick}`,
    `?${t.captures.judged.discard}`,
  ]),
  story('capture-file-unknown', '/capture/file', {}, { failing: { check_capture: 'unknown_format' } }, [
    `+${t.captures.file.pick}`,
  ]),
  story('capture-file-impossible', '/capture/file', {}, { failing: { check_capture: 'impossible_value' } }, [
    `+${t.captures.file.pick}`,
  ]),
  story('capture-file-many', '/capture/file', {}, { failing: { check_capture: 'many_checks' } }, [
    `+${t.captures.file.pick}`,
  ]),
  story('capture-file-away', '/capture/file', {}, { failing: { check_capture: 'unreachable' } }, [
    `+${t.captures.file.pick}`,
  ]),
  story('capture-kept-photo', `/capture/${kept.captures[1]?.id}`, { captures: kept }),
  story('capture-kept-words', `/capture/${kept.captures[0]?.id}`, { captures: kept }),
  story('capture-kept-alone', `/capture/${kept.captures[3]?.id}`, { captures: kept }),
  story('capture-kept-loading', `/capture/${kept.captures[1]?.id}`, { captures: kept }, { silent: ['shared_capture'] }),
  story(
    'capture-kept-error',
    `/capture/${kept.captures[1]?.id}`,
    { captures: kept },
    { failing: { shared_capture: 'io' } },
  ),
  story('capture-kept-original', `/capture/${kept.captures[1]?.id}`, { captures: kept }, {}, [t.captures.one.original]),
  story('capture-kept-original-words', `/capture/${kept.captures[0]?.id}`, { captures: kept }, {}, [
    t.captures.one.original,
  ]),
  story('capture-kept-original-alone', `/capture/${kept.captures[3]?.id}`, { captures: kept }, {}, [
    t.captures.one.original,
  ]),
  story(
    'capture-kept-original-loading',
    `/capture/${kept.captures[3]?.id}`,
    { captures: kept },
    { silent: ['original_capture'] },
    [t.captures.one.original],
  ),
  story(
    'capture-kept-original-error',
    `/capture/${kept.captures[3]?.id}`,
    { captures: kept },
    { failing: { original_capture: 'io' } },
    [t.captures.one.original],
  ),
  story('capture-kept-again', `/capture/${kept.captures[4]?.id}`, { captures: kept }),
  story('capture-one-loading', `/capture/${kept.captures[1]?.id}`, {}, { silent: ['captures_kept'] }),
  story('capture-one-error', `/capture/${kept.captures[1]?.id}`, {}, { failing: { captures_kept: 'io' } }),
  story(
    'capture-one-offline',
    `/capture/${kept.captures[1]?.id}`,
    {},
    { connection: 'down', failing: { captures_kept: 'unreachable' } },
  ),
  story('capture-deleted', `/capture/${kept.captures[0]?.id}`, { captures: kept }, {}, [t.captures.one.delete]),
  story('capture-not-there', '/capture/nothing', { captures: kept }),

  story('system', '/system', {}),
];
