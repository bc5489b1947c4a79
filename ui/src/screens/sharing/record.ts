//! What a contribution tells and what it does not, in words: read from its own bytes, so that nothing is claimed of it.

import type { Activity, HistoryItem, QuestCard } from '../../engine/contract';
import { t } from '../../texts';
import { activities } from '../../texts/codes';
import { when } from '../../texts/format';

interface Body {
  hour?: unknown;
  summary?: { label?: unknown; seconds?: unknown; quality?: unknown };
  fingerprints?: unknown;
}

/** The parts of a record that was made. What its bytes do not show is not in the list. */
export function leftParts(item: HistoryItem, now: number): string[] {
  const body = bodyOf(item.text);
  const summary = body.summary;
  const parts: string[] = [];
  if (typeof summary?.label === 'string' && Object.hasOwn(activities, summary.label)) {
    parts.push(t.parts.motion(summary.label as Activity));
  }
  if (typeof summary?.seconds === 'number') parts.push(t.parts.seconds(summary.seconds));
  if (typeof summary?.quality === 'number') parts.push(t.parts.quality(summary.quality));
  if (typeof body.hour === 'number') parts.push(t.parts.hour(when(body.hour, now)));
  if (Array.isArray(body.fingerprints)) parts.push(t.parts.digests(body.fingerprints.length));
  return parts.length === 0 ? [t.parts.unread] : [...parts, t.parts.names];
}

/** The parts of a record that a quest would make. */
export function wouldLeaveParts(quest: QuestCard | null): string[] {
  return [
    quest ? t.parts.motion(quest.label) : t.parts.motionAny,
    quest ? t.parts.seconds(quest.progress.goal) : t.parts.secondsAny,
    t.parts.qualityAny,
    t.parts.hourAny,
    quest && quest.windows > 0 ? t.parts.digests(quest.windows) : t.parts.digestsAny,
    t.parts.names,
  ];
}

/** What stays, whatever leaves. */
export function stayedParts(readings: number | null): string[] {
  return [
    readings === null ? t.parts.stayReadingsAny : t.parts.stayReadings(readings),
    t.parts.stayTimes,
    t.parts.stayName,
  ];
}

function bodyOf(text: string): Body {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record === 'object' && record !== null && 'body' in record) {
      const body = record.body;
      if (typeof body === 'object' && body !== null) return body;
    }
  } catch {
    // No JSON: the bytes are shown as they are, and nothing is said of their parts.
  }
  return {};
}
