//! Light, dark, or as the system has it: kept in this browser, told to nobody.

/** What the person chose. */
export type Look = 'auto' | 'light' | 'dark';

const KEY = 'earnest-look';

class Theme {
  look = $state<Look>('auto');

  /** Takes up what was chosen before. */
  start(): void {
    let kept: string | null = null;
    try {
      kept = localStorage.getItem(KEY);
    } catch {
      // A browser that keeps nothing: the system's look it is.
    }
    if (kept === 'light' || kept === 'dark') this.#apply(kept);
  }

  /** Chooses, and remembers. */
  choose(look: Look): void {
    this.#apply(look);
    try {
      if (look === 'auto') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, look);
    } catch {
      // It holds until the page is closed.
    }
  }

  #apply(look: Look): void {
    this.look = look;
    if (look === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.dataset.theme = look;
  }
}

/** The look of this page. */
export const theme = new Theme();
