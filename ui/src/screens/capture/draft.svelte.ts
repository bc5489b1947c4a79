//! Words that are being written: they outlive a glance at another screen, and go when they are kept or discarded.

class Draft {
  text = $state('');
  /** Which question is answered; `null` for none. */
  question = $state<number | null>(null);

  /** Lets go of it. */
  clear(): void {
    this.text = '';
    this.question = null;
  }
}

/** The words of this page. */
export const draft = new Draft();
