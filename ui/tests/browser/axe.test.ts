//! Every story, in both looks, under axe-core: nothing serious, nothing critical; and nothing breaks under the page's policy.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stage } from '../../tools/stage.js';

type Stage = Awaited<ReturnType<typeof stage>>;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let theatre: Stage;

beforeAll(async () => {
  theatre = await stage();
}, 120_000);

afterAll(() => theatre.close());

async function judge(page: Page, name: string): Promise<string[]> {
  await theatre.show(page, name);
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults, string[]>(async (tags) => {
    const window_ = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
    return window_.axe.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  }, TAGS);
  return results.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .flatMap((violation) =>
      violation.nodes.map((node) => `${name}: ${violation.id} at ${node.target.join(' ')}: ${node.html.slice(0, 160)}`),
    );
}

async function judgeAll(scheme: 'light' | 'dark', size: 'phone' | 'desktop'): Promise<string[]> {
  const page = await theatre.open(scheme, size);
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(`console: ${message.text()}`);
  });
  for (const name of theatre.names) found.push(...(await judge(page, name)));
  await page.context().close();
  return found;
}

describe('every screen in every state', () => {
  // One size a look: the components are the same, and each look has its own contrast.
  it('says nothing serious to axe, light on a phone and dark on a desktop', { timeout: 600_000 }, async () => {
    expect(theatre.names.length).toBeGreaterThan(50);
    const [light, dark] = await Promise.all([judgeAll('light', 'phone'), judgeAll('dark', 'desktop')]);
    expect([...light, ...dark]).toEqual([]);
  });

  it(
    'fits a phone: nothing is wider than the page, and what is touched is 44 px or more',
    { timeout: 600_000 },
    async () => {
      const page = await theatre.open('light', 'phone');
      const found: string[] = [];
      for (const name of theatre.names) {
        await theatre.show(page, name);
        found.push(
          ...(await page.evaluate((story) => {
            const wrong: string[] = [];
            if (document.documentElement.scrollWidth > window.innerWidth) wrong.push(`${story}: wider than the page`);
            for (const element of document.querySelectorAll<HTMLElement>('button, a, summary, input, [role=switch]')) {
              // A label is touched as what it names.
              const box = (element.closest('label') ?? element).getBoundingClientRect();
              const hidden = element.offsetParent === null || element.matches('.unseen, .skip');
              if (!hidden && (box.height < 44 || box.width < 24)) {
                wrong.push(
                  `${story}: ${Math.round(box.width)} x ${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`,
                );
              }
            }
            return wrong;
          }, name)),
        );
      }
      await page.context().close();
      expect([...new Set(found)]).toEqual([]);
    },
  );
});

describe('a notice', () => {
  it.each(['phone', 'desktop'] as const)('covers nothing that is scrolled to or focused, on a %s', async (size) => {
    const page = await theatre.open('light', size);
    for (const name of ['capture-words-kept', 'capture-deleted', 'sharing-refused']) {
      await theatre.show(page, name);
      const { tall, covered } = await page.evaluate(() => {
        const notice = document.querySelector('.toasts')?.getBoundingClientRect();
        const covered: string[] = [];
        const look = (element: HTMLElement, how: string) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          const found = document.elementFromPoint(x + width / 2, y + height / 2);
          if (!element.contains(found))
            covered.push(`${how}: ${element.textContent}: ${found?.outerHTML.slice(0, 90)}`);
        };
        const within = 'main button, main summary, main a:not(.skip)';
        for (const element of document.querySelectorAll<HTMLElement>(within)) {
          if (element.offsetParent === null) continue;
          window.scrollTo(0, 0);
          // As a driver does before it clicks.
          element.scrollIntoView({ behavior: 'instant', block: 'end', inline: 'nearest' });
          look(element, 'scrolled to');
          window.scrollTo(0, 0);
          element.focus();
          look(element, 'focused');
        }
        return { tall: notice?.height ?? 0, covered };
      });
      expect(tall, name).toBeGreaterThan(40);
      expect(covered, name).toEqual([]);
    }
    await page.context().close();
  });
});
