//! What the Devices screen makes of what the engine tells: rows in words, and the strip of windows.

import type { Activity, DeviceView, RecentWindow, RejectionView, Stream, Timestamp } from '../../engine/contract';
import { t } from '../../texts';
import { healths } from '../../texts/codes';
import { ago, measure, number } from '../../texts/format';

/** A device's line in the list. */
export function rowDetail(device: DeviceView, now: Timestamp): string {
  return t.devices.row(healths[device.health].short, device.last_seen === null ? null : ago(device.last_seen, now));
}

/** The newest value of a stream, or a dash. Nobody counts tenths of a beat. */
export function streamValue(stream: Stream, value: number | null): string {
  if (value === null) return '\u2013';
  return stream === 'heart_rate' ? number(Math.round(value)) : measure(value);
}

/** One bar of the strip; `gap` says that time is missing before it. */
export interface Bar {
  start: Timestamp;
  label: Activity;
  gap: boolean;
}

/** How much longer than usual the way to the next window is, before the strip shows a gap. */
const GAP = 3;

/** The strip of a device's newest windows. */
export function bars(recent: readonly RecentWindow[]): Bar[] {
  const steps = recent.slice(1).map((window, index) => window.start - (recent[index]?.start ?? window.start));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return recent.map((window, index) => ({
    start: window.start,
    label: window.label,
    gap: index > 0 && usual > 0 && (steps[index - 1] ?? 0) > usual * GAP,
  }));
}

/** How many windows of each motion, the most frequent first. */
export function tally(windows: Partial<Record<Activity, number>>): [Activity, number][] {
  return (Object.entries(windows) as [Activity, number][]).filter(([, n]) => n > 0).toSorted((a, b) => b[1] - a[1]);
}

/** The same, of the newest windows alone. */
export function recentTally(recent: readonly RecentWindow[]): [Activity, number][] {
  const counts: Partial<Record<Activity, number>> = {};
  for (const window of recent) counts[window.label] = (counts[window.label] ?? 0) + 1;
  return tally(counts);
}

/** The refusals, the newest first. */
export function newestFirst(rejections: readonly RejectionView[]): RejectionView[] {
  return rejections.toSorted((a, b) => b.last_at - a.last_at);
}
