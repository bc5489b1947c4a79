//! Draws the app's icon in the sizes that systems ask for: `npm run icons`.

import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { ARGUMENTS, browserPath } from './stage.js';

const folder = fileURLToPath(new URL('../../icons/', import.meta.url));
const svg = readFileSync(`${folder}earnest.svg`, 'utf8');
/** @type {[string, number][]} */
const SIZES = [
  ['32x32.png', 32],
  ['128x128.png', 128],
  ['128x128@2x.png', 256],
  ['icon.png', 512],
];

const browser = await chromium.launch({ executablePath: browserPath(), args: ARGUMENTS });
for (const [name, size] of SIZES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<style>html, body { margin: 0; background: none } svg { display: block; width: ${size}px; height: ${size}px }</style>${svg}`,
  );
  await page.screenshot({ path: `${folder}${name}`, omitBackground: true });
  await page.close();
}
await browser.close();

// An .ico may hold PNGs as they are: a header, one entry a picture, then the pictures.
const pictures = ['32x32.png', '128x128.png', '128x128@2x.png'].map((name) => readFileSync(`${folder}${name}`));
const header = Buffer.alloc(6 + 16 * pictures.length);
header.writeUInt16LE(1, 2);
header.writeUInt16LE(pictures.length, 4);
let offset = header.length;
pictures.forEach((picture, index) => {
  const side = [32, 128, 0][index] ?? 0; // 0 means 256
  const entry = 6 + 16 * index;
  header.writeUInt8(side, entry);
  header.writeUInt8(side, entry + 1);
  header.writeUInt16LE(1, entry + 4);
  header.writeUInt16LE(32, entry + 6);
  header.writeUInt32LE(picture.length, entry + 8);
  header.writeUInt32LE(offset, entry + 12);
  offset += picture.length;
});
writeFileSync(`${folder}icon.ico`, Buffer.concat([header, ...pictures]));

// An .icns holds PNGs, too: "ic07" is 128, "ic08" 256, "ic09" 512 pixels wide.
/** @type {[string, string][]} */
const KINDS = [
  ['ic07', '128x128.png'],
  ['ic08', '128x128@2x.png'],
  ['ic09', 'icon.png'],
];
const entries = KINDS.map(([kind, name]) => {
  const picture = readFileSync(`${folder}${name}`);
  const head = Buffer.alloc(8);
  head.write(kind, 0, 'ascii');
  head.writeUInt32BE(picture.length + 8, 4);
  return Buffer.concat([head, picture]);
});
const head = Buffer.alloc(8);
head.write('icns', 0, 'ascii');
head.writeUInt32BE(8 + entries.reduce((sum, entry) => sum + entry.length, 0), 4);
writeFileSync(`${folder}icon.icns`, Buffer.concat([head, ...entries]));

// The page's own icon is the same drawing.
const page = fileURLToPath(new URL('../public/', import.meta.url));
if (existsSync(page)) copyFileSync(`${folder}earnest.svg`, `${page}earnest.svg`);
