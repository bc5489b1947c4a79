//! What the screens know of the engine: commands by name, and what happens meanwhile. How either travels is a transport's affair.

import type { Commands, Event } from './contract';

/** The name of a command. */
export type CommandName = keyof Commands;
/** What a command takes. */
export type Request<N extends CommandName> = Commands[N]['request'];
/** What a command gives. */
export type Reply<N extends CommandName> = Commands[N]['reply'];

/** Whether the stream of events flows. `connecting` is only the state before the first answer. */
export type Connection = 'connecting' | 'up' | 'down';

/** Who listens to an engine. */
export interface Listener {
  /** Something changed. */
  event(event: Event): void;
  /** The stream came or went. After a `down`, an `up` means that events were missed. */
  connection(connection: Connection): void;
}

/** An engine, wherever it runs. */
export interface Engine {
  /** Runs a command. Rejects with {@link EngineError} alone. */
  call<N extends CommandName>(name: N, request: Request<N>): Promise<Reply<N>>;
  /** Listens until the returned function is called. */
  events(listener: Listener): () => void;
}

/** What went wrong with a command. The screens branch on `code`, never on `message`. */
export class EngineError extends Error {
  /** Stable code. `unreachable` and `not_understood` are this side's own: no answer, and one that makes no sense. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }

  /** Whatever was thrown, as an error of this kind. */
  static from(thrown: unknown): EngineError {
    if (thrown instanceof EngineError) return thrown;
    if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
      const message = 'message' in thrown && typeof thrown.message === 'string' ? thrown.message : '';
      return new EngineError(thrown.code, message);
    }
    return new EngineError('not_understood', thrown instanceof Error ? thrown.message : String(thrown));
  }
}
