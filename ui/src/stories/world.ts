//! The world of the stories: one person, a morning, and everything that can be true of it.

import type {
  Activity,
  AskView,
  Award,
  CaptureList,
  DeviceList,
  DeviceView,
  GrantView,
  History,
  HistoryItem,
  Pairing,
  Person,
  QuestCard,
  QuestState,
  RecentWindow,
  RejectionView,
  Sharing,
  Today,
} from '../engine/contract';

/** One second, one hour, in microseconds. */
export const SECOND = 1_000_000;
export const HOUR = 3600 * SECOND;
/** Sunday, 22 November 2026, 08:42 local. */
export const NOW = new Date(2026, 10, 22, 8, 42, 10).getTime() * 1000;
export const RECEIPT = '7f3ab2c94e01d6f58890aa7c13de4b6f0912c3d4e5f60718293a4b5c6d7e8f90';
export const CONTRIBUTION = 'c1d2e3f4a5b6978880716253443526170f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** Everything that the engine would answer. */
export interface World {
  person: Person;
  today: Today;
  devices: DeviceList;
  sharing: Sharing;
  history: History;
  captures: CaptureList;
}

/** The award of the mock: 46 of 40 x 0.930 x 1.000 x 1.250. */
export const award: Award = {
  points: 46,
  lines: [
    { factor: 'base', value: 40, change: 40_000, reason: 'quest_offer' },
    { factor: 'quality', value: 930, change: -2_800, reason: 'partly_unclear' },
    { factor: 'novelty', value: 1000, change: 0, reason: 'all_new' },
    { factor: 'need', value: 1250, change: 9_300, reason: 'need_high' },
  ],
};

/** An award that a cap cuts. */
export const cappedAward: Award = {
  points: 100,
  lines: [
    { factor: 'base', value: 120, change: 120_000, reason: 'quest_offer' },
    { factor: 'quality', value: 980, change: -2_400, reason: 'clear' },
    { factor: 'novelty', value: 900, change: -11_760, reason: 'partly_repeated' },
    { factor: 'need', value: 1250, change: 26_460, reason: 'need_high' },
    { factor: 'cap', value: 100, change: -32_300, reason: 'quest_cap' },
  ],
};

export function person(over: Partial<Person> = {}): Person {
  return {
    name: 'Ada',
    key_place: 'keyring',
    readings: 72_304,
    vault_bytes: 1_214_000,
    hub: { id: 'home-hub', name: 'Riverside hub', embedded: true, state: 'reachable', trouble: null },
    version: '0.1.0',
    ...over,
  };
}

export function quest(state: QuestState, seconds = 25, over: Partial<QuestCard> = {}): QuestCard {
  return {
    id: 'first-steps',
    title: 'First steps',
    story: 'Walk for one minute, anywhere. Your watch notices by itself.',
    label: 'walking',
    streams: ['acceleration', 'angular_velocity'],
    kind: 'once',
    progress: { seconds, goal: 60 },
    state,
    ask: {
      purpose: 'activity-research',
      purpose_text: 'learning how people move',
      precision: 'summary',
      retention_days: 90,
    },
    award,
    windows: Math.floor(seconds / 5),
    contribution: ['sending', 'awarded', 'refused'].includes(state.state) ? CONTRIBUTION : null,
    ...over,
  };
}

export function today(quests: QuestCard[], over: Partial<Today> = {}): Today {
  return {
    now: NOW,
    name: 'Ada',
    devices: 1,
    live: {
      device: 'adas-watch',
      device_name: 'Ada’s watch',
      label: 'walking',
      score: 934,
      reason: 'recognised',
      at: NOW - 2 * SECOND,
    },
    trouble: null,
    day: '2026-11-22',
    quests,
    others: 0,
    streak: { days: 0, longest: 0, state: 'fresh', done_today: false },
    level: { level: 1, points: 0, from: 0, next: 100 },
    points: 0,
    provisional_points: 0,
    hub: 'reachable',
    hub_trouble: null,
    ...over,
  };
}

function windows(): RecentWindow[] {
  const labels: Activity[] = [
    ...Array<Activity>(9).fill('standing'),
    ...Array<Activity>(21).fill('walking'),
    'unknown',
    'unknown',
    ...Array<Activity>(8).fill('running'),
    ...Array<Activity>(6).fill('walking'),
    'unknown',
    ...Array<Activity>(7).fill('badminton'),
    ...Array<Activity>(6).fill('standing'),
  ];
  return labels.map((label, index) => ({
    start: NOW - (labels.length - index) * 5 * SECOND - (index < 30 ? 240 * SECOND : 0),
    label,
    score: label === 'unknown' ? 410 : 930,
  }));
}

export function watch(over: Partial<DeviceView> = {}): DeviceView {
  return {
    id: 'adas-watch',
    name: 'Ada’s watch',
    kind: 'mqtt',
    paired_at: NOW - 26 * HOUR,
    health: 'listening',
    connected: true,
    last_seen: NOW - 2 * SECOND,
    samples: 72_304,
    streams: [
      { stream: 'acceleration', unit: 'm/s2', samples: 36_000, last_value: 10.12, last_time: NOW - SECOND },
      { stream: 'angular_velocity', unit: 'rad/s', samples: 36_000, last_value: 0.734, last_time: NOW - SECOND },
      { stream: 'heart_rate', unit: 'beat/min', samples: 304, last_value: 104, last_time: NOW - SECOND },
    ],
    windows: { walking: 127, standing: 80, running: 18, badminton: 7, unknown: 9 },
    recent: windows(),
    rejections: [],
    topic: 'earnest/adas-watch/senml',
    sample_running: null,
    ...over,
  };
}

export function sampleDevice(over: Partial<DeviceView> = {}): DeviceView {
  return watch({
    id: 'sample',
    name: 'Sample wearable',
    kind: 'sample',
    topic: 'earnest/sample/senml',
    sample_running: true,
    ...over,
  });
}

export function waitingDevice(over: Partial<DeviceView> = {}): DeviceView {
  return watch({
    id: 'old-band',
    name: 'Old band',
    health: 'waiting',
    connected: false,
    last_seen: null,
    samples: 0,
    streams: [],
    windows: {},
    recent: [],
    topic: 'earnest/old-band/senml',
    ...over,
  });
}

export const rejections: RejectionView[] = [
  {
    reason: 'time_in_future',
    count: 3,
    last_at: NOW - 95 * SECOND,
    detail: 'record 4, acceleration.x: 2026-11-22T11:40:02Z is 2 h 58 min later than now',
  },
  { reason: 'unknown_unit', count: 1, last_at: NOW - 2 * HOUR, detail: 'record 0: "ft/s2" is no unit of acceleration' },
];

export const strangers: RejectionView[] = [
  {
    reason: 'wrong_credentials',
    count: 12,
    last_at: NOW - 40 * SECOND,
    detail: 'user name "old-watch", from 192.168.1.77',
  },
];

export function devices(list: DeviceView[], over: Partial<DeviceList> = {}): DeviceList {
  return { now: NOW, devices: list, strangers: [], endpoint: { host: '192.168.1.20', port: 1883 }, ...over };
}

export function ask(over: Partial<AskView> = {}): AskView {
  return {
    purpose: 'activity-research',
    purpose_text: 'learning how people move',
    streams: ['acceleration', 'angular_velocity'],
    precision: 'summary',
    recipient: 'home-hub',
    recipient_name: 'Riverside hub',
    retention_days: 90,
    quests: ['First steps'],
    points: 50,
    from: NOW - 24 * HOUR,
    until: NOW + 90 * 24 * HOUR,
    receipt: null,
    granted_until: null,
    ...over,
  };
}

export const granted = { receipt: RECEIPT, granted_until: NOW + 90 * 24 * HOUR };

export function grant(over: Partial<GrantView> = {}): GrantView {
  return {
    receipt: RECEIPT,
    grant: {
      purpose: 'activity-research',
      purpose_text: 'learning how people move',
      streams: ['acceleration', 'angular_velocity'],
      devices: 'all',
      precision: 'summary',
      recipient: 'home-hub',
      retention_days: 90,
      from: NOW - 25 * HOUR,
      until: NOW + 90 * 24 * HOUR,
    },
    given_at: NOW - HOUR,
    state: 'active',
    withdrawn_at: null,
    ...over,
  };
}

export function sharing(over: Partial<Sharing> = {}): Sharing {
  return {
    now: NOW,
    hub: person().hub,
    asks: [ask()],
    grants: [],
    left: [],
    left_bytes_week: 0,
    stayed_readings: 72_304,
    ...over,
  };
}

/** The bytes of a contribution, shaped as the domain writes them. */
export const TEXT = JSON.stringify({
  body: {
    person: 'ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c',
    quest: 'first-steps',
    quest_version: 1,
    ordinal: 0,
    receipt: RECEIPT,
    hour: Math.floor(NOW / HOUR) * HOUR,
    summary: { label: 'walking', seconds: 60, quality: 930 },
    fingerprints: Array.from({ length: 12 }, (_, index) => (index * 5).toString(16).padStart(2, '0').repeat(16)),
  },
  signature:
    'db348a20faa619ae4c4ff3a121745dafd6421c69ae379e374a8568c85aba6e5892da4527d6b675db83b81e6577bc069597d990e911cb5a0f1cbd9d75f30e7a02',
});

export function item(over: Partial<HistoryItem> = {}): HistoryItem {
  return {
    contribution: CONTRIBUTION,
    quest: 'first-steps',
    quest_title: 'First steps',
    at: NOW - 70 * SECOND,
    state: 'awarded',
    recipient: 'home-hub',
    recipient_name: 'Riverside hub',
    elsewhere: false,
    label: 'walking',
    seconds: 60,
    quality: 930,
    windows: 12,
    stayed_readings: 18_000,
    receipt: RECEIPT,
    text: TEXT,
    sent_at: NOW - 60 * SECOND,
    estimate: award,
    award,
    agrees: true,
    refusal: null,
    ledger: { entry: 7, proved_under: 12, reversed: null, undone_at: null, undo_known: false },
    ...over,
  };
}

export function history(items: HistoryItem[], over: Partial<History> = {}): History {
  const points = items.reduce((sum, one) => sum + (one.award?.points ?? 0), 0);
  return { items, points, hub_points: points, ...over };
}

const QR = (() => {
  // Not a code that can be read: a story needs its look alone.
  let cells = '';
  for (let y = 0; y < 29; y += 1) {
    for (let x = 0; x < 29; x += 1) {
      const corner = (x < 8 && y < 8) || (x > 20 && y < 8) || (x < 8 && y > 20);
      const on = corner
        ? [0, 6].includes(x % 22) || [0, 6].includes(y % 22) || (x % 22 > 1 && x % 22 < 5 && y % 22 > 1 && y % 22 < 5)
        : ((x * 7 + y * 13 + x * y) % 5) % 2 === 0;
      if (on && !(corner && (x % 22 > 6 || y % 22 > 6))) cells += `M${x} ${y}h1v1h-1z`;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path d="${cells}"/></svg>`;
})();

export const pairing: Pairing = {
  device: 'old-band',
  host: '192.168.1.20',
  port: 1883,
  username: 'old-band',
  password: 'quiet-meadow-7314-lantern',
  topic: 'earnest/old-band/senml',
  qr_svg: QR,
};

/** A usual morning: paired, walking, nothing decided yet. */
export function world(over: Partial<World> = {}): World {
  return {
    person: person(),
    today: today([quest({ state: 'open' })]),
    devices: devices([watch()]),
    sharing: sharing(),
    history: history([], { hub_points: 0 }),
    captures: { captures: [] },
    ...over,
  };
}
