import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';

import type { Event as EngineEvent, History, QuestCard, Today } from './contract';
import {
  EngineError,
  type CommandName,
  type Connection,
  type Engine,
  type Listener,
  type Reply,
  type Request,
} from './engine';
import { Session, type Page } from './session.svelte';
import { View } from './view.svelte';

/** An engine whose answers come when the test lets them. */
class HeldEngine implements Engine {
  readonly asked: CommandName[] = [];
  readonly #waiting: ((answer: unknown) => void)[] = [];
  readonly #failing: ((error: EngineError) => void)[] = [];
  #listener: Listener | undefined;

  call<N extends CommandName>(name: N, request: Request<N>): Promise<Reply<N>> {
    expect(request).toEqual({});
    this.asked.push(name);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve as (answer: unknown) => void);
      this.#failing.push(reject);
    });
  }

  events(listener: Listener): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  emit(event: EngineEvent): void {
    this.#listener?.event(event);
  }

  connection(connection: Connection): void {
    this.#listener?.connection(connection);
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listener !== undefined;
  }

  async answer(points: number): Promise<void> {
    await this.reply({ items: [], points, hub_points: points } satisfies History);
  }

  async reply(answer: unknown): Promise<void> {
    this.#failing.shift();
    this.#waiting.shift()?.(answer);
    await settled();
  }

  async fail(code: string): Promise<void> {
    this.#waiting.shift();
    this.#failing.shift()?.(new EngineError(code, ''));
    await settled();
  }
}

/** A page that is seen or not. */
class Sight extends EventTarget implements Page {
  hidden = false;

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  flushSync();
}

describe('a view', () => {
  it('asks nothing while nobody sees it', () => {
    const engine = new HeldEngine();
    const view = new View(engine, 'history');
    view.on({ event: 'history' });
    view.on({ event: 'resync' });
    expect(engine.asked).toEqual([]);
  });

  it('makes one question of a burst, and one more for all that happened meanwhile', async () => {
    const engine = new HeldEngine();
    const view = new View(engine, 'history');
    const stop = view.watch();
    expect(engine.asked).toHaveLength(1);
    for (let n = 0; n < 50; n += 1) view.on({ event: 'history' });
    expect(engine.asked).toHaveLength(1);
    await engine.answer(1);
    expect(view.data?.points).toBe(1);
    expect(engine.asked).toHaveLength(2);
    await engine.answer(2);
    expect(view.data?.points).toBe(2);
    expect(engine.asked).toHaveLength(2);
    stop();
  });

  it('ignores what does not concern it', async () => {
    const engine = new HeldEngine();
    const view = new View(engine, 'history');
    view.watch();
    await engine.answer(1);
    view.on({ event: 'devices' });
    expect(engine.asked).toHaveLength(1);
  });

  it('keeps the old answer when the next one fails, and says so', async () => {
    const engine = new HeldEngine();
    const view = new View(engine, 'history');
    view.watch();
    await engine.answer(46);
    view.again();
    await engine.fail('disk_full');
    expect(view.data?.points).toBe(46);
    expect(view.error?.code).toBe('disk_full');
    view.again();
    await engine.answer(47);
    expect(view.error).toBeNull();
  });

  it('does not fall back to an answer that was on its way when a newer one came with a command', async () => {
    const engine = new HeldEngine();
    const view = new View(engine, 'history');
    view.watch();
    view.take({ items: [], points: 2, hub_points: 2 });
    await engine.answer(1);
    expect(view.data?.points).toBe(2);
    expect(engine.asked.length).toBe(2);
    await engine.answer(3);
    expect(view.data?.points).toBe(3);
  });

  it('asks anew when it is seen again after something happened, and only then', async () => {
    const engine = new HeldEngine();
    const view = new View(engine, 'history');
    view.watch()();
    await engine.answer(1);
    view.watch()();
    expect(engine.asked).toHaveLength(1);
    view.on({ event: 'history' });
    expect(engine.asked).toHaveLength(1);
    view.watch();
    expect(engine.asked).toHaveLength(2);
  });
});

describe('a session', () => {
  it('asks again for all that is visible when the stream is back, and on resync', async () => {
    const engine = new HeldEngine();
    const session = new Session(engine, new Sight());
    const stop = session.start();
    session.history.watch();
    await engine.answer(1);
    engine.connection('down');
    expect(session.connection).toBe('down');
    expect(engine.asked).toHaveLength(1);
    engine.connection('up');
    expect(session.connection).toBe('up');
    expect(engine.asked).toEqual(['history', 'history']);
    await engine.answer(2);
    engine.emit({ event: 'resync' });
    expect(engine.asked).toHaveLength(3);
    stop();
  });

  it('tells whoever waits of each progress of a check, another page’s beside it', () => {
    const engine = new HeldEngine();
    const session = new Session(engine, new Sight());
    const end = session.start();
    const heard: string[] = [];
    const stop = session.whenChecking(({ run, done }) => heard.push(`${run} ${done}`));
    const tell = (run: string, done: number) => engine.emit({ event: 'checking', run, check: 'Clear', done, all: 4 });
    tell('mine', 1);
    tell('another', 3);
    stop();
    tell('mine', 2);
    end();
    expect(heard).toEqual(['mine 1', 'another 3']);
  });

  it('keeps an award until a screen has celebrated it', () => {
    const engine = new HeldEngine();
    const session = new Session(engine, new Sight());
    const stop = session.start();
    engine.emit({ event: 'awarded', contribution: 'c1', points: 46 });
    expect(session.fresh).toEqual({ contribution: 'c1', points: 46 });
    stop();
  });

  it('does not listen while the page is hidden, and celebrates what was earned meanwhile', async () => {
    const [engine, sight] = [new HeldEngine(), new Sight()];
    const session = new Session(engine, sight);
    const stop = session.start();
    const unwatch = session.today.watch();
    await engine.reply(today(['c1', 46]));
    sight.turn(true);
    expect(engine.isHeard).toBe(false);
    unwatch();
    sight.turn(false);
    expect(engine.isHeard).toBe(true);
    engine.connection('up');
    await engine.fail('unreachable'); // it has just woken up
    engine.connection('up');
    await engine.reply(today(['c1', 46], ['c2', 49]));
    expect(session.fresh).toEqual({ contribution: 'c2', points: 49 });
    stop();
    expect(engine.isHeard).toBe(false);
  });

  it('celebrates an award once, whether it was told or found', async () => {
    const [engine, sight] = [new HeldEngine(), new Sight()];
    const session = new Session(engine, sight);
    const stop = session.start();
    session.today.watch();
    await engine.reply(today());
    engine.emit({ event: 'awarded', contribution: 'c1', points: 46 });
    session.fresh = null;
    sight.turn(true); // before Today's answer knows of it
    await engine.reply(today());
    sight.turn(false);
    engine.connection('up');
    await engine.reply(today(['c1', 46]));
    await engine.reply(today(['c1', 46]));
    expect(session.fresh).toBeNull();
    stop();
  });
});

/** A Today on which these were credited. */
function today(...credited: [contribution: string, points: number][]): Partial<Today> {
  const quests = credited.map(
    ([contribution, points]) =>
      ({ contribution, state: { state: 'awarded' }, award: { points, lines: [] } }) as Partial<QuestCard> as QuestCard,
  );
  return { now: 0, quests };
}
