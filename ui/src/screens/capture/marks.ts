//! Marks of the checks, made ready to be drawn: bytes become letters, pixels become shares, and what is taken out is told apart.

import type { Evidence, Verdict } from '../../engine/contract';

/** Part of a text. */
export interface Segment {
  text: string;
  /** What is marked there; `null` where nothing is. */
  what: string | null;
  /** Whether it is taken out of what could leave. */
  out: boolean;
  /** Whether it is why nothing can leave. */
  wrong: boolean;
}

/** A box on a photo, in shares of its sides. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
  what: string;
  out: boolean;
  wrong: boolean;
}

/** A stretch of a recording. */
export interface Stretch {
  from: number;
  to: number;
  what: string;
  out: boolean;
  wrong: boolean;
}

type Kind<E extends Evidence['evidence']> = Extract<Evidence, { evidence: E }>;

function evidence<E extends Evidence['evidence']>(
  verdicts: readonly Verdict[],
  kind: E,
): (Kind<E> & { out: boolean; wrong: boolean })[] {
  return verdicts.flatMap((verdict) =>
    verdict.evidence
      .filter((one): one is Kind<E> => one.evidence === kind)
      .map((one) => ({
        ...one,
        out: verdict.decision === 'redact',
        wrong: verdict.decision === 'retry' || verdict.decision === 'reject',
      })),
  );
}

/** A text with its marks. Those that overlap become one, by the name of the first, as in what could leave. */
export function segments(text: string, verdicts: readonly Verdict[]): Segment[] {
  const spans = evidence(verdicts, 'span').sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: typeof spans = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push({ ...span });
    else {
      last.end = Math.max(last.end, span.end);
      last.out ||= span.out;
      last.wrong ||= span.wrong;
    }
  }
  const place = places(
    text,
    merged.flatMap(({ start, end }) => [start, end]),
  );
  const parts: Segment[] = [];
  let done = 0;
  for (const span of merged) {
    const [start, end] = [Math.max(done, place(span.start, 'before')), place(span.end, 'after')];
    if (end <= start) continue;
    if (start > done) parts.push({ text: text.slice(done, start), what: null, out: false, wrong: false });
    parts.push({ text: text.slice(start, end), what: span.what, out: span.out, wrong: span.wrong });
    done = end;
  }
  if (done < text.length) parts.push({ text: text.slice(done), what: null, out: false, wrong: false });
  return parts;
}

/** The words of a file of text, as the checks read them and as their marks count: without a byte order mark, line ends as `\n`. */
export function wordsOf(bytes: Uint8Array<ArrayBuffer>): string {
  return new TextDecoder().decode(bytes).replaceAll('\r\n', '\n');
}

/**
 * Where bytes of the text's UTF-8 are in its UTF-16. A byte within a character is `before` or `after` all of it: a mark that is off by
 * a byte takes the character whole.
 */
function places(text: string, wanted: readonly number[]): (byte: number, side: 'before' | 'after') => number {
  const last = Math.max(0, ...wanted);
  const needed = new Set(wanted);
  const found = new Map<number, { before: number; after: number }>();
  let [bytes, units] = [0, 0];
  for (const letter of text) {
    if (bytes > last) break;
    const size = utf8Length(letter.codePointAt(0) ?? 0);
    for (let byte = bytes; byte < bytes + size; byte += 1) {
      if (!needed.has(byte)) continue;
      found.set(byte, { before: units, after: byte === bytes ? units : units + letter.length });
    }
    bytes += size;
    units += letter.length;
  }
  return (byte, side) => found.get(byte)?.[side] ?? (byte <= 0 ? 0 : text.length);
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/**
 * What could leave of a text, with what replaces the marks told apart. Nothing is told apart where the marks do not explain the text:
 * what is shown is what would be sent, letter by letter, in any case.
 */
export function redacted(shared: string, text: string | null, verdicts: readonly Verdict[]): Segment[] {
  const redacting = verdicts.filter((verdict) => verdict.decision === 'redact');
  const parts = segments(text ?? '', redacting).map((part) =>
    part.what === null ? part : { ...part, text: `[${part.what.replaceAll('_', '-')}]` },
  );
  const explained = parts.map((part) => part.text).join('') === shared;
  return explained ? parts : [{ text: shared, what: null, out: false, wrong: false }];
}

/** The boxes on a photo of that many upright pixels; what lies beyond its edges is cut. */
export function boxes(verdicts: readonly Verdict[], width: number, height: number): Box[] {
  if (!(width > 0 && height > 0)) return [];
  const share = (value: number, all: number) => Math.min(1, Math.max(0, value / all));
  return evidence(verdicts, 'region').flatMap(({ x, y, width: wide, height: high, what, out, wrong }) => {
    const [left, right] = [share(x, width), share(x + wide, width)];
    const [top, bottom] = [share(y, height), share(y + high, height)];
    return right > left && bottom > top
      ? [{ left, top, width: right - left, height: bottom - top, what, out, wrong }]
      : [];
  });
}

/** The stretches of a recording, in their order. */
export function stretches(verdicts: readonly Verdict[]): Stretch[] {
  return evidence(verdicts, 'stretch')
    .map(({ from_ms: from, to_ms: to, what, out, wrong }) => ({ from, to, what, out, wrong }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Stretches as they are listed: those of one kind that are less than a second apart read as the same time, and are one. */
export function joined(times: readonly Stretch[]): Stretch[] {
  const list: Stretch[] = [];
  for (const { ...next } of times) {
    const last = list.findLast(
      ({ what, out, wrong }) => what === next.what && out === next.out && wrong === next.wrong,
    );
    if (last !== undefined && next.from - last.to < 1_000) last.to = Math.max(last.to, next.to);
    else list.push(next);
  }
  return list;
}

/** How often each thing is marked, in the order of their first marks. */
export function counted(marks: readonly { what: string | null }[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { what } of marks) if (what !== null) counts.set(what, (counts.get(what) ?? 0) + 1);
  return [...counts];
}

/** Whether a label is the id of an earlier capture (BLAKE3, in hexadecimal), which the verdict compares with. */
export function isCapture(label: string | null): label is string {
  return label !== null && /^[0-9a-f]{64}$/.test(label);
}
