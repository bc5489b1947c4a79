//! Taking one capture: taken, checked, looked at; then kept, taken again or discarded. What is not kept is let go of.

import type { CaptureKind, CaptureList, CheckCapture, CheckedCapture, Event, Speech } from '../../engine/contract';
import { EngineError, type Engine } from '../../engine/engine';
import { base64 } from './bytes';

/** The ways to take a capture. */
export const WAYS = ['photo', 'sound', 'words', 'file'] as const;
export type Way = (typeof WAYS)[number];

/** What was taken. */
export interface Taken {
  way: Way;
  bytes: Blob;
  /** What the file is called, where it is one. */
  file: string | null;
  /** What the person had before them when they wrote. */
  prompt?: string;
  /** What speech in it is, where it may be a sound. */
  speech?: Speech;
}

/** Where it stands. */
export type Step =
  | { at: 'take' }
  | { at: 'checking'; taken: Taken }
  | { at: 'judged'; taken: Taken; checked: CheckedCapture }
  | { at: 'failed'; taken: Taken; error: EngineError };

/** How far the checks are. */
export type Progress = Omit<Extract<Event, { event: 'checking' }>, 'event'>;

/** What a way to take a capture makes; of a file, the engine tells by its first bytes. */
const KINDS: Record<Way, CaptureKind | undefined> = { photo: 'photo', sound: 'sound', words: 'text', file: undefined };

/** One capture that is being taken. */
export class Taking {
  step = $state.raw<Step>({ at: 'take' });
  /** `null` before the first check begins. */
  progress = $state.raw<Progress | null>(null);

  readonly #engine: Engine;
  readonly #encode: (file: Blob) => Promise<string>;
  /** Counts what was begun: an answer to what was cancelled is not waited for any more. */
  #run = 0;

  constructor(engine: Engine, encode = base64) {
    this.#engine = engine;
    this.#encode = encode;
  }

  /** The engine tells how far it is. */
  heard(progress: Progress): void {
    if (this.step.at === 'checking') this.progress = progress;
  }

  /** Has it judged. */
  async check(taken: Taken): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    this.progress = null;
    this.step = { at: 'checking', taken };
    try {
      const request = await requestOf(taken, this.#encode);
      if (run !== this.#run) return;
      const checked = await this.#engine.call('check_capture', request);
      if (run === this.#run) this.step = { at: 'judged', taken, checked };
      else this.#letGo(checked);
    } catch (thrown) {
      if (run === this.#run) this.step = { at: 'failed', taken, error: EngineError.from(thrown) };
    }
  }

  /** Ends the check that is under way. */
  cancel(): void {
    if (this.step.at !== 'checking') return;
    this.#begin();
    // What the engine says to it is of no concern: nothing waits for it.
    this.#engine.call('cancel_check', {}).catch(() => undefined);
  }

  /** Keeps it. Fails with what the engine says; it can be tried again then. */
  async keep(name: string): Promise<CaptureList | null> {
    if (this.step.at !== 'judged') return null;
    const run = this.#run;
    const list = await this.#engine.call('keep_capture', { id: this.step.checked.id, name: name.trim() });
    if (run === this.#run) this.#begin();
    return list;
  }

  /** Lets go of it, wherever it stands: here and in the engine. */
  discard(): void {
    if (this.step.at === 'judged') this.#letGo(this.step.checked);
    if (this.step.at === 'checking') this.cancel();
    else this.#begin();
  }

  #letGo({ id }: CheckedCapture): void {
    this.#engine.call('discard_capture', { id }).catch(() => undefined);
  }

  #begin(): void {
    this.#run += 1;
    this.progress = null;
    this.step = { at: 'take' };
  }
}

/** The request that has it judged. */
export async function requestOf(taken: Taken, encode: (file: Blob) => Promise<string>): Promise<CheckCapture> {
  const kind = KINDS[taken.way];
  return {
    bytes: await encode(taken.bytes),
    ...(kind === undefined ? {} : { kind }),
    ...(taken.prompt === undefined ? {} : { prompt: taken.prompt }),
    ...(taken.speech === undefined ? {} : { speech: taken.speech }),
  };
}
