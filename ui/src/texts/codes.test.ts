//! Every code of the contract has a sentence: the codes are read from the generated file itself.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { captureKinds, decisions } from './captures';
import {
  activities,
  contributionStates,
  erasures,
  errors,
  errorTold,
  factors,
  grantStates,
  healths,
  hubRefusals,
  hubStates,
  keyPlaces,
  lineReason,
  lineReasons,
  precisions,
  refusals,
  refusalSentence,
  rejections,
  rejectionTold,
  streams,
  streamWhy,
  unit,
  unknown,
  verdicts,
  verdictSentence,
} from './codes';

const contract = readFileSync(new URL('../engine/contract.ts', import.meta.url), 'utf8');

/** The codes of a union type of the contract. */
function codes(type: string): string[] {
  const union = new RegExp(`export type ${type} = ((?:"[a-z_]+"(?: \\| )?)+);`).exec(contract)?.[1];
  if (union === undefined) throw new Error(`the contract has no union ${type}`);
  return [...union.matchAll(/"([a-z_]+)"/g)].map((match) => match[1] ?? '');
}

describe('every code of the contract', () => {
  const catalogues: [string, object][] = [
    ['Activity', activities],
    ['CaptureKind', captureKinds],
    ['ContributionState', contributionStates],
    ['Decision', decisions],
    ['Erasure', erasures],
    ['Factor', factors],
    ['GrantState', grantStates],
    ['Health', healths],
    ['HubState', hubStates],
    ['KeyPlaceView', keyPlaces],
    ['LineReason', lineReasons],
    ['Precision', precisions],
    ['Refusal', refusals],
    ['RejectionReason', rejections],
    ['Stream', streams],
    ['Stream', streamWhy],
    ['WindowReason', verdicts],
  ];

  it.each(catalogues)('%s has its words, and no others', (type, catalogue) => {
    expect(Object.keys(catalogue).toSorted()).toEqual(codes(type).toSorted());
  });

  it('says what happened and what to do, for each rejection and each error', () => {
    for (const told of [...Object.values(rejections), ...Object.values(errors)]) {
      expect(told.what).not.toBe('');
      expect(told.todo).toMatch(/[.]$/);
    }
  });
});

describe('why the hub said no', () => {
  it('has a sentence for each of its codes and for each of consent’s', () => {
    const own = [
      'bad_signature',
      'unknown_receipt',
      'unknown_quest',
      'quest_version',
      'goal_not_reached',
      'too_many_times',
      'already_credited',
      'foreign_person',
      'too_large',
      'time_in_future',
    ];
    expect(Object.keys(hubRefusals).toSorted()).toEqual(own.toSorted());
    for (const code of [...own, ...codes('Refusal')]) expect(refusalSentence(code)).not.toBe(unknown.refusal);
  });
});

describe('a code that is newer than the screens', () => {
  it('has a decent sentence', () => {
    expect(refusalSentence('moon_phase')).toBe(unknown.refusal);
    expect(refusalSentence(null)).toBe(unknown.refusal);
    expect(rejectionTold('moon_phase')).toBe(unknown.rejection);
    expect(lineReason('moon_phase')).toBe(unknown.line);
    expect(verdictSentence('moon_phase')).toBe(unknown.verdict);
    expect(errorTold('moon_phase', '')).toBe(unknown.error);
    expect(errorTold('moon_phase', 'The moon is full.').what).toBe('The moon is full.');
  });

  it('is not taken for one that objects are born with', () => {
    expect(refusalSentence('constructor')).toBe(unknown.refusal);
    expect(rejectionTold('toString')).toBe(unknown.rejection);
    expect(lineReason('constructor')).toBe(unknown.line);
    expect(errorTold('constructor', '')).toBe(unknown.error);
    expect(unit('constructor')).toBe('constructor');
  });
});
