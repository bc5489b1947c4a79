//! Every code of the contract has a sentence: the codes are read from the generated file itself.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { captureKinds, captures, decisions, marks } from './captures';
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

/** What the engine is written as. */
const crates = new URL('../../../crates/', import.meta.url);

function source(path: string): string {
  return readFileSync(new URL(path, crates), 'utf8');
}

function named(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** The codes that an error of the engine has, as its `code` tells them. */
function errorCodes(path: string): string[] {
  const bodies = named(source(path), /fn code\(&self\) -> &(?:'static )?str \{\n([^]*?)\n {4}\}/g);
  const codes = bodies.flatMap((body) => named(body, /=> "([a-z0-9_]+)"/g));
  if (codes.length === 0) throw new Error(`no codes are read from ${path}`);
  return codes;
}

describe('every error', () => {
  const ofChecks = ['checks/src/error.rs', 'checks/src/capture.rs'];
  const ofAll = [...ofChecks, 'engine/src/error.rs', 'vault/src/error.rs', 'domain/src/consent/grant.rs'];

  it.each(ofAll)('of %s has words of its own', (path) => {
    expect(errorCodes(path).filter((code) => !Object.hasOwn(errors, code))).toEqual([]);
  });

  it('of a check that could not be made fits what its screen says: nothing of the capture was kept', () => {
    expect(captures.failed.still).toContain('Nothing of it was kept');
    const codes = [...ofChecks.flatMap(errorCodes), 'many_checks', 'check_ended_badly', 'unknown_check'];
    const contrary = codes.filter((code) =>
      /(?<!(?:nothing|none) .*)\b(?:is|are|was|were) kept\b/i.test(errors[code]?.todo ?? ''),
    );
    expect(contrary).toEqual([]);
  });
});

describe('every mark of a check', () => {
  /** The checks' own sources: a folder each. */
  const checks = readdirSync(new URL('checks/src/', crates), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.rs') && !/(^|\/)(tests|fixtures|redact)(\/|\.rs$)/.test(path))
    .map((path) => ({ path, text: source(`checks/src/${path}`).replace(/#\[cfg\(test\)\]\nmod [^]*$/, '') }));

  /** Where marks are not named on the spot: by what pattern they are. */
  const elsewhere: [string, RegExp][] = [
    ['text_personal_data/contact.rs', /^ {4}(?:\( *| {4})"([a-z_]+)",/gm],
    ['text_personal_data/identity.rs', /^ {4}(?:\( *| {4})"([a-z_]+)",/gm],
    ['text_personal_data/people.rs', /^ {4}(?:\( *| {4})"([a-z_]+)",/gm],
    ['text_personal_data/places.rs', /^ {4}(?:\( *| {4})"([a-z_]+)",/gm],
    ['heart/quality.rs', /Self::[A-Za-z]+ => "([a-z_]+)"/g],
    ['heart_rhythm/mod.rs', /mark\(from, to, "([a-z_]+)"/g],
    ['heart_signal/mod.rs', /\("([a-z_]+)", &[a-z]+\)/g],
    ['motion_signal/mod.rs', /stretches\("([a-z_]+)"/g],
    ['place_home/important.rs', /Self::[A-Za-z]+ => "([a-z_]+)"/g],
    ['place_home/mod.rs', /stretch\(place, [a-z]+, [a-z]+, "([a-z_]+)"/g],
    ['place_motion/mod.rs', /\.add\(place, [^;]*?"([a-z_]+)"\)/g],
    ['place_plausible/mod.rs', /stretches\(place, "([a-z_]+)"/g],
    ['activity/whole.rs', /map_or\("([a-z_]+)", Activity::name\)/g],
  ];

  it('has words', () => {
    const onTheSpot = checks.flatMap(({ text }) =>
      named(text, /Evidence::(?:Span|Region|Stretch) \{[^{}]*?what: "([a-z_]+)"\.into\(\)/g),
    );
    expect(onTheSpot).toEqual(expect.arrayContaining(['clipped', 'face', 'no_position', 'speech', 'teleport']));
    const others = elsewhere.flatMap(([path, pattern]) => {
      const found = named(source(`checks/src/${path}`), pattern);
      if (found.length === 0) throw new Error(`no marks are read from ${path}`);
      return found;
    });
    expect([...new Set([...onTheSpot, ...others])].toSorted()).toEqual(Object.keys(marks).toSorted());
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
      'wrong_day',
      'quest_not_open',
      'already_credited',
      'foreign_person',
      'too_large',
      'undone',
      'budget_spent',
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
