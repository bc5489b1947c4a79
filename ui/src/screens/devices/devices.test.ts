import { describe, expect, it } from 'vitest';

import { NOW, rejections, SECOND, waitingDevice, watch } from '../../stories/world';
import { bars, newestFirst, recentTally, rowDetail, streamValue } from './devices';

describe('a device’s line', () => {
  it('says its health and when it was last heard', () => {
    expect(rowDetail(watch(), NOW)).toBe('listening, now');
    expect(rowDetail(waitingDevice(), NOW)).toBe('waiting for its first reading');
  });
});

describe('the strip of windows', () => {
  const at = (second: number) => ({ start: second * SECOND, label: 'walking' as const, score: 900 });

  it('shows where time is missing', () => {
    expect(bars([at(0), at(5), at(10), at(60), at(65)]).map((bar) => bar.gap)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(bars([])).toEqual([]);
  });

  it('counts what it shows, the most frequent first', () => {
    expect(recentTally([at(0), { ...at(5), label: 'unknown' }, at(10)])).toEqual([
      ['walking', 2],
      ['unknown', 1],
    ]);
  });
});

describe('what was refused', () => {
  it('is told the newest first', () => {
    expect(newestFirst(rejections.toReversed()).map((one) => one.reason)).toEqual(['time_in_future', 'unknown_unit']);
  });
});

describe('the newest value of a stream', () => {
  it('has as many digits as mean something', () => {
    expect(streamValue('heart_rate', 60.8)).toBe('61');
    expect(streamValue('acceleration', 9.8066)).toBe('9.81');
    expect(streamValue('acceleration', null)).toBe('–');
  });
});
