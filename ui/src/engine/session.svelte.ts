//! A session with one engine: its views, its connection, and what just happened.

import { getContext, setContext } from 'svelte';
import type { ContributionId, Event, Timestamp } from './contract';
import type { Connection, Engine } from './engine';
import { View } from './view.svelte';

/** An award that the person has not seen yet. */
export interface FreshAward {
  contribution: ContributionId;
  points: number;
}

/** How often words about time are written anew, in milliseconds. */
const TICK = 10_000;

/** Everything that screens share. */
export class Session {
  readonly engine: Engine;
  readonly person: View<'person'>;
  readonly today: View<'today'>;
  readonly devices: View<'devices'>;
  readonly sharing: View<'sharing'>;
  readonly history: View<'history'>;

  /** Whether events flow. */
  connection = $state<Connection>('connecting');
  /** The newest award, until a screen has celebrated it. */
  fresh = $state.raw<FreshAward | null>(null);

  /** The engine's clock and this page's, at the same moment. */
  #anchor = $state.raw({ engine: Date.now() * 1000, page: performance.now() });
  #page = $state(performance.now());

  constructor(engine: Engine) {
    this.engine = engine;
    const timed = (reply: { now: Timestamp }) => {
      this.#page = performance.now();
      this.#anchor = { engine: reply.now, page: this.#page };
    };
    this.person = new View(engine, 'person');
    this.today = new View(engine, 'today', timed);
    this.devices = new View(engine, 'devices', timed);
    this.sharing = new View(engine, 'sharing', timed);
    this.history = new View(engine, 'history');
  }

  /** Now by the engine's clock, to {@link TICK}: for "3 min ago", so that words grow old without a question to the engine. */
  get now(): Timestamp {
    return Math.round(this.#anchor.engine + Math.max(0, this.#page - this.#anchor.page) * 1000);
  }

  /** Listens to the engine until the returned function is called. */
  start(): () => void {
    const tick = setInterval(() => {
      this.#page = performance.now();
    }, TICK);
    const stop = this.engine.events({
      event: (event) => this.#on(event),
      connection: (connection) => {
        this.connection = connection;
        // Also the first time: something may have happened between the first answers and the stream.
        if (connection === 'up') this.again();
        // Why it went: nobody there, or a node that was started anew and knows this page no more.
        else if (connection === 'down') this.person.again();
      },
    });
    return () => {
      clearInterval(tick);
      stop();
    };
  }

  /** Asks again for all that is visible. */
  again(): void {
    for (const view of this.#views()) view.again();
  }

  #on(event: Event): void {
    if (event.event === 'awarded') this.fresh = { contribution: event.contribution, points: event.points };
    for (const view of this.#views()) view.on(event);
    // The first device changes what today asks for; later ones only send readings.
    if (event.event === 'devices' && this.today.data?.devices === 0) this.today.again();
  }

  #views() {
    return [this.person, this.today, this.devices, this.sharing, this.history];
  }
}

const KEY = Symbol('session');

/** Gives the session to the components below. */
export function provideSession(session: Session): void {
  setContext(KEY, session);
}

/** The session that a parent provided. */
export function useSession(): Session {
  return getContext<Session>(KEY);
}
