//! Short notices, with an undo where something can be undone.

/** One notice. */
export interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'alert';
  action?: { label: string; run: () => void };
  /** Whether the action undoes what the notice tells. */
  undo?: boolean;
}

/** Long enough to read, where nothing can be undone; held while the pointer or the focus is on it. */
export const TOAST_TIME = 9_000;

class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  /**
   * Shows a notice; at most two at a time, the newest wins, and what went wrong or can be undone stays longest. One can be undone: the
   * last thing that was done, and beside it nothing stands that tells of things as they were before.
   */
  show(text: string, options: Pick<Partial<Toast>, 'tone' | 'action' | 'undo'> = {}): void {
    const toast: Toast = { id: this.#next, text, tone: 'good', ...options };
    this.#next += 1;
    const others = toast.undo ? this.list.filter((other) => other.tone === 'alert') : this.list;
    const least = others.find((other) => other.tone === 'good' && !other.undo) ?? others[0];
    this.list = [...(others.length < 2 ? others : others.filter((other) => other !== least)), toast];
  }

  /** Takes a notice away. */
  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

/** The notices of this page. */
export const toasts = new Toasts();
