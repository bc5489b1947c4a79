//! The engine behind the shell's IPC, in the same process as the window.

import type { Event } from './contract';
import { EngineError, type CommandName, type Engine, type Listener, type Reply, type Request } from './engine';

/** Whether the page runs in the shell. */
export function inTauri(): boolean {
  return '__TAURI_INTERNALS__' in window;
}

/** The shell's engine. */
export function tauriEngine(): Engine {
  return {
    async call<N extends CommandName>(name: N, request: Request<N>): Promise<Reply<N>> {
      const { invoke } = await import('@tauri-apps/api/core');
      try {
        return await invoke<Reply<N>>('call', { name, request });
      } catch (thrown) {
        throw EngineError.from(thrown);
      }
    },

    events(listener: Listener): () => void {
      let stopped = false;
      let stop: (() => void) | undefined;
      const start = async () => {
        const [{ listen }, { invoke }] = await Promise.all([
          import('@tauri-apps/api/event'),
          import('@tauri-apps/api/core'),
        ]);
        const unlisten = await listen<Event>('engine-event', (message) => listener.event(message.payload));
        if (stopped) unlisten();
        else {
          stop = () => {
            unlisten();
            void invoke('look', { looking: false });
          };
          await invoke('look', { looking: true });
          listener.connection('up');
        }
      };
      start().catch(() => listener.connection('down'));
      return () => {
        stopped = true;
        stop?.();
      };
    },
  };
}
