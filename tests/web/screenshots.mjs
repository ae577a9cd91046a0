#!/usr/bin/env node
// The README's pictures, from the made-up year of the stand-in: `make screenshots`. Writes packaging/screenshots/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, missing, openPage, ROOT } from './browser.mjs';
import { Fake } from './fake.mjs';
import { madeUpDiary } from './made_up.mjs';
import { charging, dayOfPoints } from './states.mjs';

const OUT = join(ROOT, 'packaging/screenshots');
const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1180, height: 820, dark: true };
const PICTURES = [
  ['now', '#/', '.chart canvas', PHONE],
  ['mileage', '#/mileage', '.calendar', PHONE],
  ['energy', '#/energy', '#rows', PHONE],
  ['battery', '#/battery', '.cells', WIDE],
];

const why = missing();
if (why) {
  console.error(why);
  process.exit(69);
}
mkdirSync(OUT, { recursive: true });
const fake = new Fake(join(ROOT, 'build/web'), charging());
fake.loggedIn = true;
fake.history = dayOfPoints();
fake.diary = madeUpDiary();
await fake.start();
const browser = await launch();
for (const [name, hash, sign, size] of PICTURES) {
  const page = await openPage(browser, fake.url, size);
  await page.goto(fake.url + hash);
  await page.waitForSelector(sign);
  await page.waitForTimeout(1000); // until the chart is painted
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  await page.context().close();
}
await browser.close();
await fake.stop();
