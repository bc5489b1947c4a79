//! A view: one question to the engine whose answer a screen shows, asked again when an event concerns it.

import type { Event } from './contract';
import { EngineError, type Engine, type Reply, type Request } from './engine';

/** The commands that only look. */
export type Question = 'person' | 'today' | 'devices' | 'sharing' | 'history' | 'captures_kept';

/**
 * Which events make which answer old. Readings arrive four times a second, windows every few seconds: what only counts readings
 * follows the windows.
 */
const CONCERNS: Record<Question, readonly Event['event'][]> = {
  person: ['person', 'today'],
  today: ['today', 'sharing', 'history', 'awarded', 'person'],
  devices: ['devices', 'today'],
  sharing: ['sharing', 'history', 'awarded', 'person', 'today'],
  history: ['history', 'awarded'],
  // Nobody but the person changes them, and what they do brings the answer with it; what they do on another page, the screen asks for.
  captures_kept: [],
};

/**
 * One question and its newest answer.
 *
 * Bursts are coalesced without a timer: at most one request is under way, and whatever happens meanwhile makes exactly one more.
 * The old answer stays until the new one is there, so that nothing on screen jumps.
 */
export class View<Q extends Question> {
  /** The newest answer; `null` before the first. */
  data = $state.raw<Reply<Q> | null>(null);
  /** Why the last request failed; `null` when it did not. */
  error = $state.raw<EngineError | null>(null);

  readonly #engine: Engine;
  readonly #question: Q;
  readonly #answered: ((reply: Reply<Q>) => void) | undefined;
  #watchers = 0;
  #asking = false;
  #old = true;
  /** Counts answers that came with other commands. */
  #taken = 0;

  constructor(engine: Engine, question: Q, answered?: (reply: Reply<Q>) => void) {
    this.#engine = engine;
    this.#question = question;
    this.#answered = answered;
  }

  /** Shows it: asks when the answer is old, and keeps it new until the returned function is called. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#old) void this.#ask();
    return () => {
      this.#watchers -= 1;
    };
  }

  /** Asks again, whatever the reason; nothing is asked for what nobody sees. */
  again(): void {
    this.#old = true;
    if (this.#watchers > 0) void this.#ask();
  }

  /** An event of the engine. */
  on(event: Event): void {
    if (event.event === 'resync' || CONCERNS[this.#question].includes(event.event)) this.again();
  }

  /** Takes an answer that came with another command's reply. It is newer than one that is still on its way. */
  take(reply: Reply<Q>): void {
    this.#taken += 1;
    this.#show(reply);
  }

  #show(reply: Reply<Q>): void {
    this.data = reply;
    this.error = null;
    this.#answered?.(reply);
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      // Not a retry: the loop runs again only when something changed while the request was under way.
      while (this.#old && this.#watchers > 0) {
        this.#old = false;
        try {
          const taken = this.#taken;
          const reply = await this.#engine.call(this.#question, {} as Request<Q>);
          if (taken === this.#taken) this.#show(reply);
          else this.#old = true;
        } catch (thrown) {
          this.error = EngineError.from(thrown);
        }
      }
    } finally {
      this.#asking = false;
    }
  }
}
