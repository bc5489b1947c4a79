import { describe, expect, it } from 'vitest';

import { ask, grant, item, NOW } from '../../stories/world';
import { t } from '../../texts';
import { leftParts } from './record';
import { grantAgainRequest, grantRequest } from './sharing';

describe('what left', () => {
  it('is read from the bytes', () => {
    const parts = leftParts(item(), NOW);
    expect(parts).toHaveLength(6);
    expect(parts[0]).toBe('which motion it was (“walking”)');
    expect(parts[1]).toBe('for how long (1\u00a0minute)');
    expect(parts[3]).toBe('the hour it ended (today 08:00), no finer time');
  });

  it('claims nothing of bytes that cannot be read', () => {
    expect(leftParts(item({ text: 'not JSON' }), NOW)).toEqual([t.parts.unread]);
    expect(leftParts(item({ text: '{"body":null}' }), NOW)).toEqual([t.parts.unread]);
    expect(leftParts(item({ text: '{"body":{"summary":{"label":"constructor"}}}' }), NOW)).toEqual([t.parts.unread]);
  });
});

describe('a grant', () => {
  it('allows what the ask said, to the instant', () => {
    expect(grantRequest(ask())).toEqual({
      purpose: 'activity-research',
      streams: ['acceleration', 'angular_velocity'],
      precision: 'summary',
      recipient: 'home-hub',
      from: ask().from,
      until: ask().until,
      purpose_text: 'learning how people move',
      retention_days: 90,
    });
  });

  it('given again is as it was, down to its devices', () => {
    const before = { ...grant().grant, devices: { only: ['sample'] } };
    expect(grantAgainRequest(before)).toMatchObject({ devices: ['sample'], from: before.from, until: before.until });
    expect(grantAgainRequest(grant().grant)).not.toHaveProperty('devices');
    const other = { ...grant().grant, purpose_text: 'finding out how hearts follow movement', retention_days: 30 };
    expect(grantAgainRequest(other)).toMatchObject({ purpose_text: other.purpose_text, retention_days: 30 });
    const wordless = { ...grant().grant };
    delete wordless.purpose_text;
    expect(grantAgainRequest(wordless)).not.toHaveProperty('purpose_text');
  });
});
