//! Captures of the stories: drawn and hummed here, judged as the engine would.

import type {
  CaptureList,
  CheckedCapture,
  Evidence,
  KeptCapture,
  OriginalFile,
  SharedFile,
  Verdict,
} from '../engine/contract';
import { bytesOf } from '../screens/capture/bytes';
import { wavHeader } from '../screens/capture/wav';
import { HOUR, NOW } from './world';

/** What Ada writes. */
export const LETTER = 'The bench by the river is new. Ask ada@example.org about it, she painted it für alle.';

const id = (n: number) => n.toString(16).padStart(2, '0').repeat(32);
const [WIDTH, HEIGHT] = [800, 600];
const FACE = { x: 480, y: 150, width: 120, height: 140 };

function verdict(over: Partial<Verdict>): Verdict {
  return {
    check: 'photo-quality',
    version: 1,
    decision: 'accept',
    score: 940,
    label: null,
    reason: 'clear',
    says: 'It is sharp and well lit.',
    advice: '',
    evidence: [],
    model: null,
    ...over,
  };
}

function canvas(covered: boolean): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  [picture.width, picture.height] = [WIDTH, HEIGHT];
  const pen = picture.getContext('2d');
  if (!pen) return picture;
  const fill = (colour: string, x: number, y: number, width: number, height: number) => {
    pen.fillStyle = colour;
    pen.fillRect(x, y, width, height);
  };
  fill('#bcd7e4', 0, 0, WIDTH, 330);
  fill('#7fa98a', 0, 330, WIDTH, 270);
  fill('#5b8fb0', 0, 400, WIDTH, 70);
  fill('#7a4f2c', 150, 360, 260, 22);
  fill('#7a4f2c', 170, 380, 18, 70);
  fill('#7a4f2c', 372, 380, 18, 70);
  fill('#39506e', 470, 290, 140, 210);
  pen.fillStyle = '#e0b28c';
  pen.beginPath();
  pen.ellipse(540, 220, 52, 64, 0, 0, Math.PI * 2);
  pen.fill();
  if (covered) {
    const side = FACE.width / 4;
    ['#cbb49a', '#c2a98e', '#b99f86', '#cfbfa8'].forEach((colour, i) =>
      fill(colour, FACE.x + i * side, FACE.y, side, FACE.height),
    );
  }
  return picture;
}

function base64(bytes: Uint8Array): string {
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

function file(media_type: string, bytes: string): SharedFile {
  return { media_type, bytes, size: Math.floor((bytes.length * 3) / 4) };
}

function photo(covered: boolean): SharedFile {
  return file('image/jpeg', canvas(covered).toDataURL('image/jpeg', 0.85).split(',')[1] ?? '');
}

function tone(seconds: number): SharedFile {
  const rate = 8_000;
  const samples = Int16Array.from(
    { length: rate * seconds },
    (_, i) => 9_000 * Math.sin((i / rate) * 2 * Math.PI * 220),
  );
  const header = new Uint8Array(wavHeader(samples.byteLength, rate));
  return file('audio/wav', base64(new Uint8Array([...header, ...new Uint8Array(samples.buffer)])));
}

function words(text: string, type = 'text/plain; charset=utf-8'): SharedFile {
  return file(type, base64(new TextEncoder().encode(text)));
}

const byte = (text: string, part: string) => new TextEncoder().encode(text.slice(0, text.indexOf(part))).length;
const address = 'ada@example.org';
const span: Evidence = {
  evidence: 'span',
  start: byte(LETTER, address),
  end: byte(LETTER, address) + address.length,
  what: 'e_mail',
};
const named = verdict({
  check: 'text-personal-data',
  decision: 'redact',
  reason: 'found',
  says: 'It holds personal data, which is taken out before anything leaves.',
  advice: 'Look at the marks. What was missed, take out yourself.',
  evidence: [span],
  score: 1000,
});
const something = verdict({ check: 'text-substance', reason: 'something', says: 'There is something in it.' });
const faces = verdict({
  check: 'photo-faces',
  decision: 'redact',
  reason: 'found',
  says: 'One face was found, and is covered before anything leaves.',
  advice: 'Look whether one was missed.',
  evidence: [{ evidence: 'region', ...FACE, what: 'face' }],
  model: '9c'.repeat(32),
});
const blurred = verdict({
  check: 'photo-quality',
  decision: 'retry',
  score: 210,
  reason: 'blurred',
  says: 'It is blurred.',
  advice: 'Hold still for a moment, or come closer to the light.',
  evidence: [{ evidence: 'measure', what: 'sharpest_edges', value: 0.12, unit: '1', least: 0.4 }],
});
const unsafe = verdict({
  check: 'photo-unsafe',
  decision: 'reject',
  score: 910,
  reason: 'unsafe',
  says: 'It looks as if it shows nakedness or sex. Such a photo cannot be shared; it stays with you.',
  advice: 'If it shows nothing of the kind, take it again from further away, or with less skin in the middle of it.',
  evidence: [{ evidence: 'measure', what: 'unsafe', value: 0.91, unit: '1', most: 0.6 }],
  model: 'e2'.repeat(32),
});
/** Like the capture of that number, which is kept or was. */
const again = (earlier: number) =>
  verdict({
    check: 'photo-duplicate',
    decision: 'retry',
    score: 0,
    label: id(earlier),
    reason: 'seen_before',
    says: 'This is the same photo as an earlier one, or nearly so.',
    advice: 'Each photo counts once. Take a new one.',
    evidence: [{ evidence: 'measure', what: 'differing_waves', value: 3, unit: 'bit', most: 10 }],
  });
const unspoken = verdict({
  check: 'sound-speech',
  decision: 'retry',
  score: 40,
  reason: 'speech_missing',
  says: 'No voice could be heard in it, or hardly any.',
  advice: 'Speak towards the microphone, at arm’s length, and say it again.',
  evidence: [{ evidence: 'measure', what: 'speech', value: 0.02, unit: '1' }],
});
const spoken = verdict({
  check: 'sound-speech',
  decision: 'redact',
  reason: 'speech',
  says: 'Somebody speaks; that is taken out before anything leaves.',
  advice: '',
  label: 'a_street',
  evidence: [
    { evidence: 'stretch', from_ms: 1_200, to_ms: 3_400, what: 'speech' },
    { evidence: 'stretch', from_ms: 6_000, to_ms: 6_900, what: 'speech' },
    { evidence: 'measure', what: 'speech_share', value: 0.31, unit: '1' },
  ],
});

function checked(
  over: Partial<CheckedCapture> & Pick<CheckedCapture, 'kind' | 'decision' | 'verdicts'>,
): CheckedCapture {
  return { id: id(42), text: null, shared: null, kept_as: null, ...over };
}

/** What the checks make of each. */
export const judged = {
  photo: () => checked({ kind: 'photo', decision: 'redact', verdicts: [verdict({}), faces], shared: photo(true) }),
  blurred: () => checked({ kind: 'photo', decision: 'retry', verdicts: [blurred, faces] }),
  unsafe: () => checked({ kind: 'photo', decision: 'reject', verdicts: [unsafe, verdict({})] }),
  again: () => checked({ kind: 'photo', decision: 'retry', verdicts: [again(2), verdict({})] }),
  againDeleted: () => checked({ kind: 'photo', decision: 'retry', verdicts: [again(99), verdict({})] }),
  keptBefore: (): CheckedCapture => ({ ...judged.photo(), id: id(2), kept_as: kept.captures[1]?.name ?? null }),
  unspoken: () => checked({ kind: 'sound', decision: 'retry', verdicts: [unspoken] }),
  sound: () => checked({ kind: 'sound', decision: 'redact', verdicts: [spoken], shared: tone(8) }),
  words: () =>
    checked({
      kind: 'text',
      decision: 'redact',
      verdicts: [something, named],
      text: LETTER,
      shared: words(LETTER.replace(address, '[e-mail]')),
    }),
  noise: () =>
    checked({
      kind: 'text',
      decision: 'retry',
      verdicts: [
        verdict({
          check: 'text-substance',
          decision: 'retry',
          score: 0,
          reason: 'keyboard_noise',
          says: 'This looks like keys pressed at random.',
          advice: 'Write it in words. In a language of your own is fine.',
          evidence: [{ evidence: 'measure', what: 'along_the_rows', value: 0.82, unit: '1', most: 0.55 }],
        }),
      ],
      text: 'asdf asdf jkl asdf',
    }),
  places: () =>
    checked({
      kind: 'place',
      decision: 'redact',
      verdicts: [
        verdict({
          check: 'place-home',
          decision: 'redact',
          says: 'Two cells look like home and work. They stay here.',
        }),
      ],
      shared: words(
        'cell,hour,minutes\n871fb4662ffffff,2026-11-22T07:00:00Z,14\n871fb4663ffffff,2026-11-22T07:00:00Z,9\n',
        'text/csv; charset=utf-8',
      ),
    }),
  motion: () =>
    checked({
      kind: 'motion',
      decision: 'accept',
      verdicts: [
        verdict({
          check: 'activity',
          label: 'walking',
          says: 'Walking.',
          evidence: [
            { evidence: 'stretch', from_ms: 0, to_ms: 64_000, what: 'walking' },
            { evidence: 'stretch', from_ms: 64_000, to_ms: 90_000, what: 'unknown' },
          ],
        }),
      ],
    }),
};

/** A capture that the person keeps. */
export function keptOf(capture: CheckedCapture, name: string): KeptCapture {
  const { id, kind, decision, verdicts } = capture;
  return { id, kind, decision, verdicts, name, kept_at: NOW, size: 812, shared_size: capture.shared?.size ?? null };
}

/** What is kept already. */
export const kept: CaptureList = {
  captures: [
    {
      id: id(1),
      kind: 'text',
      name: 'The bench by the river is new',
      kept_at: NOW - HOUR,
      decision: 'redact',
      verdicts: [something, named],
      size: 86,
      shared_size: 79,
    },
    {
      id: id(2),
      kind: 'photo',
      name: 'A bench with a name that is quite long, for a bench',
      kept_at: NOW - 3 * HOUR,
      decision: 'redact',
      verdicts: [verdict({}), faces],
      size: 3_204_112,
      shared_size: 912_338,
    },
    {
      id: id(3),
      kind: 'sound',
      name: 'Our street',
      kept_at: NOW - 20 * HOUR,
      decision: 'accept',
      verdicts: [verdict({ check: 'sound-quality', says: 'It is clear.' })],
      size: 2_880_044,
      shared_size: 960_044,
    },
    {
      id: id(4),
      kind: 'photo',
      name: 'The hill in fog',
      kept_at: NOW - 60 * HOUR,
      decision: 'retry',
      verdicts: [blurred],
      size: 2_100_340,
      shared_size: null,
    },
    {
      id: id(5),
      kind: 'photo',
      name: 'The bench once more',
      kept_at: NOW - 61 * HOUR,
      decision: 'retry',
      verdicts: [again(2), verdict({})],
      size: 3_204_112,
      shared_size: null,
    },
  ],
};

/** What could leave of what is kept. */
export function sharedOf(capture: string): SharedFile | null {
  switch (capture) {
    case id(1):
      return judged.words().shared;
    case id(2):
      return photo(true);
    case id(3):
      return tone(8);
    default:
      return null;
  }
}

/** What is kept, as it was taken. */
export function originalOf(capture: string): OriginalFile | null {
  switch (capture) {
    case id(1):
      return words(LETTER);
    case id(3):
      return tone(8);
    case id(2):
    case id(4):
    case id(5):
      return photo(false);
    default:
      return null;
  }
}

/** A file to choose, by what is asked for. */
export function fileFor(label: string): File {
  if (label.includes('photo')) return made(photo(false), 'bench.jpg');
  if (label.includes('recording')) return made(tone(8), 'street.wav');
  return made(words('cell,hour\n', 'text/csv'), 'places.csv');
}

function made({ bytes, media_type: type }: SharedFile, name: string): File {
  return new File([bytesOf(bytes)], name, { type });
}

/** Puts another camera and another microphone into the page; none at all for `null`. */
export function mediaDevices(open: (() => Promise<MediaStream>) | null): void {
  const value = open === null ? undefined : { getUserMedia: open, enumerateDevices: () => Promise.resolve(two) };
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value });
}

const two = ['front', 'back'].map((deviceId) => ({ kind: 'videoinput', deviceId }));

/** What a camera sees. */
export function filmed(): MediaStream {
  return canvas(false).captureStream(5);
}

/** Lets the page give no sound, as where a browser never lets one begin. */
export function hush(): void {
  window.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      void this.suspend();
    }
    override resume(): Promise<void> {
      return new Promise(() => undefined);
    }
  };
}

/** What a microphone hears. */
export function hummed(): MediaStream {
  const context = new AudioContext();
  const hum = new OscillatorNode(context, { frequency: 220 });
  const quieter = new GainNode(context, { gain: 0.2 });
  const heard = context.createMediaStreamDestination();
  hum.connect(quieter).connect(heard);
  hum.start();
  return heard.stream;
}
