import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { LONGEST, Recorder } from './recorder.svelte';

const unset: (heard: Float32Array) => void = () => undefined;
/** The page's sound, as far as a recorder uses it: what a test says is heard. */
const sound = { asked: [] as unknown[], rate: 48_000, refuses: false, open: 0, hear: unset };

class FakeContext {
  readonly sampleRate: number;
  readonly destination = {};
  readonly audioWorklet = { addModule: () => Promise.resolve() };
  constructor(options?: { sampleRate: number }) {
    sound.asked.push(options?.sampleRate);
    sound.open += 1;
    this.sampleRate = options?.sampleRate ?? sound.rate;
  }
  createMediaStreamSource() {
    if (sound.refuses && this.sampleRate !== sound.rate) throw new DOMException('', 'NotSupportedError');
    return { context: this, connect: () => undefined };
  }
  resume = () => new Promise<void>(() => undefined);
  close = () => {
    sound.open -= 1;
    return Promise.resolve();
  };
}

class FakeNode {
  readonly port = {
    set onmessage(take: (event: { data: Float32Array }) => void) {
      sound.hear = (data) => void take({ data });
    },
  };
  connect = () => undefined;
}

beforeEach(() => {
  Object.assign(sound, { asked: [], rate: 48_000, refuses: false, open: 0 });
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('AudioWorkletNode', FakeNode);
  const stream = { getTracks: () => [], getAudioTracks: () => [] };
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => Promise.resolve(stream) } });
});
afterEach(() => vi.unstubAllGlobals());

describe('a recorder', () => {
  it('records at a rate at which the longest recording is as large as a command carries', async () => {
    const recorder = new Recorder(() => undefined);
    await recorder.start();
    expect([sound.asked, recorder.longest]).toEqual([[48_000], LONGEST]);
    sound.hear(new Float32Array(48_000));
    expect(recorder.stop()?.size).toBe(44 + 2 * 48_000);
    expect([recorder.trouble, sound.open]).toEqual([null, 0]);
  });

  it('records for a shorter time where the browser does not change a higher rate', async () => {
    Object.assign(sound, { rate: 96_000, refuses: true });
    const recorder = new Recorder(() => undefined);
    await recorder.start();
    expect([recorder.at, sound.asked, recorder.longest, sound.open]).toEqual([
      'recording',
      [48_000, undefined],
      LONGEST / 2,
      1,
    ]);
    recorder.leave();
    expect(sound.open).toBe(0);
  });

  it('says so when nothing was heard', async () => {
    const recorder = new Recorder(() => undefined);
    await recorder.start();
    expect(recorder.stop()).toBeNull();
    expect([recorder.at, recorder.trouble]).toEqual(['rest', 'unheard']);
    await recorder.start();
    expect(recorder.trouble).toBeNull();
  });
});
