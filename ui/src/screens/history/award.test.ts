import { describe, expect, it } from 'vitest';

import { award, cappedAward } from '../../stories/world';
import { exactSum, readLine } from './award';

describe('the lines of an award', () => {
  it('are read as the formula works', () => {
    expect(award.lines.map(readLine)).toEqual([
      { title: 'Base', why: 'what the quest offers', change: '40' },
      { title: 'Quality × 0.930', why: 'some of it was unclear', change: '−2.8' },
      { title: 'Novelty × 1.000', why: 'nothing like it from you before', change: '0' },
      { title: 'Need × 1.250', why: 'the hub has too little of this right now', change: '+9.3' },
    ]);
  });

  it('tell what rounding down dropped, when it dropped something', () => {
    expect(exactSum(award)).toBe('46.5');
    expect(exactSum(cappedAward)).toBeNull();
    expect(cappedAward.lines.map(readLine).at(-1)?.title).toBe('Cap at 100');
  });
});
