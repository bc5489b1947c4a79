//! What to call a capture, until the person says otherwise.

import type { CheckedCapture, Timestamp } from '../../engine/contract';
import { t } from '../../texts';
import { bytesOf } from './bytes';
import type { Taken } from './taking.svelte';

/** The most characters of a name. */
export const LONGEST_NAME = 60;
/** A text is called by its beginning, of about this many characters. */
const BEGINNING = 40;

/** Whether the engine takes it for a name. */
export function isName(name: string): boolean {
  const letters = [...name.trim()].length;
  return letters >= 1 && letters <= LONGEST_NAME && !/\p{Cc}/u.test(name.trim());
}

/**
 * A name for what was taken: a file's own, the first words of a text as they could leave, or what it is and when it was taken.
 */
export function suggested(taken: Taken, checked: CheckedCapture, at: Timestamp): string {
  const names = [
    taken.file === null ? '' : withoutEnding(taken.file),
    beginning(words(checked)),
    t.captures.names[taken.way](at, at),
  ];
  return names.map(tidy).find(isName) ?? '';
}

function words(checked: CheckedCapture): string {
  if (checked.kind !== 'text') return '';
  // What nobody else may read should not stand in a list either.
  if (checked.shared !== null) return new TextDecoder().decode(bytesOf(checked.shared.bytes));
  return checked.text ?? '';
}

function beginning(text: string): string {
  const line = tidy(text);
  if ([...line].length <= BEGINNING) return line;
  const cut = [...line].slice(0, BEGINNING).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > BEGINNING / 2 ? cut.slice(0, space) : cut).replace(/[\s.,;:!?–-]+$/u, '')}…`;
}

function withoutEnding(file: string): string {
  return file.replace(/\.[^.]{1,8}$/, '');
}

function tidy(name: string): string {
  const line = name.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return [...line].slice(0, LONGEST_NAME).join('').trim();
}
