import { describe, expect, it } from 'vitest';

import {
  ago,
  bigNumber,
  bytes,
  change,
  count,
  day,
  dayPart,
  duration,
  factor,
  list,
  measure,
  percent,
  thousandths,
  time,
  weekday,
  when,
} from './format';

/** Local, so that the tests hold in every time zone. */
const at = (...parts: [number, number, number, number?, number?, number?]) =>
  new Date(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0).getTime() * 1000;

const NOW = at(2026, 11, 22, 8, 42, 10);

describe('numbers', () => {
  it('shows changes in thousandths of a point with their sign, and no zeros at the end', () => {
    expect(change(-2_800)).toBe('−2.8');
    expect(change(9_300)).toBe('+9.3');
    expect(change(0)).toBe('0');
    expect(change(-32_305)).toBe('−32.305');
    expect(thousandths(40_000)).toBe('40');
    expect(thousandths(46_500)).toBe('46.5');
    expect(thousandths(1_234_050)).toBe('1,234.05');
  });

  it('shows a factor as the formula has it', () => {
    expect(factor(930)).toBe('0.930');
    expect(factor(1250)).toBe('1.250');
    expect(factor(0)).toBe('0.000');
  });

  it('never rounds a check up to certainty', () => {
    expect(percent(999)).toBe('99\u00a0%');
    expect(percent(1000)).toBe('100\u00a0%');
  });

  it('shows counts, large ones in words', () => {
    expect(count(1, { one: 'reading', other: 'readings' })).toBe('1\u00a0reading');
    expect(count(0, { one: 'reading', other: 'readings' })).toBe('0\u00a0readings');
    expect(bigNumber(72_304)).toBe('72,304');
    expect(bigNumber(1_904_311)).toBe('1.9\u00a0million');
  });

  it('shows sizes', () => {
    expect(bytes(1)).toBe('1\u00a0byte');
    expect(bytes(312)).toBe('312\u00a0bytes');
    expect(bytes(3_752)).toBe('3.8\u00a0kB');
    expect(bytes(38_400)).toBe('38\u00a0kB');
    expect(bytes(1_214_000)).toBe('1.2\u00a0MB');
  });

  it('shows measured values with as many digits as mean something', () => {
    expect(measure(0.734)).toBe('0.73');
    expect(measure(10.12)).toBe('10.1');
    expect(measure(104)).toBe('104');
    expect(measure(-0.5)).toBe('−0.50');
  });
});

describe('times', () => {
  it('says when, as people do', () => {
    expect(when(at(2026, 11, 22, 8, 41), NOW)).toBe('today 08:41');
    expect(when(at(2026, 11, 21, 23, 59), NOW)).toBe('yesterday 23:59');
    expect(when(at(2026, 11, 23, 0, 1), NOW)).toBe('tomorrow 00:01');
    expect(when(at(2026, 11, 15, 9, 12), NOW)).toBe('15 November, 09:12');
    expect(when(at(2025, 11, 15, 9, 12), NOW)).toBe('15 November 2025, 09:12');
  });

  it('says how long ago, and never that it was later than now', () => {
    expect(ago(NOW - 2_000_000, NOW)).toBe('now');
    expect(ago(NOW + 60_000_000, NOW)).toBe('now');
    expect(ago(NOW - 47_000_000, NOW)).toBe('40\u00a0s ago');
    expect(ago(NOW - 185_000_000, NOW)).toBe('3\u00a0min ago');
    expect(ago(at(2026, 11, 22, 1, 30), NOW)).toBe('today 01:30');
  });

  it('names days', () => {
    expect(day(at(2027, 2, 20), NOW)).toBe('20 February 2027');
    expect(day(at(2026, 12, 24), NOW)).toBe('24 December');
    expect(weekday(NOW)).toBe('Sunday, 22 November');
    expect(time(NOW)).toBe('08:42');
    expect([3, 8, 14, 21].map((hour) => dayPart(at(2026, 11, 22, hour)))).toEqual([
      'night',
      'morning',
      'afternoon',
      'evening',
    ]);
  });

  it('says how long', () => {
    expect(duration(1)).toBe('1\u00a0second');
    expect(duration(45)).toBe('45\u00a0seconds');
    expect(duration(60)).toBe('1\u00a0minute');
    expect(duration(630)).toBe('10\u00a0min 30\u00a0s');
  });
});

describe('lists', () => {
  it('are read as a sentence', () => {
    expect(list(['movement'])).toBe('movement');
    expect(list(['movement', 'turning', 'pulse'])).toBe('movement, turning and pulse');
  });
});
