import { describe, expect, it } from 'vitest';

import { captures, mark, measured, moment } from '../../texts/captures';
import { afterComma, bytesOf, fileOf } from './bytes';
import { isCapture, wordsOf } from './marks';
import { troubleOf } from './media';
import { table } from './table';

describe('bytes', () => {
  it('come back as they were', () => {
    expect([...bytesOf('AAECf4D/')]).toEqual([0, 1, 2, 127, 128, 255]);
    expect([...bytesOf('')]).toEqual([]);
    expect(afterComma('data:image/jpeg;base64,AAEC')).toBe('AAEC');
    expect(afterComma('data:')).toBe('');
  });
});

describe('a file that is read from the vault', () => {
  it('says what it is, as far as its beginning tells', () => {
    const type = (...begins: number[]) => fileOf(Uint8Array.from(begins)).type;
    const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
    expect(type(0xff, 0xd8, 0xff, 0xe0)).toBe('image/jpeg');
    expect(type(...letters('RIFF....WAVE'))).toBe('audio/wav');
    expect(type(...letters('RIFF....WEBP'))).toBe('image/webp');
    expect(type(0xff, 0xfb, 0x90)).toBe('audio/mpeg');
    expect(type(1, 2)).toBe('');
  });

  it('has its words as the marks count them', () => {
    expect(wordsOf(new TextEncoder().encode('\ufeffFür\r\nalle'))).toBe('Für\nalle');
  });
});

describe('a label', () => {
  it('is an earlier capture, or a word', () => {
    expect(isCapture('0a'.repeat(32))).toBe(true);
    expect([isCapture('walking'), isCapture(null), isCapture('0A'.repeat(32))]).toEqual([false, false, false]);
  });
});

describe('a table', () => {
  it('has its rows, quoted cells and all', () => {
    expect(table('cell,hour\n"a, ""b""",7\r\nc\n\n')).toEqual([
      ['cell', 'hour'],
      ['a, "b"', '7'],
      ['c', ''],
    ]);
    expect(table('')).toEqual([]);
    expect(table('"never closed,\n1')).toEqual([['never closed,\n1']]);
  });
});

describe('a camera or a microphone that does not open', () => {
  it('says why, in a sentence for each', () => {
    const why = (name: string) => troubleOf(new DOMException('', name));
    expect([why('NotAllowedError'), why('NotFoundError'), why('NotReadableError'), why('TypeError')]).toEqual([
      'refused',
      'none',
      'taken',
      'failed',
    ]);
    expect(troubleOf('what?')).toBe('failed');
    expect(Object.keys(captures.camera)).toEqual(Object.keys(captures.microphone));
  });
});

describe('words for what verdicts hold', () => {
  it('are plain, also for codes that are newer than the screens', () => {
    expect([mark('e_mail'), mark('face', 2), mark('moon_phase'), mark('constructor')]).toEqual([
      'e-mail address',
      'faces',
      'moon phase',
      'constructor',
    ]);
    expect(measured(12.4, '1', 40)).toBe('12.4, should be at least 40');
    expect(measured(-32.51, 'dB', -40, 0)).toBe('−32.5\u00a0dB, should be at least −40\u00a0dB and at most 0\u00a0dB');
    expect(moment(67_900)).toBe('1:07');
  });
});
