import { describe, expect, it } from 'vitest';

import type { CheckedCapture } from '../../engine/contract';
import { isName, suggested } from './names';
import type { Taken } from './taking.svelte';

const AT = new Date(2026, 10, 22, 8, 42).getTime() * 1000;

function taken(way: Taken['way'], file: string | null = null): Taken {
  return { way, bytes: new Blob(), file };
}

function checked(over: Partial<CheckedCapture> = {}): CheckedCapture {
  return {
    id: 'ab',
    kind: 'photo',
    decision: 'accept',
    verdicts: [],
    text: null,
    shared: null,
    kept_as: null,
    ...over,
  };
}

function text(words: string, shared: string | null = words): CheckedCapture {
  const bytes = shared === null ? '' : btoa(String.fromCharCode(...new TextEncoder().encode(shared)));
  return checked({
    kind: 'text',
    text: words,
    shared: shared === null ? null : { media_type: 'text/plain; charset=utf-8', bytes, size: bytes.length },
  });
}

describe('a suggested name', () => {
  it('is the file’s own, without its ending', () => {
    expect(suggested(taken('photo', 'Bench by the river.JPG'), checked(), AT)).toBe('Bench by the river');
    expect(suggested(taken('file', `${'long '.repeat(40)}.wav`), checked(), AT).length).toBeLessThanOrEqual(60);
    expect(suggested(taken('file', 'a\nb\u0007.txt'), checked(), AT)).toBe('a b');
  });

  it('is the beginning of a text, as it could leave', () => {
    expect(suggested(taken('words'), text('A quiet bench.'), AT)).toBe('A quiet bench.');
    expect(suggested(taken('words'), text('Ask ada@example.org, für alle', 'Ask [e-mail], für alle'), AT)).toBe(
      'Ask [e-mail], für alle',
    );
    const long = suggested(
      taken('words'),
      text('散歩 is what I did, and then some more of it, until the evening came.'),
      AT,
    );
    expect(long).toMatch(/^散歩 is what I did.*[^ ,]…$/);
    expect([...long].length).toBeLessThanOrEqual(41);
  });

  it('is what it is and when it was taken, where nothing else is known', () => {
    expect(suggested(taken('photo'), checked(), AT)).toBe('Photo, 22 November 08:42');
    expect(suggested(taken('sound'), checked({ kind: 'sound' }), AT)).toBe('Sound, 22 November 08:42');
    expect(suggested(taken('words'), text('\n \n', null), AT)).toBe('Words, 22 November 08:42');
    expect(suggested(taken('file', '.env'), checked(), AT)).toBe('File, 22 November 08:42');
  });
});

describe('a name', () => {
  it('has 1 to 60 characters, as people count them', () => {
    expect(isName('  ')).toBe(false);
    expect(isName('a')).toBe(true);
    expect(isName('🎉'.repeat(60))).toBe(true);
    expect(isName('a'.repeat(61))).toBe(false);
    expect(isName('a\u0000b')).toBe(false);
  });
});
