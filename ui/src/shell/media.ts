//! Where a phone's layout becomes a desktop's; the same width as in the components' styles.

import { MediaQuery } from 'svelte/reactivity';

/** Whether there is room for a rail, a list and a detail. */
export const desktop = new MediaQuery('min-width: 900px');
