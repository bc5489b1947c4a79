import { describe, expect, it } from 'vitest';

import type { Decision, Evidence, Verdict } from '../../engine/contract';
import { boxes, counted, joined, redacted, segments, stretches } from './marks';

function verdict(decision: Decision, ...evidence: Evidence[]): Verdict {
  return {
    check: 'a-check',
    version: 1,
    decision,
    score: 0,
    label: null,
    reason: 'found',
    says: 'Something.',
    advice: '',
    evidence,
    model: null,
  };
}

/** A mark on a part of a text, counted in bytes as the engine does. */
function on(text: string, part: string, what = 'e_mail'): Evidence {
  const length = (of: string) => new TextEncoder().encode(of).length;
  const start = length(text.slice(0, text.indexOf(part)));
  return { evidence: 'span', start, end: start + length(part), what };
}

const span = (start: number, end: number, what = 'e_mail'): Evidence => ({ evidence: 'span', start, end, what });
const marked = (text: string, ...verdicts: Verdict[]) =>
  segments(text, verdicts)
    .map((part) => (part.what === null ? part.text : `<${part.text}>`))
    .join('');

describe('a marked text', () => {
  it.each([
    'write to ada@example.org or not',
    'Für Änne: ada@example.org, naïve façade',
    'напиши ada@example.org завтра',
    'اكتب إلى ada@example.org من فضلك',
    '散歩の後で ada@example.org に書いて',
    'a 👩‍👩‍👧‍👦 family 🏳️‍🌈 at ada@example.org 🎉',
    'किसी को ada@example.org लिखें',
    'ada@example.org',
  ])('is marked where the bytes say, in any script: %s', (text) => {
    const address = 'ada@example.org';
    expect(marked(text, verdict('redact', on(text, address)))).toBe(text.replace(address, `<${address}>`));
  });

  it('marks letters that are no Latin ones', () => {
    const text = 'Спроси Аду Лавлейс 散歩 сам';
    expect(marked(text, verdict('redact', on(text, 'Аду Лавлейс'), on(text, '散歩')))).toBe(
      'Спроси <Аду Лавлейс> <散歩> сам',
    );
  });

  it('takes a character whole when a mark is off by a byte', () => {
    expect(marked('für', verdict('redact', span(2, 4)))).toBe('f<ür>');
    expect(marked('a🎉b', verdict('redact', span(3, 4)))).toBe('a<🎉>b');
  });

  it('makes one of marks that overlap, and keeps those apart that only touch', () => {
    const text = 'write to ada@example.org or not';
    expect(marked(text, verdict('redact', span(13, 24), span(9, 15)))).toBe('write to <ada@example.org> or not');
    expect(marked(text, verdict('redact', span(9, 24), span(10, 12)))).toBe('write to <ada@example.org> or not');
    expect(marked('abcd', verdict('redact', span(0, 2), span(2, 4)))).toBe('<ab><cd>');
  });

  it('is not led astray by marks beyond its end, or by empty ones', () => {
    expect(marked('abc', verdict('redact', span(1, 99)))).toBe('a<bc>');
    expect(marked('abc', verdict('redact', span(50, 99)))).toBe('abc');
    expect(marked('abc', verdict('redact', span(1, 1)))).toBe('abc');
    expect(segments('', [verdict('redact', span(0, 3))])).toEqual([]);
  });

  it('tells what is taken out from what is only pointed at', () => {
    const parts = segments('abcd', [verdict('retry', span(0, 1, 'noise')), verdict('redact', span(2, 3, 'name'))]);
    expect(parts.filter(({ what }) => what !== null)).toEqual([
      { text: 'a', what: 'noise', out: false, wrong: true },
      { text: 'c', what: 'name', out: true, wrong: false },
    ]);
  });

  it('is as long as ever', () => {
    const text = `${'жизнь 🎉 '.repeat(2_000)}ada@example.org`;
    const parts = segments(text, [verdict('redact', on(text, 'ada@example.org'))]);
    expect(parts.map((part) => part.text).join('')).toBe(text);
  });
});

describe('what could leave of a text', () => {
  const text = 'Frag für [e-mail] bei ada@example.org nach';
  const verdicts = [verdict('redact', on(text, 'ada@example.org'))];

  it('is shown letter by letter, with what was taken out told from what the person wrote', () => {
    const shared = text.replace('ada@example.org', '[e-mail]');
    const parts = redacted(shared, text, verdicts);
    expect(parts.map((part) => part.text).join('')).toBe(shared);
    expect(parts.filter((part) => part.out)).toEqual([{ text: '[e-mail]', what: 'e_mail', out: true, wrong: false }]);
  });

  it('is shown as it is where the marks do not explain it', () => {
    expect(redacted('something else', text, verdicts)).toEqual([
      { text: 'something else', what: null, out: false, wrong: false },
    ]);
    expect(redacted('kept', null, verdicts)).toEqual([{ text: 'kept', what: null, out: false, wrong: false }]);
  });
});

describe('a marked photo', () => {
  const region = (x: number, y: number, width: number, height: number): Evidence => ({
    evidence: 'region',
    x,
    y,
    width,
    height,
    what: 'face',
  });

  it('has its boxes in shares of the upright picture, cut at its edges', () => {
    const found = boxes([verdict('redact', region(200, 100, 100, 50), region(750, -20, 100, 40))], 800, 400);
    expect(found).toEqual([
      { left: 0.25, top: 0.25, width: 0.125, height: 0.125, what: 'face', out: true, wrong: false },
      { left: 0.9375, top: 0, width: 0.0625, height: 0.05, what: 'face', out: true, wrong: false },
    ]);
  });

  it('has none before its size is known, and none outside', () => {
    expect(boxes([verdict('redact', region(0, 0, 10, 10))], 0, 0)).toEqual([]);
    expect(boxes([verdict('redact', region(900, 0, 10, 10))], 800, 400)).toEqual([]);
  });
});

describe('a marked recording', () => {
  it('has its stretches in their order', () => {
    const stretch = (from_ms: number, to_ms: number): Evidence => ({
      evidence: 'stretch',
      from_ms,
      to_ms,
      what: 'speech',
    });
    const found = stretches([verdict('redact', stretch(6_000, 6_900), stretch(1_200, 3_400), stretch(5, 5))]);
    expect(found.map(({ from, to }) => [from, to])).toEqual([
      [1_200, 3_400],
      [6_000, 6_900],
    ]);
  });
});

describe('a list of stretches', () => {
  it('has those of one kind that are less than a second apart as one', () => {
    const one = (from: number, to: number, what = 'clipped') => ({ from, to, what, out: false, wrong: true });
    const times = [one(100, 103), one(300, 303), one(310, 900, 'speech'), one(950, 953), one(4_000, 4_010)];
    expect(joined(times)).toEqual([one(100, 953), one(310, 900, 'speech'), one(4_000, 4_010)]);
    expect(times[0]).toEqual(one(100, 103));
  });
});

describe('a legend', () => {
  it('counts what is marked', () => {
    expect(counted([{ what: 'name' }, { what: null }, { what: 'e_mail' }, { what: 'name' }])).toEqual([
      ['name', 2],
      ['e_mail', 1],
    ]);
  });
});
