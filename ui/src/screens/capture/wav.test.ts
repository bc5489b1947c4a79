import { describe, expect, it } from 'vitest';

import { Heard, loudness, wav } from './wav';

async function read(file: Blob): Promise<DataView> {
  return new DataView(await file.arrayBuffer());
}

const word = (view: DataView, at: number) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));

describe('a WAV file', () => {
  it('says what it holds', async () => {
    const file = wav([Int16Array.of(0, 1, -1), Int16Array.of(32_767, -32_768)], 48_000);
    const view = await read(file);
    expect(file.type).toBe('audio/wav');
    expect(view.byteLength).toBe(44 + 10);
    expect([0, 8, 12, 36].map((at) => word(view, at))).toEqual(['RIFF', 'WAVE', 'fmt ', 'data']);
    expect(view.getUint32(4, true)).toBe(view.byteLength - 8);
    expect([view.getUint32(16, true), view.getUint16(20, true), view.getUint16(22, true)]).toEqual([16, 1, 1]);
    expect([view.getUint32(24, true), view.getUint32(28, true)]).toEqual([48_000, 96_000]);
    expect([view.getUint16(32, true), view.getUint16(34, true)]).toEqual([2, 16]);
    expect(view.getUint32(40, true)).toBe(10);
    expect([44, 46, 48, 50, 52].map((at) => view.getInt16(at, true))).toEqual([0, 1, -1, 32_767, -32_768]);
  });

  it('is whole without a sample', async () => {
    const view = await read(wav([], 16_000));
    expect([view.byteLength, view.getUint32(4, true), view.getUint32(40, true)]).toEqual([44, 36, 0]);
  });
});

describe('what a microphone hears', () => {
  it('becomes 16-bit samples; what is too loud or no number is bounded', async () => {
    const heard = new Heard(8_000, 60);
    heard.take(Float32Array.of(0, 1, -1, 7, -7, Number.NaN, Number.POSITIVE_INFINITY, 0.5));
    const view = await read(heard.file());
    const samples = Array.from({ length: 8 }, (_, i) => view.getInt16(44 + 2 * i, true));
    expect(samples).toEqual([0, 32_767, -32_768, 32_767, -32_768, 0, 0, 16_384]);
  });

  it('is as long as it is heard, and ends by itself', () => {
    const heard = new Heard(1_000, 2);
    for (let block = 0; block < 10; block += 1) heard.take(new Float32Array(500));
    expect(heard.seconds).toBe(2);
    expect(heard.full).toBe(true);
    expect(heard.file().size).toBe(44 + 2 * 2_000);
  });

  it('is shown as loud as it is', () => {
    const heard = new Heard(8_000, 60);
    heard.take(new Float32Array(100));
    expect(heard.level).toBe(0);
    heard.take(new Float32Array(100).fill(0.1));
    const quiet = heard.level;
    heard.take(new Float32Array(100).fill(1));
    expect(heard.level).toBe(1);
    expect(quiet).toBeGreaterThan(0.5);
    expect(quiet).toBeLessThan(1);
    expect([loudness(0), loudness(0.001), loudness(1)]).toEqual([0, 0, 1]);
  });
});
