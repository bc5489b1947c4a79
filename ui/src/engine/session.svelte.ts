//! A session with one engine: its views, its connection, and what just happened.

import { getContext, setContext, untrack } from 'svelte';
import type { ContributionId, Event, Timestamp, Today } from './contract';
import type { Connection, Engine } from './engine';
import { View } from './view.svelte';

/** An award that the person has not seen yet. */
export interface FreshAward {
  contribution: ContributionId;
  points: number;
}

/** How far a judging of a capture is. */
export type Progress = Omit<Extract<Event, { event: 'checking' }>, 'event'>;

/** How often words about time are written anew, in milliseconds. */
const TICK = 10_000;

/** What is known of the page: whether it can be seen. A `document` is one. */
export interface Page extends EventTarget {
  readonly hidden: boolean;
}

/** Everything that screens share. */
export class Session {
  readonly engine: Engine;
  readonly person: View<'person'>;
  readonly today: View<'today'>;
  readonly devices: View<'devices'>;
  readonly sharing: View<'sharing'>;
  readonly history: View<'history'>;
  readonly captures: View<'captures_kept'>;

  /** Whether events flow. */
  connection = $state<Connection>('connecting');
  /** The newest award, until a screen has celebrated it. */
  fresh = $state.raw<FreshAward | null>(null);

  /** The engine's clock and this page's, at the same moment. */
  #anchor = $state.raw({ engine: Date.now() * 1000, page: performance.now() });
  #page = $state(performance.now());
  /** What was credited when the page was hidden, as far as it knew; what came since is to be celebrated. */
  #known: ContributionId[] | null = null;
  /** What was celebrated already. */
  readonly #told: ContributionId[] = [];
  readonly #sight: Page;
  /** Who waits for progress of checks: each hears all of it, for another page's would hide what concerns this one. */
  #checking: readonly ((progress: Progress) => void)[] = [];

  constructor(engine: Engine, page: Page) {
    this.engine = engine;
    this.#sight = page;
    const timed = (reply: { now: Timestamp }) => {
      this.#page = performance.now();
      this.#anchor = { engine: reply.now, page: this.#page };
    };
    this.person = new View(engine, 'person');
    this.today = new View(engine, 'today', timed);
    this.devices = new View(engine, 'devices', timed);
    this.sharing = new View(engine, 'sharing', timed);
    this.history = new View(engine, 'history');
    this.captures = new View(engine, 'captures_kept');
  }

  /** Now by the engine's clock, to {@link TICK}: for "3 min ago", so that words grow old without a question to the engine. */
  get now(): Timestamp {
    return Math.round(this.#anchor.engine + Math.max(0, this.#page - this.#anchor.page) * 1000);
  }

  /**
   * Listens to the engine until the returned function is called, while the page can be seen: the engine works at leisure when nobody
   * looks, and a phone in a pocket or a minimised window is nobody.
   */
  start(): () => void {
    const tick = setInterval(() => {
      this.#page = performance.now();
    }, TICK);
    let stop: (() => void) | null = null;
    const follow = () => {
      if (this.#sight.hidden) {
        stop?.();
        stop = null;
        const today = untrack(() => this.today.data);
        this.#known ??= today && credited(today).map(({ contribution }) => contribution);
      } else {
        stop ??= this.#listen();
      }
    };
    this.#sight.addEventListener('visibilitychange', follow);
    follow();
    return () => {
      this.#sight.removeEventListener('visibilitychange', follow);
      clearInterval(tick);
      stop?.();
    };
  }

  /** Asks again for all that is visible. */
  again(): void {
    for (const view of this.#views()) view.again();
  }

  /** Tells of every progress of a check, this page's and others', until the returned function is called. */
  whenChecking(heard: (progress: Progress) => void): () => void {
    this.#checking = [...this.#checking, heard];
    return () => {
      this.#checking = this.#checking.filter((other) => other !== heard);
    };
  }

  #listen(): () => void {
    return this.engine.events({
      event: (event) => this.#on(event),
      connection: (connection) => {
        this.connection = connection;
        // Also the first time: something may have happened between the first answers and the stream.
        if (connection === 'up') {
          this.again();
          void this.#catchUp();
        }
        // Why it went: nobody there, or a node that was started anew and knows this page no more.
        else if (connection === 'down') this.person.again();
      },
    });
  }

  /** What was earned while the page was hidden is celebrated as if it were earned now. */
  async #catchUp(): Promise<void> {
    const known = this.#known;
    if (known === null) return;
    let today;
    try {
      today = await this.engine.call('today', {});
    } catch {
      return; // the views say what is wrong, and the next connection tries again
    }
    this.#known = null;
    const fresh = credited(today).find(({ contribution: id }) => !known.includes(id) && !this.#told.includes(id));
    if (fresh !== undefined) this.#celebrate(fresh);
  }

  #celebrate(award: FreshAward): void {
    this.#told.push(award.contribution);
    this.fresh = award;
  }

  #on(event: Event): void {
    if (event.event === 'awarded') this.#celebrate({ contribution: event.contribution, points: event.points });
    if (event.event === 'checking') for (const heard of this.#checking) heard(event);
    for (const view of this.#views()) view.on(event);
    // The first device changes what today asks for; later ones only send readings.
    if (event.event === 'devices' && this.today.data?.devices === 0) this.today.again();
  }

  #views() {
    return [this.person, this.today, this.devices, this.sharing, this.history, this.captures];
  }
}

/** What was credited for today's quests. */
function credited(today: Today): FreshAward[] {
  return today.quests.flatMap(({ contribution, state, award }) =>
    contribution !== null && state.state === 'awarded' ? [{ contribution, points: award.points }] : [],
  );
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
