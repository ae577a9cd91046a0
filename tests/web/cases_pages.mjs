// The ways between the pages: tabs and side bar, deep links, going back, and how each page looks.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessibility } from './browser.mjs';
import { fits, lineIs, says, text } from './helpers.mjs';
import { charging, twoCars } from './states.mjs';

const PAGES = [
  ['charges', 'Each charge'],
  ['mileage', 'Each outing'],
  ['history', 'Show as a table'],
  ['battery', 'Last heard'],
  ['notices', 'Charging was interrupted'],
  ['system', 'What we cost the car'],
  ['setup', 'Somebody who may look'],
  ['more', 'Any signal'],
];

const VIEWS = [
  ['360-light', { width: 360, height: 800 }],
  ['1280-dark', { width: 1280, height: 900, dark: true }],
];

export async function goTo(page, fake, link) {
  await page.goto(`${fake.url}#/${link}`);
}

function lookCase(pages, name) {
  return async ({ fake, open, shots }) => {
    const page = await open();
    for (const [each, words] of pages) {
      await goTo(page, fake, each);
      await says(page, words);
      await page.waitForFunction(() => !/Loading/.test(document.body.innerText) && document.querySelectorAll('.chart').length === document.querySelectorAll('.chart canvas').length);
      await fits(page);
      assert.ok(!/NaN|undefined|null/.test(await page.innerText('body')), `${each} says what it must not`);
      await page.screenshot({ path: join(shots, `${each}-${name}.png`), fullPage: true });
      assert.deepEqual(await accessibility(page), [], each);
    }
  };
}

const NARROW = async ({ fake, open }) => {
  const page = await open({ width: 320 });
  for (const [each, words] of [['now', 'Charge, last 24 hours'], ...PAGES, ['charges/250', 'How well it is known']]) {
    await goTo(page, fake, each);
    await says(page, words);
    await fits(page);
  }
};

const BACK = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await page.locator('.nav a', { hasText: 'Charges' }).click();
  await says(page, 'Each charge');
  assert.equal(await page.title(), 'Charges · garaged');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the keyboard stands in the new page');
  const third = page.locator('[data-charge]').nth(8);
  await third.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  assert.ok(before > 0);
  await third.click();
  await says(page, 'How well it is known');
  assert.match(page.url(), /#\/charges\/\d+$/);
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.goBack();
  await says(page, 'Each charge');
  assert.equal(await page.evaluate(() => scrollY), before, 'back leads to where one was');
  await page.goBack();
  await says(page, 'as on the dashboard');
  assert.equal(page.url().replace(/#\/?$/, ''), fake.url);
};

const DEEP = async ({ fake, open }) => {
  const page = await open({}, '#/mileage?period=all');
  await page.fill('#user', 'anna');
  await page.fill('#password', 'a long password');
  await page.keyboard.press('Enter');
  await says(page, 'All years');
  assert.match(page.url(), /#\/mileage\?period=all$/, 'the way in leads to where one wanted to go');
  await page.reload();
  await says(page, 'Distance by year');
  await goTo(page, fake, 'charges/99999');
  await says(page, 'The diary holds no charge number 99999');
  await goTo(page, fake, 'nowhere');
  await says(page, 'as on the dashboard');
};

const TABS = async ({ open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  const seen = () => page.locator('.nav a:visible').allInnerTexts();
  assert.deepEqual(await seen(), ['Now', 'Charges', 'Mileage', 'Battery', 'More']);
  assert.equal(await page.locator('.nav a[aria-current=page]').innerText(), 'Now');
  await page.locator('.nav a', { hasText: 'More' }).click();
  await page.getByRole('link', { name: 'History' }).click();
  await says(page, 'Show as a table');
  assert.equal(await page.locator('.nav a[aria-current=true]').innerText(), 'More', 'the tab under which it stands');
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(await seen(), ['Now', 'Charges', 'Mileage', 'Energy & cost', 'Battery', 'History', 'Notices', 'System', 'Setup']);
};

const KEYS = async ({ open }) => {
  const page = await open({ width: 1280 });
  await lineIs(page, 'Live');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  assert.ok(!page.url().includes('#main'), 'the skip link is no page');
  await page.locator('.nav a', { hasText: 'Charges' }).focus();
  await page.keyboard.press('Enter');
  await says(page, 'Each charge');
  const name = await text(page, '#period');
  await page.getByRole('button', { name: 'Month' }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((each) => document.getElementById('period').textContent !== each, name);
  await page.locator('[data-charge] a').first().focus();
  await page.keyboard.press('Enter');
  await says(page, 'How well it is known');
};

const CARS = async ({ fake, open }) => {
  const page = await open({}, '#/charges?car=van');
  await says(page, 'Each charge');
  await page.waitForSelector('[data-charge]');
  assert.ok(fake.count(/charges\?car=van/) > 0);
  assert.equal(await page.locator('.cars [aria-pressed=true]').innerText(), 'Van');
  assert.match(await page.locator('[data-charge] a').first().getAttribute('href'), /car=van/);
  await page.getByRole('button', { name: 'Leaf' }).click();
  await page.waitForFunction(() => location.hash.includes('car=leaf'));
  await page.waitForFunction(() => document.querySelector('[data-charge] a')?.getAttribute('href').includes('car=leaf'));
  await page.goto(`${fake.url}#/now?car=van`);
  await page.waitForSelector('#chart a.go');
  assert.match(await page.locator('#chart a.go').getAttribute('href'), /car=van/, 'also from the chart of the first page');
};

const TARGETS = async ({ fake, open }) => {
  const page = await open();
  for (const [each, words] of PAGES) {
    await goTo(page, fake, each);
    await says(page, words);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, summary, select, input:not([type=radio]), .nav a, a.go, a.button, a.entry__link')]
        .map((part) => [part.textContent || part.id, part.getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && (box.height < 44 || box.width < 44))
        .map(([name, box]) => `${name}: ${box.width} x ${box.height}`),
    );
    assert.deepEqual(small, [], each);
  }
};

const MADE_UP = async ({ fake, open }) => {
  const page = await open();
  for (const [each, words] of PAGES) {
    await goTo(page, fake, each);
    await says(page, words);
    await says(page, 'made-up data');
  }
  await fits(page);
  await goTo(page, fake, 'battery');
  await says(page, 'Last heard');
  assert.equal(await page.getAttribute('#csv', 'download'), 'made-up-battery-leaf.csv');
};

export async function pageCases(run) {
  for (const [name, view] of VIEWS) {
    await run(`the diary’s pages look right at ${name}`, lookCase(PAGES.slice(0, 4), name), view);
    await run(`the other pages look right at ${name}`, lookCase(PAGES.slice(4), name), view);
  }
  await run('nothing is wider than 320 pixels', NARROW);
  await run('tabs, titles and going back', BACK);
  await run('a deep link survives the login and a reload', DEEP, { loggedIn: false });
  await run('tabs on a phone, a bar at the side', TABS);
  await run('the pages by keyboard', KEYS);
  await run('a deep link names its car', CARS, { state: twoCars() });
  await run('targets of 44 pixels on every page', TARGETS);
  const demo = charging();
  demo.demo = true;
  await run('made up is said on every page', MADE_UP, { state: demo });
}
