//! Numbers, dates and plurals, by Intl alone. Instants are microseconds since 1970, as in the contract.

import type { Permille, Timestamp } from '../engine/contract';

/** The language of the catalogue. */
export const LOCALE = 'en-GB';

/** A space that does not break, between a number and its unit. */
const NB = '\u00a0';
const MINUS = '\u2212';

const plain = new Intl.NumberFormat(LOCALE);
const long = new Intl.NumberFormat(LOCALE, {
  notation: 'compact',
  compactDisplay: 'long',
  maximumFractionDigits: 1,
});
const plurals = new Intl.PluralRules(LOCALE);

/** 1234 as "1,234". */
export function number(value: number): string {
  return plain.format(value);
}

/** From a million on in words: "1.9 million"; "19,204" below. */
export function bigNumber(value: number): string {
  return Math.abs(value) >= 1_000_000 ? long.format(value).replace(' ', NB) : number(value);
}

/** The form that goes with a count. */
export function plural(count: number, forms: { one: string; other: string }): string {
  return plurals.select(count) === 'one' ? forms.one : forms.other;
}

/** "1 window", "3 windows". */
export function count(value: number, forms: { one: string; other: string }): string {
  return `${bigNumber(value)}${NB}${plural(value, forms)}`;
}

/** 930 as "93 %". Rounded down: a check that is not sure never reads as 100 %. */
export function percent(permille: Permille): string {
  return `${Math.floor(permille / 10)}${NB}%`;
}

/** 930 as "0.930": exactly what the formula multiplies by. */
export function factor(permille: number): string {
  return (permille / 1000).toFixed(3);
}

/** Thousandths of a point as points, without zeros at the end: 46500 as "46.5". */
export function thousandths(value: number): string {
  const sign = value < 0 ? MINUS : '';
  const whole = Math.floor(Math.abs(value) / 1000);
  const rest = String(Math.abs(value) % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return `${sign}${number(whole)}${rest === '' ? '' : `.${rest}`}`;
}

/** A change with its sign: -2800 as "−2.8", 9300 as "+9.3", 0 as "0". */
export function change(value: number): string {
  return value > 0 ? `+${thousandths(value)}` : thousandths(value);
}

/** A measured value with as many digits as mean something. */
export function measure(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value
    .toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace('-', MINUS);
}

/** "312 bytes", "38 kB", "4.2 MB". */
export function bytes(value: number): string {
  if (value < 1000) return count(value, { one: 'byte', other: 'bytes' });
  const [size, unit] =
    value < 1_000_000 ? [value / 1e3, 'kB'] : value < 1_000_000_000 ? [value / 1e6, 'MB'] : [value / 1e9, 'GB'];
  return `${size.toLocaleString(LOCALE, { maximumFractionDigits: size < 10 ? 1 : 0 })}${NB}${unit}`;
}

/** "45 seconds", "1 minute", "1 min 30 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return count(seconds, { one: 'second', other: 'seconds' });
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (rest === 0) return count(minutes, { one: 'minute', other: 'minutes' });
  return `${number(minutes)}${NB}min ${rest}${NB}s`;
}

function date(at: Timestamp): Date {
  return new Date(at / 1000);
}

/** The hours and minutes: "08:41". */
export function time(at: Timestamp): string {
  return date(at).toLocaleTimeString(LOCALE, { hour: '2-digit', minute: '2-digit' });
}

/** Whole local days from `at` to `now`: 0 is the same day. */
function daysBetween(at: Timestamp, now: Timestamp): number {
  const day = (instant: Date) => Date.UTC(instant.getFullYear(), instant.getMonth(), instant.getDate()) / 86_400_000;
  return day(date(now)) - day(date(at));
}

/** "today 08:41", "yesterday 18:05", "15 November, 09:12". */
export function when(at: Timestamp, now: Timestamp): string {
  const days = daysBetween(at, now);
  if (days === 0) return `today ${time(at)}`;
  if (days === 1) return `yesterday ${time(at)}`;
  if (days === -1) return `tomorrow ${time(at)}`;
  return `${day(at, now)}, ${time(at)}`;
}

/** "20 February", with the year when it is another one. */
export function day(at: Timestamp, now: Timestamp): string {
  const other = date(at).getFullYear() !== date(now).getFullYear();
  return date(at).toLocaleDateString(LOCALE, {
    day: 'numeric',
    month: 'long',
    ...(other ? { year: 'numeric' as const } : {}),
  });
}

/** "Sunday, 22 November". */
export function weekday(at: Timestamp): string {
  const parts = date(at);
  return `${parts.toLocaleDateString(LOCALE, { weekday: 'long' })}, ${parts.toLocaleDateString(LOCALE, { day: 'numeric', month: 'long' })}`;
}

/** How long ago, calmly: "now", "40 s ago", "3 min ago", then {@link when}. */
export function ago(at: Timestamp, now: Timestamp): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1_000_000));
  if (seconds < 10) return 'now';
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10}${NB}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NB}min ago`;
  return when(at, now);
}

/** The part of the day, by the clock on the wall. */
export function dayPart(at: Timestamp): 'night' | 'morning' | 'afternoon' | 'evening' {
  const hour = date(at).getHours();
  if (hour < 5) return 'night';
  if (hour < 12) return 'morning';
  if (hour < 18) return 'afternoon';
  return 'evening';
}

/** "walking, running and standing". */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(LOCALE, { type: 'conjunction' }).format(items);
}

/** The first digits of a content address: enough to recognise it by. */
export function short(id: string): string {
  return id.slice(0, 8);
}

/** The first letter large. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(LOCALE) + text.slice(1);
}
