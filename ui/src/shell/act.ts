//! Doing something for the person: what goes wrong is said in a notice, with what was kept.

import { toasts } from '../design/toasts.svelte';
import { EngineError } from '../engine/engine';
import { errorTold } from '../texts/codes';

/** Runs it; `null` when it failed, which the person was told. */
export async function act<T>(what: () => Promise<T>): Promise<T | null> {
  try {
    return await what();
  } catch (thrown) {
    const error = EngineError.from(thrown);
    const told = errorTold(error.code, error.message);
    toasts.show(`${told.what} ${told.todo}`.trim(), { tone: 'alert' });
    return null;
  }
}
