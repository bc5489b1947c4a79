//! Whether the sheet with the person's settings is open; it can be opened from every screen.

class You {
  open = $state(false);
}

/** The sheet. */
export const you = new You();
