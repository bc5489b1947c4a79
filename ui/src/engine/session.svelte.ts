//! A session with one engine: its views, its connection, and what just happened.

import { getContext, setContext } from 'svelte';
import type { ContributionId, Event } from './contract';
import type { Connection, Engine } from './engine';
import { View } from './view.svelte';

/** An award that the person has not seen yet. */
export interface FreshAward {
  contribution: ContributionId;
  points: number;
}

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

  constructor(engine: Engine) {
    this.engine = engine;
    this.person = new View(engine, 'person');
    this.today = new View(engine, 'today');
    this.devices = new View(engine, 'devices');
    this.sharing = new View(engine, 'sharing');
    this.history = new View(engine, 'history');
  }

  /** Listens to the engine until the returned function is called. */
  start(): () => void {
    return this.engine.events({
      event: (event) => this.#on(event),
      connection: (connection) => {
        this.connection = connection;
        // Also the first time: something may have happened between the first answers and the stream.
        if (connection === 'up') this.again();
      },
    });
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
