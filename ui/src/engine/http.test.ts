import { afterEach, describe, expect, it, vi } from 'vitest';

import { httpEngine } from './http';

function answers(response: () => Response | Promise<Response>): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(async () => response());
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

describe('a command over HTTP', () => {
  it('is a POST of JSON to its own origin', async () => {
    const fetch = answers(() => Response.json({ points: 46 }));
    await expect(httpEngine().call('history', {})).resolves.toEqual({ points: 46 });
    expect(fetch).toHaveBeenCalledWith(
      '/api/history',
      expect.objectContaining({ method: 'POST', credentials: 'same-origin', body: '{}' }),
    );
  });

  it('fails with the problem’s code and sentence', async () => {
    answers(() =>
      Response.json({ type: 'about:blank', code: 'disk_full', detail: 'The disk is full.' }, { status: 507 }),
    );
    await expect(httpEngine().call('history', {})).rejects.toMatchObject({
      code: 'disk_full',
      message: 'The disk is full.',
    });
  });

  it('is unreachable when nobody answers, or a proxy does', async () => {
    answers(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(httpEngine().call('history', {})).rejects.toMatchObject({ code: 'unreachable' });
    answers(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    await expect(httpEngine().call('history', {})).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('says so when an answer makes no sense', async () => {
    answers(() => new Response('no JSON'));
    await expect(httpEngine().call('history', {})).rejects.toMatchObject({ code: 'not_understood' });
    answers(() => Response.json('a string', { status: 500 }));
    await expect(httpEngine().call('history', {})).rejects.toMatchObject({ code: 'not_understood' });
  });
});

describe('events over HTTP', () => {
  class Source {
    static readonly CLOSED = 2;
    static last: Source;
    static opened = 0;
    readyState = 1;
    onopen?: () => void;
    onmessage?: (message: { data: string }) => void;
    onerror?: () => void;
    readonly url: string;
    constructor(url: string) {
      this.url = url;
      Source.last = this;
      Source.opened += 1;
    }
    close() {
      this.readyState = Source.CLOSED;
    }
  }

  it('are told as they come; what cannot be read asks for everything again', () => {
    vi.stubGlobal('EventSource', Source);
    const told: unknown[] = [];
    const stop = httpEngine().events({
      event: (event) => told.push(event),
      connection: (connection) => told.push(connection),
    });
    expect(Source.last.url).toBe('/api/events');
    Source.last.onopen?.();
    Source.last.onmessage?.({ data: '{"event":"awarded","contribution":"c1","points":46}' });
    Source.last.onmessage?.({ data: '{"eve' });
    Source.last.onerror?.();
    expect(told).toEqual(['up', { event: 'awarded', contribution: 'c1', points: 46 }, { event: 'resync' }, 'down']);
    stop();
  });

  it('open anew after an answer that was no stream, and not after the end', () => {
    vi.stubGlobal('EventSource', Source);
    vi.useFakeTimers();
    const stop = httpEngine().events({ event: () => undefined, connection: () => undefined });
    const before = Source.opened;
    Source.last.readyState = Source.CLOSED;
    Source.last.onerror?.();
    vi.advanceTimersByTime(10_000);
    expect(Source.opened).toBe(before + 1);
    Source.last.readyState = Source.CLOSED;
    Source.last.onerror?.();
    stop();
    vi.advanceTimersByTime(60_000);
    expect(Source.opened).toBe(before + 1);
    vi.useRealTimers();
  });
});
