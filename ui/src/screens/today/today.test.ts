import { describe, expect, it } from 'vitest';

import { ask, granted, NOW, quest, SECOND, today } from '../../stories/world';
import { t } from '../../texts';
import { liveNow, milestone, questWords } from './today';

describe('a quest’s card', () => {
  it('says that something leaves only when it is allowed', () => {
    const open = quest({ state: 'open' });
    expect(questWords(open, today([open]), ask(), NOW).line).toBe(t.today.onceAllowed);
    expect(questWords(open, today([open]), null, NOW).line).toBe(t.today.onceAllowed);
    expect(questWords(open, today([open]), ask(granted), NOW).line).toBe(t.line.leaves);
  });

  it('leads to what is missing', () => {
    const action = (card: ReturnType<typeof quest>) => questWords(card, today([card]), ask(), NOW).action;
    expect(action(quest({ state: 'needs_device' }))).toBe('pair');
    expect(action(quest({ state: 'needs_consent', refusal: 'no_grant' }))).toBe('decide');
    expect(action(quest({ state: 'awarded' }))).toBe('history');
  });

  it('calls points an estimate until the hub has answered', () => {
    const provisional = (state: Parameters<typeof quest>[0]) =>
      questWords(quest(state), today([]), ask(), NOW).provisional;
    expect(provisional({ state: 'sending' })).toBe(true);
    expect(provisional({ state: 'awarded' })).toBe(false);
  });
});

describe('the newest motion', () => {
  it('is now for half a minute after the answer, whatever the device’s clock says', () => {
    const view = today([]);
    expect(liveNow(view, NOW + 29 * SECOND)).not.toBeNull();
    expect(liveNow(view, NOW + 31 * SECOND)).toBeNull();
  });
});

describe('progress', () => {
  it('is said aloud at quarters, not at every second', () => {
    expect([0, 14, 15, 29, 30, 59, 60, 70].map((seconds) => milestone(seconds, 60))).toEqual([0, 0, 1, 1, 2, 3, 4, 4]);
  });
});
