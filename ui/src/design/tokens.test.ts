//! The contrast of every pair of text and ground that the screens use, computed (WCAG 2.2, 1.4.3 and 1.4.11).

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((match) => [
    match[1] ?? '',
    { light: match[2] ?? '', dark: match[3] ?? '' },
  ]),
);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((from) => parseInt(hex.slice(from, from + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const TEXT: [string, string][] = [
  ...['ink', 'ink-2', 'moss', 'moss-deep', 'honey', 'ember', 'alert'].flatMap((text): [string, string][] =>
    ['paper', 'card', 'sunk'].map((ground) => [text, ground]),
  ),
  ...['ink', 'ink-2', 'moss', 'moss-deep'].map((text): [string, string] => [text, 'moss-soft']),
  ['honey', 'honey-soft'],
  ['ember', 'ember-soft'],
  ['ink', 'alert-soft'],
  ['moss', 'alert-soft'],
  ['alert', 'alert-soft'],
  ['on-moss', 'moss'],
  ['on-moss', 'moss-deep'],
  ['paper', 'ink'],
];

const CONTROLS: [string, string][] = [
  ['edge', 'card'],
  ['edge', 'paper'],
  ['moss', 'card'],
  ['ember', 'paper'],
  ['ember', 'card'],
];

describe.each(['light', 'dark'] as const)('in the %s look', (look) => {
  const ratio = (one: string, other: string) => {
    const [first, second] = [tokens.get(one), tokens.get(other)];
    if (first === undefined || second === undefined) throw new Error(`no token ${one} or ${other}`);
    return contrast(first[look], second[look]);
  };

  it.each(TEXT)('%s is read on %s', (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(CONTROLS)('%s is seen on %s', (edge, ground) => {
    expect(ratio(edge, ground)).toBeGreaterThanOrEqual(3);
  });
});

it('computes as the recommendation does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
