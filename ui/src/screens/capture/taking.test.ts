import { describe, expect, it, vi } from 'vitest';

import type { CheckedCapture } from '../../engine/contract';
import { EngineError, type CommandName, type Engine } from '../../engine/engine';
import { newRun } from './run';
import { requestOf, Taking, type Taken } from './taking.svelte';

/** An engine whose answers come when the test lets them. */
function held() {
  const asked: {
    name: CommandName;
    request: unknown;
    answer: (reply: unknown) => void;
    fail: (code: string) => void;
  }[] = [];
  const engine = {
    call: (name: CommandName, request: unknown) =>
      new Promise((resolve, reject) => {
        asked.push({
          name,
          request,
          answer: resolve as (reply: unknown) => void,
          fail: (code) => reject(new EngineError(code, '')),
        });
      }),
    events: () => () => undefined,
  } as Engine;
  const next = async (name: CommandName) => {
    await vi.waitFor(() => expect(asked.map((one) => one.name)).toContain(name));
    const place = asked.findIndex((one) => one.name === name);
    return asked.splice(place, 1)[0] as (typeof asked)[number];
  };
  return { engine, asked, next };
}

const encode = async (file: Blob) => btoa(await file.text());
const words: Taken = { way: 'words', bytes: new Blob(['Some words.']), file: null, prompt: 'What do you hear?' };
const checked: CheckedCapture = {
  id: 'ab',
  kind: 'text',
  decision: 'accept',
  verdicts: [],
  text: 'Some words.',
  shared: null,
  kept_as: null,
};

/** A taking whose judgings are called run-1, run-2 and so on. */
function named(engine: Engine, read = encode): Taking {
  let runs = 0;
  return new Taking(engine, read, () => `run-${(runs += 1)}`);
}

describe('taking a capture', () => {
  it('goes from taken to judged to kept', async () => {
    const { engine, next } = held();
    const taking = named(engine);
    const checking = taking.check(words);
    expect(taking.step.at).toBe('checking');
    const check = await next('check_capture');
    expect(check.request).toEqual({
      run: 'run-1',
      kind: 'text',
      bytes: btoa('Some words.'),
      prompt: 'What do you hear?',
    });
    const progress = { run: 'run-1', check: 'Whether it names somebody', done: 1, all: 2 };
    taking.heard(progress);
    taking.heard({ run: 'run-of-another-page', check: 'Whether it is clear', done: 0, all: 3 });
    expect(taking.progress).toEqual(progress);
    check.answer(checked);
    await checking;
    expect(taking.step).toEqual({ at: 'judged', taken: words, checked });

    const keeping = taking.keep('  A walk ');
    const keep = await next('keep_capture');
    expect(keep.request).toEqual({ run: 'run-1', id: 'ab', name: 'A walk' });
    keep.answer({ captures: [] });
    await expect(keeping).resolves.toEqual({ captures: [] });
    expect(taking.step.at).toBe('take');
  });

  it('can be cancelled, and an answer that comes all the same is let go of', async () => {
    const { engine, next, asked } = held();
    const taking = named(engine);
    const checking = taking.check(words);
    const check = await next('check_capture');
    const ended = taking.discard();
    expect(taking.step.at).toBe('take');
    const discard = await next('discard_capture');
    expect(discard.request).toEqual({ run: 'run-1' });
    discard.answer({});
    await expect(ended).resolves.toBe(true);
    check.answer(checked);
    await checking;
    expect(taking.step.at).toBe('take');
    expect((await next('discard_capture')).request).toEqual({ run: 'run-1' });
    expect(asked).toEqual([]);
  });

  it('tells whether the engine has let go of it, too', async () => {
    const { engine, next } = held();
    const taking = named(engine);
    void taking.check(words);
    await next('check_capture');
    const ended = taking.discard();
    (await next('discard_capture')).fail('unreachable');
    await expect(ended).resolves.toBe(false);
    expect(taking.step.at).toBe('take');
  });

  it('says nothing of a check that was cancelled', async () => {
    const { engine, next } = held();
    const taking = named(engine);
    const first = taking.check(words);
    const check = await next('check_capture');
    void taking.discard();
    const second = taking.check(words);
    check.fail('cancelled');
    await first;
    expect(taking.step.at).toBe('checking');
    (await next('check_capture')).answer(checked);
    await second;
    expect(taking.step.at).toBe('judged');
  });

  it('is never sent when it was cancelled while it was read', async () => {
    const { engine, asked } = held();
    let read: (text: string) => void = () => undefined;
    const taking = named(engine, () => new Promise((resolve) => (read = resolve)));
    const checking = taking.check(words);
    await expect(taking.discard()).resolves.toBe(true);
    read('');
    await checking;
    expect(asked).toEqual([]);
  });

  it('keeps what was taken when it could not be checked, to try again', async () => {
    const { engine, next } = held();
    const taking = named(engine);
    const checking = taking.check(words);
    (await next('check_capture')).fail('unreachable');
    await checking;
    expect(taking.step).toMatchObject({ at: 'failed', taken: words, error: { code: 'unreachable' } });

    // The answer may have been lost on its way: the engine does not hold it twice.
    void taking.check(words);
    expect((await next('discard_capture')).request).toEqual({ run: 'run-1' });
    expect((await next('check_capture')).request).toMatchObject({ run: 'run-2' });
  });

  it('stays to be kept when keeping failed', async () => {
    const { engine, next } = held();
    const taking = named(engine);
    const checking = taking.check(words);
    (await next('check_capture')).answer(checked);
    await checking;
    const keeping = taking.keep('A walk');
    (await next('keep_capture')).fail('disk_full');
    await expect(keeping).rejects.toMatchObject({ code: 'disk_full' });
    expect(taking.step.at).toBe('judged');
    void taking.discard();
    expect((await next('discard_capture')).request).toEqual({ run: 'run-1' });
  });

  it('is kept also when the person leaves while the vault writes', async () => {
    const { engine, next, asked } = held();
    const taking = named(engine);
    const checking = taking.check(words);
    (await next('check_capture')).answer(checked);
    await checking;
    const keeping = taking.keep('A walk');
    const keep = await next('keep_capture');
    await taking.discard();
    expect(asked).toEqual([]);
    keep.answer({ captures: [] });
    await expect(keeping).resolves.toEqual({ captures: [] });
    expect(taking.step.at).toBe('take');
  });

  it('leaves nothing behind when it is discarded: not here, not in the engine', async () => {
    const { engine, next } = held();
    const taking = named(engine);
    const checking = taking.check(words);
    (await next('check_capture')).answer(checked);
    await checking;
    void taking.discard();
    expect(taking.step).toEqual({ at: 'take' });
    expect((await next('discard_capture')).request).toEqual({ run: 'run-1' });
  });

  it('is not moved by progress of checks that it did not ask for', () => {
    const taking = named(held().engine);
    taking.heard({ run: 'run-1', check: 'Another', done: 0, all: 1 });
    expect(taking.progress).toBeNull();
  });
});

describe('the request', () => {
  it('leaves it to the engine what a file is', async () => {
    const request = await requestOf('r', { way: 'file', bytes: new Blob(['a']), file: 'a.gpx' }, encode);
    expect(request).toEqual({ run: 'r', bytes: btoa('a') });
  });

  it('says what speech in a sound is', async () => {
    const request = await requestOf(
      'r',
      { way: 'sound', bytes: new Blob(['a']), file: null, speech: 'wanted' },
      encode,
    );
    expect(request).toEqual({ run: 'r', kind: 'sound', bytes: btoa('a'), speech: 'wanted' });
  });

  it('says of a photo and of a sound what they are', async () => {
    const kind = async (way: Taken['way']) =>
      (await requestOf('r', { way, bytes: new Blob(), file: null }, encode)).kind;
    expect([await kind('photo'), await kind('sound')]).toEqual(['photo', 'sound']);
  });
});

describe('what a judging is called', () => {
  it('is its own, also where a page has no UUIDs', () => {
    const plain = { getRandomValues: crypto.getRandomValues.bind(crypto) };
    const runs = [newRun(), newRun(), newRun(plain), newRun(plain)];
    expect(new Set(runs).size).toBe(4);
    for (const run of runs) expect(run).toMatch(/^[0-9a-f-]{32,36}$/);
  });
});
