import { describe, expect, it, vi } from 'vitest';

import type { CheckedCapture } from '../../engine/contract';
import { EngineError, type CommandName, type Engine } from '../../engine/engine';
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
};

describe('taking a capture', () => {
  it('goes from taken to judged to kept', async () => {
    const { engine, next } = held();
    const taking = new Taking(engine, encode);
    const checking = taking.check(words);
    expect(taking.step.at).toBe('checking');
    const check = await next('check_capture');
    expect(check.request).toEqual({
      kind: 'text',
      bytes: btoa('Some words.'),
      prompt: 'What do you hear?',
    });
    taking.heard({ check: 'Whether it names somebody', done: 1, all: 2 });
    expect(taking.progress).toEqual({ check: 'Whether it names somebody', done: 1, all: 2 });
    check.answer(checked);
    await checking;
    expect(taking.step).toEqual({ at: 'judged', taken: words, checked });

    const keeping = taking.keep('  A walk ');
    const keep = await next('keep_capture');
    expect(keep.request).toEqual({ id: 'ab', name: 'A walk' });
    keep.answer({ captures: [] });
    await expect(keeping).resolves.toEqual({ captures: [] });
    expect(taking.step.at).toBe('take');
  });

  it('can be cancelled, and an answer that comes all the same is let go of', async () => {
    const { engine, next, asked } = held();
    const taking = new Taking(engine, encode);
    const checking = taking.check(words);
    const check = await next('check_capture');
    taking.cancel();
    expect(taking.step.at).toBe('take');
    (await next('cancel_check')).fail('unreachable');
    check.answer(checked);
    await checking;
    expect(taking.step.at).toBe('take');
    expect((await next('discard_capture')).request).toEqual({ id: 'ab' });
    expect(asked).toEqual([]);
  });

  it('says nothing of a check that was cancelled', async () => {
    const { engine, next } = held();
    const taking = new Taking(engine, encode);
    const first = taking.check(words);
    const check = await next('check_capture');
    taking.cancel();
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
    const taking = new Taking(engine, () => new Promise((resolve) => (read = resolve)));
    const checking = taking.check(words);
    taking.cancel();
    read('');
    await checking;
    expect(asked.map(({ name }) => name)).toEqual(['cancel_check']);
  });

  it('keeps what was taken when it could not be checked, to try again', async () => {
    const { engine, next } = held();
    const taking = new Taking(engine, encode);
    const checking = taking.check(words);
    (await next('check_capture')).fail('unreachable');
    await checking;
    expect(taking.step).toMatchObject({ at: 'failed', taken: words, error: { code: 'unreachable' } });
  });

  it('stays to be kept when keeping failed', async () => {
    const { engine, next } = held();
    const taking = new Taking(engine, encode);
    const checking = taking.check(words);
    (await next('check_capture')).answer(checked);
    await checking;
    const keeping = taking.keep('A walk');
    (await next('keep_capture')).fail('disk_full');
    await expect(keeping).rejects.toMatchObject({ code: 'disk_full' });
    expect(taking.step.at).toBe('judged');
  });

  it('leaves nothing behind when it is discarded: not here, not in the engine', async () => {
    const { engine, next } = held();
    const taking = new Taking(engine, encode);
    const checking = taking.check(words);
    (await next('check_capture')).answer(checked);
    await checking;
    taking.discard();
    expect(taking.step).toEqual({ at: 'take' });
    expect((await next('discard_capture')).request).toEqual({ id: 'ab' });
  });

  it('is not moved by progress of checks that it did not ask for', () => {
    const taking = new Taking(held().engine, encode);
    taking.heard({ check: 'Another', done: 0, all: 1 });
    expect(taking.progress).toBeNull();
  });
});

describe('the request', () => {
  it('leaves it to the engine what a file is', async () => {
    const request = await requestOf({ way: 'file', bytes: new Blob(['a']), file: 'a.gpx' }, encode);
    expect(request).toEqual({ bytes: btoa('a') });
  });

  it('says what speech in a sound is', async () => {
    const request = await requestOf({ way: 'sound', bytes: new Blob(['a']), file: null, speech: 'wanted' }, encode);
    expect(request).toEqual({ kind: 'sound', bytes: btoa('a'), speech: 'wanted' });
  });

  it('says of a photo and of a sound what they are', async () => {
    const kind = async (way: Taken['way']) => (await requestOf({ way, bytes: new Blob(), file: null }, encode)).kind;
    expect([await kind('photo'), await kind('sound')]).toEqual(['photo', 'sound']);
  });
});
