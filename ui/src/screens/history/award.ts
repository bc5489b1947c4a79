//! The lines of an award as they are read: what multiplies, what it changes, and why.

import type { Award, Line } from '../../engine/contract';
import { factors, lineReason } from '../../texts/codes';
import { change, factor, number, thousandths } from '../../texts/format';

/** One line, in words and figures. */
export interface ReadLine {
  title: string;
  why: string;
  change: string;
}

/** "Quality × 0.930", "some of it was unclear", "−2.8". */
export function readLine(line: Line): ReadLine {
  const name = factors[line.factor] ?? line.factor;
  const why = lineReason(line.reason);
  switch (line.factor) {
    case 'base':
      return { title: name, why, change: thousandths(line.change) };
    case 'cap':
      return { title: `${name} at ${number(line.value)}`, why, change: change(line.change) };
    default:
      return { title: `${name} × ${factor(line.value)}`, why, change: change(line.change) };
  }
}

/** The sum before it is rounded down, when that drops something: "46.5". */
export function exactSum(award: Award): string | null {
  const sum = award.lines.reduce((total, line) => total + line.change, 0);
  return sum === award.points * 1000 ? null : thousandths(sum);
}
