//! The stories on a stage: built, served under the page's policy, and opened in a real browser.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where browsers of this family usually are; EARNEST_CHROMIUM goes first. */
const BROWSERS = [
  process.env.EARNEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** How a browser is started: quietly, and asking nobody for anything. */
export const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where the browser is. */
export function browserPath() {
  const path = BROWSERS.find((candidate) => candidate !== undefined && existsSync(candidate));
  if (path === undefined) {
    throw new Error('no Chromium or Chrome was found; install one, or say where it is with EARNEST_CHROMIUM');
  }
  return path;
}

/** The two sizes that every screen is drawn for. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};

/**
 * Builds the stories and opens a browser.
 *
 * @param {string} [mode] `production` for the bundle that people get
 * @returns {Promise<{
 *   names: string[],
 *   open: (scheme: 'light' | 'dark', size: keyof typeof SIZES, motion?: 'reduce' | 'no-preference') => Promise<import('playwright-core').Page>,
 *   show: (page: import('playwright-core').Page, name: string) => Promise<void>,
 *   address: string,
 *   close: () => Promise<void>,
 * }>}
 */
export async function stage(mode = 'stories') {
  const executablePath = browserPath();
  const folder = mkdtempSync(join(tmpdir(), 'earnest-stories-'));
  const outDir = join(folder, 'site');
  await build({ root, mode, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { port: 0, strictPort: true } });
  const address = server.resolvedUrls?.local[0] ?? '';
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });

  /** @type {string[]} */
  let names = [];
  const open = async (
    /** @type {'light' | 'dark'} */ scheme,
    /** @type {keyof typeof SIZES} */ size,
    motion = 'reduce',
  ) => {
    const context = await browser.newContext({
      viewport: SIZES[size],
      colorScheme: scheme,
      reducedMotion: /** @type {'reduce' | 'no-preference'} */ (motion),
      deviceScaleFactor: 1,
      locale: 'en-GB',
    });
    return context.newPage();
  };
  const show = async (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ name) => {
    // The query makes it a page of its own; a change of the hash alone would not load anew.
    await page.goto(`${address}?${name}#/story/${name}`);
    await page.waitForSelector(`[data-story="${name}"][data-ready="true"]`, { state: 'attached', timeout: 8_000 });
    await page.evaluate(() => document.fonts.ready);
    // Two frames: what follows from the press is drawn.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
    );
  };

  if (mode === 'stories') {
    const page = await open('light', 'phone');
    await page.goto(`${address}?list#/story`);
    await page.waitForSelector('a');
    names = await page.$$eval('a', (links) => links.map((link) => link.textContent ?? ''));
    await page.context().close();
  }

  return {
    names,
    open,
    show,
    address,
    close: async () => {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
