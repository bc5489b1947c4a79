//! Pictures of every story, in both sizes and looks: `npm run shots -- FOLDER [part of a name]`.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { SIZES, stage } from './stage.js';

const [folder = 'shots', wanted = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const theatre = await stage();
const names = theatre.names.filter((name) => name.includes(wanted));

for (const scheme of /** @type {const} */ (['light', 'dark'])) {
  for (const size of /** @type {(keyof typeof SIZES)[]} */ (Object.keys(SIZES))) {
    const page = await theatre.open(scheme, size);
    page.on('console', (message) => message.type() === 'error' && console.error(scheme, size, message.text()));
    page.on('pageerror', (error) => console.error(scheme, size, error.message));
    for (const name of names) {
      try {
        await theatre.show(page, name);
        await page.screenshot({ path: join(folder, `${name}-${size}-${scheme}.png`) });
      } catch (error) {
        console.error(name, String(error).split('\n')[0]);
      }
    }
    await page.context().close();
  }
}
await theatre.close();
