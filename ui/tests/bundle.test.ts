//! What people get: no stories in it, nothing that asks anybody else, no addresses in the lock file.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the bundle', () => {
  let files: (Rollup.OutputAsset | Rollup.OutputChunk)[] = [];

  beforeAll(async () => {
    // `build` below vitest runs in the mode of tests unless it is told otherwise.
    process.env.NODE_ENV = 'production';
    const built = await build({ root, mode: 'production', logLevel: 'error', build: { write: false } });
    files = [built].flat().flatMap((output) => ('output' in output ? output.output : []));
  }, 60_000);

  const text = (file: Rollup.OutputAsset | Rollup.OutputChunk) =>
    file.type === 'chunk' ? file.code : typeof file.source === 'string' ? file.source : '';

  it('has a page, and no stories', () => {
    expect(files.map((file) => file.fileName)).toContain('index.html');
    for (const file of files) expect(text(file), file.fileName).not.toContain('quiet-meadow');
  });

  it('asks nobody else for anything', () => {
    // Names of namespaces and of documentation are no requests; these are all there are.
    const known = /^https?:\/\/(www\.w3\.org|svelte\.dev)\//;
    for (const file of files) {
      const addresses = text(file).match(/https?:\/\/[a-z0-9.-]+\/?/gi) ?? [];
      expect(
        addresses.filter((address) => !known.test(address)),
        file.fileName,
      ).toEqual([]);
    }
  });

  it('runs under the page’s policy: no script in the page, no data: font', () => {
    const page = files.find((file) => file.fileName === 'index.html');
    const html = page ? text(page) : '';
    expect([...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>/g)]).toEqual([]);
    expect(html).not.toMatch(/\son[a-z]+=/);
    for (const file of files) expect(text(file), file.fileName).not.toContain('url(data:');
  });

  it('is relative, so that it opens from any address', () => {
    const page = files.find((file) => file.fileName === 'index.html');
    expect(page ? text(page) : '').not.toMatch(/(?:src|href)="\//);
  });
});

it('the lock file names no registry', () => {
  expect(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')).not.toContain('"resolved"');
});
