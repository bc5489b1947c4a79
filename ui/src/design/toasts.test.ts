import { beforeEach, describe, expect, it, vi } from 'vitest';

import { toasts } from './toasts.svelte';

describe('notices', () => {
  beforeEach(() => toasts.list.forEach(({ id }) => toasts.drop(id)));

  it('offer one undo, of the last thing that was done', () => {
    const [first, second] = [vi.fn(), vi.fn()];
    toasts.show('Allowed.', { undo: true, action: { label: 'Undo', run: first } });
    toasts.show('The hub does not answer.', { tone: 'alert' });
    toasts.show('Taken back.', { undo: true, action: { label: 'Undo', run: second } });
    expect(toasts.list.map((toast) => toast.text)).toEqual(['The hub does not answer.', 'Taken back.']);
    toasts.list[1]?.action?.run();
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
  });

  it('tell of nothing that is over by now', () => {
    toasts.show('Allowed again.');
    toasts.show('Taken back.', { undo: true, action: { label: 'Undo', run: vi.fn() } });
    expect(toasts.list.map((toast) => toast.text)).toEqual(['Taken back.']);
  });

  it('keep what can be undone and what went wrong when something else is told', () => {
    const texts = () => toasts.list.map((toast) => toast.text);
    toasts.show('Taken back.', { undo: true, action: { label: 'Undo', run: vi.fn() } });
    toasts.show('You earned 49 points.', { action: { label: 'Why?', run: vi.fn() } });
    toasts.show('Copied.');
    expect(texts()).toEqual(['Taken back.', 'Copied.']);
    toasts.show('The hub does not answer.', { tone: 'alert' });
    expect(texts()).toEqual(['Taken back.', 'The hub does not answer.']);
  });
});
