#!/usr/bin/env node
// A picture of the demo as a phone shows it: `tests/web/screenshot.mjs ADDRESS FILE [PAGE]`, the address as `make demo` prints it.
import { launch, missing, openPage } from './browser.mjs';

const [address, file, hash = '#/'] = process.argv.slice(2);
const why = address && file ? missing() : 'usage: screenshot.mjs ADDRESS FILE [PAGE]';
if (why) {
  console.error(why);
  process.exit(64);
}

const browser = await launch();
try {
  const { origin } = new URL(address);
  const page = await openPage(browser, origin, { width: 390, height: 844, scale: 2 });
  await page.goto(address);
  await page.waitForSelector('.ring__arc');
  await page.goto(`${origin}/${hash}`);
  await page.waitForSelector(hash === '#/' ? '.month' : '.chart canvas');
  await page.waitForTimeout(1000);
  await page.screenshot({ path: file });
} finally {
  await browser.close();
}
