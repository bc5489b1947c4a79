import { describe, expect, it, vi } from 'vitest';

import { toasts } from './toasts.svelte';

describe('notices', () => {
  it('offer one undo, of the last thing that was done', () => {
    const [first, second] = [vi.fn(), vi.fn()];
    toasts.show('Allowed.', { action: { label: 'Undo', run: first } });
    toasts.show('Kept.');
    toasts.show('Taken back.', { action: { label: 'Undo', run: second } });
    expect(toasts.list.map((toast) => toast.text)).toEqual(['Kept.', 'Taken back.']);
    toasts.list[1]?.action?.run();
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
  });
});
