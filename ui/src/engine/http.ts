//! The engine behind a node's HTTP: commands are POSTs of JSON, events are server-sent.

import type { Event } from './contract';
import { EngineError, type CommandName, type Engine, type Listener, type Reply, type Request } from './engine';

/** First wait before a stream that ended for good is opened again; it doubles up to {@link LONGEST_WAIT}. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

/** An engine that answers below `base`, which is the page's own origin in production. */
export function httpEngine(base = '/api'): Engine {
  return {
    async call<N extends CommandName>(name: N, request: Request<N>): Promise<Reply<N>> {
      let response: Response;
      try {
        response = await fetch(`${base}/${name}`, {
          method: 'POST',
          credentials: 'same-origin',
          headers: { 'content-type': 'application/json', accept: 'application/json, application/problem+json' },
          body: JSON.stringify(request),
        });
      } catch (thrown) {
        throw new EngineError('unreachable', thrown instanceof Error ? thrown.message : '');
      }
      let body: unknown;
      try {
        body = await response.json();
      } catch {
        // A proxy's page, or a body that was cut off.
        throw new EngineError(response.ok ? 'not_understood' : 'unreachable', `HTTP ${response.status}`);
      }
      if (!response.ok) throw problem(body, response.status);
      return body as Reply<N>;
    },

    events(listener: Listener): () => void {
      let source: EventSource | undefined;
      let again: ReturnType<typeof setTimeout> | undefined;
      let wait = FIRST_WAIT;

      const open = () => {
        source = new EventSource(`${base}/events`, { withCredentials: false });
        source.onopen = () => {
          wait = FIRST_WAIT;
          listener.connection('up');
        };
        source.onmessage = (message: MessageEvent<string>) => {
          const event = parse(message.data);
          // What cannot be read may have been anything: ask for all of it.
          listener.event(event ?? { event: 'resync' });
        };
        source.onerror = () => {
          listener.connection('down');
          // A browser tries again by itself after a broken connection, but not after an answer that is no stream.
          if (source?.readyState === EventSource.CLOSED) {
            again = setTimeout(open, wait);
            wait = Math.min(wait * 2, LONGEST_WAIT);
          }
        };
      };

      open();
      return () => {
        clearTimeout(again);
        source?.close();
      };
    },
  };
}

/** RFC 9457: `code` is Earnest's member, `detail` the sentence. */
function problem(body: unknown, status: number): EngineError {
  const members = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const code = typeof members.code === 'string' ? members.code : 'not_understood';
  const detail = typeof members.detail === 'string' ? members.detail : `HTTP ${status}`;
  return new EngineError(code, detail);
}

function parse(text: string): Event | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'event' in value ? (value as Event) : null;
  } catch {
    return null;
  }
}
