//! What the person does with captures that are kept.

import { toasts } from '../../design/toasts.svelte';
import type { Session } from '../../engine/session.svelte';
import { act } from '../../shell/act';
import { t } from '../../texts';

/** Deletes a capture, with an undo that brings it back. */
export async function remove(session: Session, id: string): Promise<boolean> {
  const list = await act(() => session.engine.call('delete_capture', { id }));
  if (list === null) return false;
  session.captures.take(list);
  toasts.show(t.captures.one.deleted, {
    undo: true,
    action: { label: t.app.undo, run: () => void restore(session, id) },
  });
  return true;
}

async function restore(session: Session, id: string): Promise<void> {
  const list = await act(() => session.engine.call('restore_capture', { id }));
  if (list === null) return;
  session.captures.take(list);
  toasts.show(t.captures.one.restored);
}
