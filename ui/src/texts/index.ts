//! The texts of the language in use.

import { en, type Texts } from './en';

/** The catalogue. */
export const t: Texts = en;
