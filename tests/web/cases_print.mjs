// On paper: the figures and tables alone, black on white, within the sheet.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fits, says } from './helpers.mjs';

const PAPER = async ({ fake, open, shots }) => {
  const page = await open({ width: 700, height: 1000, dark: true });
  for (const each of ['charges', 'mileage', 'energy']) {
    await page.goto(`${fake.url}#/${each}?period=${fake.diary.outings[30].to.slice(0, 4)}`);
    await says(page, 'Show as a table');
    await page.waitForSelector('.chart canvas');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.waitForSelector('.chart tbody tr');
    const seen = await page.evaluate(() => {
      const drawn = (selector) => [...document.querySelectorAll(selector)].filter((part) => part.getClientRects().length > 0).length;
      const { color } = getComputedStyle(document.querySelector('.chart tbody th'));
      return { controls: drawn('.nav, .banners, button, summary'), rows: drawn('.chart tbody tr'), color, paper: getComputedStyle(document.querySelector('.card')).backgroundColor };
    });
    assert.equal(seen.controls, 0, `${each} prints what only a screen can do`);
    assert.ok(seen.rows > 0, `${each} has its table unfolded`);
    assert.deepEqual([seen.color, seen.paper], ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'], each);
    await fits(page);
    await page.pdf({ path: join(shots, `${each}.pdf`), format: 'A4' });
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    await page.waitForFunction(() => !document.querySelector('.chart tbody tr'));
  }
};

export async function printCases(run) {
  await run('charges, mileage and energy on paper', PAPER);
}
