//! Taking one capture: taken, checked, looked at; then kept, taken again or discarded. What is not kept is let go of.

import type { CaptureKind, CaptureList, CheckCapture, CheckedCapture, Speech } from '../../engine/contract';
import { EngineError, type Engine } from '../../engine/engine';
import type { Progress } from '../../engine/session.svelte';
import { base64 } from './bytes';
import { newRun } from './run';

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

/** What a way to take a capture makes; of a file, the engine tells by its first bytes. */
const KINDS: Record<Way, CaptureKind | undefined> = { photo: 'photo', sound: 'sound', words: 'text', file: undefined };

/** One capture that is being taken. */
export class Taking {
  step = $state.raw<Step>({ at: 'take' });
  /** `null` before the first check begins. */
  progress = $state.raw<Progress | null>(null);

  readonly #engine: Engine;
  readonly #encode: (file: Blob) => Promise<string>;
  readonly #name: () => string;
  /** The judging that is waited for; an answer to another is not waited for any more. */
  #run: string | null = null;
  /** The judging that the engine may hold something of. */
  #held: string | null = null;

  constructor(engine: Engine, encode = base64, name: () => string = newRun) {
    this.#engine = engine;
    this.#encode = encode;
    this.#name = name;
  }

  /** The engine tells how far a judging is: this one, or another page's. */
  heard(progress: Progress): void {
    if (this.step.at === 'checking' && progress.run === this.#run) this.progress = progress;
  }

  /** Has it judged. */
  async check(taken: Taken): Promise<void> {
    void this.discard(); // what an answer that was lost has left behind
    const run = this.#name();
    this.#run = run;
    this.step = { at: 'checking', taken };
    try {
      const request = await requestOf(run, taken, this.#encode);
      if (run !== this.#run) return;
      this.#held = run;
      const checked = await this.#engine.call('check_capture', request);
      if (run === this.#run) this.step = { at: 'judged', taken, checked };
      // It was ended before the engine had heard of it.
      else void this.#letGo(run);
    } catch (thrown) {
      if (run === this.#run) this.step = { at: 'failed', taken, error: EngineError.from(thrown) };
    }
  }

  /** Keeps it. Fails with what the engine says; it can be tried again then. */
  async keep(name: string): Promise<CaptureList | null> {
    const run = this.#run;
    if (this.step.at !== 'judged' || run === null) return null;
    // Whoever leaves meanwhile has said what they want: it is not let go of under the engine's hands.
    this.#held = null;
    try {
      const { id } = this.step.checked;
      const list = await this.#engine.call('keep_capture', { run, id, name: name.trim() });
      if (run === this.#run) this.#begin();
      return list;
    } catch (thrown) {
      if (run === this.#run) this.#held = run;
      else void this.#letGo(run);
      throw thrown;
    }
  }

  /** Lets go of it, wherever it stands: here at once, then in the engine. Whether the engine has answered that nothing is left. */
  discard(): Promise<boolean> {
    const held = this.#held;
    this.#begin();
    return held === null ? Promise.resolve(true) : this.#letGo(held);
  }

  async #letGo(run: string): Promise<boolean> {
    try {
      await this.#engine.call('discard_capture', { run });
      return true;
    } catch {
      return false; // the engine forgets by itself what nobody decides about
    }
  }

  #begin(): void {
    [this.#run, this.#held] = [null, null];
    this.progress = null;
    this.step = { at: 'take' };
  }
}

/** The request that has it judged. */
export async function requestOf(
  run: string,
  taken: Taken,
  encode: (file: Blob) => Promise<string>,
): Promise<CheckCapture> {
  const kind = KINDS[taken.way];
  return {
    run,
    bytes: await encode(taken.bytes),
    ...(kind === undefined ? {} : { kind }),
    ...(taken.prompt === undefined ? {} : { prompt: taken.prompt }),
    ...(taken.speech === undefined ? {} : { speech: taken.speech }),
  };
}
