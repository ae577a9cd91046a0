// Battery: each cell, figures over date and distance, what they mean, and a car that tells no cells.
import assert from 'node:assert/strict';
import { accessibility } from './browser.mjs';
import { emptyDiary } from './fake_diary.mjs';
import { fits, says, text } from './helpers.mjs';

const CELLS = async ({ fake, open }) => {
  const page = await open({}, '#/battery');
  await page.waitForSelector('.cells');
  const volts = fake.diary.cells[0].cells;
  assert.equal(await page.locator('.cell').count(), 96);
  const weakest = volts.indexOf(Math.min(...volts)) + 1;
  assert.match(await text(page, '#cells .chart__summary'), new RegExp(`Weakest: cell ${weakest},`));
  await page.click('#cells summary');
  await page.waitForSelector('#cells tbody tr');
  assert.equal(await page.locator('#cells tbody tr').count(), 96);
  await page.click('#meanings summary');
  await says(page, 'It is not the health');
  assert.doesNotMatch(await text(page, 'main'), /NaN|undefined|null/);
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
};

const FIGURES = async ({ open }) => {
  const page = await open({ width: 1280, height: 900, dark: true }, '#/battery');
  await page.waitForSelector('#ageing canvas');
  await page.getByRole('button', { name: 'By distance' }).click();
  for (const figure of ['Measured', 'Spread', 'Capacity']) {
    await page.getByRole('group', { name: 'Figure' }).getByRole('button', { name: figure }).click();
    await page.waitForSelector('#ageing canvas');
    assert.match(await text(page, '#ageing .chart__summary'), /kWh|mV|Ah/);
  }
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
};

const NONE = async ({ open }) => {
  const page = await open({}, '#/battery');
  await says(page, 'Some cars never do');
  await says(page, 'A point a day appears here');
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
};

export async function batteryCases(run) {
  await run('battery: each cell, and what the figures mean', CELLS);
  await run('battery: figures over the distance', FIGURES);
  await run('battery: nothing yet', NONE, { diary: emptyDiary() });
}
