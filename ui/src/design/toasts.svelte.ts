//! Short notices, with an undo where something can be undone.

/** One notice. */
export interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'alert';
  action?: { label: string; run: () => void };
}

/** Long enough to read, where nothing can be undone; held while the pointer or the focus is on it. */
export const TOAST_TIME = 9_000;

class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  /**
   * Shows a notice; at most two at a time, the newest wins. One can be undone: the last thing that was done, and beside it nothing
   * stands that tells of things as they were before. What went wrong stays.
   */
  show(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
    const toast: Toast = { id: this.#next, text, tone: options.tone ?? 'good' };
    if (options.action) toast.action = options.action;
    this.#next += 1;
    const others = toast.action ? this.list.filter((other) => other.tone === 'alert') : this.list;
    this.list = [...others, toast].slice(-2);
  }

  /** Takes a notice away. */
  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

/** The notices of this page. */
export const toasts = new Toasts();
