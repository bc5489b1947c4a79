import { describe, expect, it } from 'vitest';

import { captures, mark, measured, moment } from '../../texts/captures';
import { afterComma, bytesOf } from './bytes';
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
