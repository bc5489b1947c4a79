//! What a quest's card says and offers next: one function of its state, so that every state has its words.

import type { AskView, QuestCard, Today } from '../../engine/contract';
import { t } from '../../texts';

/** What the person can do about a quest. */
export type QuestAction = 'pair' | 'decide' | 'history' | null;

/** A quest's card in words. */
export interface QuestWords {
  /** Below the title. */
  text: string;
  action: QuestAction;
  /** The points are this device's estimate. */
  provisional: boolean;
  /** What the line says of what is below it. */
  line: string;
  /** What is below the line. */
  below: string;
}

/** How long an answer's motion is "now", in microseconds. Every new window brings a new answer. */
const LIVE_FOR = 30_000_000;

/**
 * The newest motion, while it is new. The answer's age counts, not the window's time: that is by the device's clock, which may be
 * minutes off.
 */
export function liveNow(today: Today, now: number): Today['live'] {
  return now - today.now < LIVE_FOR ? today.live : null;
}

/** The words for a quest. */
export function questWords(quest: QuestCard, today: Today, ask: AskView | null, now: number): QuestWords {
  const live = liveNow(today, now);
  const summary = t.today.summaryLeaves(quest.label, quest.progress.goal);
  const would = { line: t.today.onceAllowed, below: summary };
  switch (quest.state.state) {
    case 'needs_device':
      return { text: quest.story, action: 'pair', provisional: true, ...would };
    case 'open': {
      const allowed = ask !== null && ask.receipt !== null;
      return {
        text: live ? t.today.live(live.label, live.score) : quest.progress.seconds > 0 ? t.today.quiet : quest.story,
        action: null,
        provisional: true,
        ...(allowed ? { line: t.line.leaves, below: summary } : would),
      };
    }
    case 'needs_consent':
      return { text: t.today.needsConsent, action: 'decide', provisional: true, ...would };
    case 'sending':
      return {
        text:
          today.hub === 'unreachable'
            ? t.today.sendingAway
            : today.hub === 'trouble'
              ? t.today.sendingTrouble
              : t.today.sending,
        action: null,
        provisional: true,
        line: t.line.leaves,
        below: summary,
      };
    case 'awarded':
      return {
        text: quest.kind === 'daily' ? t.today.awardedToday : t.today.awarded,
        action: 'history',
        provisional: false,
        line: t.line.leftDevice,
        below: summary,
      };
    case 'refused':
      return { text: t.today.refused, action: 'history', provisional: false, line: t.line.leftDevice, below: summary };
  }
}

/** Progress that is worth saying aloud: at the start, at each quarter, at the end. */
export function milestone(seconds: number, goal: number): number {
  if (goal <= 0) return 0;
  return Math.floor((Math.min(seconds, goal) / goal) * 4);
}
