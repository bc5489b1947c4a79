//! What the Sharing screen asks the engine, and says afterwards.

import { toasts } from '../../design/toasts.svelte';
import type { AskView, Grant, GrantConsent, ReceiptId, Withdrawn } from '../../engine/contract';
import type { Session } from '../../engine/session.svelte';
import { act } from '../../shell/act';
import { t } from '../../texts';

/** A request that grants what the ask says, to the instant: what was read is what is signed. */
export function grantRequest(ask: AskView): GrantConsent {
  return {
    purpose: ask.purpose,
    streams: ask.streams,
    precision: ask.precision,
    recipient: ask.recipient,
    from: ask.from,
    until: ask.until,
    purpose_text: ask.purpose_text,
    retention_days: ask.retention_days,
  };
}

/** A request that grants again what a receipt allowed. */
export function grantAgainRequest(grant: Grant): GrantConsent {
  return {
    purpose: grant.purpose,
    streams: grant.streams,
    precision: grant.precision,
    recipient: grant.recipient,
    from: grant.from,
    until: grant.until,
    retention_days: grant.retention_days,
    ...(grant.purpose_text === undefined ? {} : { purpose_text: grant.purpose_text }),
    ...(grant.devices === 'all' ? {} : { devices: grant.devices.only }),
  };
}

/** Gives leave, with an undo that takes it back. */
export async function allow(session: Session, ask: AskView): Promise<boolean> {
  const granted = await act(() => session.engine.call('grant_consent', grantRequest(ask)));
  if (granted === null) return false;
  session.sharing.again();
  session.today.again();
  toasts.show(t.sharing.granted(ask.recipient_name), {
    undo: true,
    action: { label: t.app.undo, run: () => void takeBack(session, granted.receipt) },
  });
  return true;
}

/** Takes leave back, with an undo that gives it again. */
export async function takeBack(session: Session, receipt: ReceiptId): Promise<Withdrawn | null> {
  const withdrawn = await act(() => session.engine.call('withdraw_consent', { receipt }));
  if (withdrawn === null) return null;
  session.sharing.again();
  session.today.again();
  session.history.again();
  toasts.show(t.sharing.withdrawn(withdrawn.stopped, withdrawn.to_erase), {
    undo: true,
    action: {
      label: t.app.undo,
      run: () =>
        void act(async () => {
          await session.engine.call('grant_consent', grantAgainRequest(withdrawn.grant.grant));
          session.sharing.again();
          session.today.again();
          toasts.show(t.sharing.grantedAgain);
        }),
    },
  });
  return withdrawn;
}
