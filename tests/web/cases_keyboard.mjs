// Journeys without a pointer: only keys, as somebody goes who can't use a mouse or a finger. Each stop must be seen.
import assert from 'node:assert/strict';
import { lineIs, says, soon, text } from './helpers.mjs';

const STOPS_MOST = 120;

/** What the keyboard stands on: its name, whether a ring shows it, and whether it is hidden behind something. */
function stop(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    const drawn = at.matches('input[type=radio], input[type=checkbox]') ? at.nextElementSibling : at;
    const style = getComputedStyle(drawn);
    const box = drawn.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 1));
    const name = at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '';
    return {
      id: at.id,
      name: name.replace(/\s+/g, ' ').trim(),
      // Where a new page begins: no stop of its own.
      isPlace: at === document.body || at.tabIndex < 0,
      ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      covered: top === null || !(drawn.contains(top) || top.contains(drawn) || at.labels?.[0]?.contains(top)),
    };
  });
}

/** Tab by tab until `wanted` (a name or a pattern of one, or "#id"); every stop on the way is visible. */
async function tabTo(page, wanted) {
  const isIt = (each) => (wanted instanceof RegExp ? wanted.test(each.name) : wanted.startsWith('#') ? each.id === wanted.slice(1) : each.name === wanted);
  const seen = [];
  for (let i = 0; i < STOPS_MOST; i += 1) {
    await page.keyboard.press('Tab');
    const at = await stop(page);
    seen.push(at.name);
    if (!at.isPlace) {
      assert.ok(at.ringed, `no ring around “${at.name}”`);
      assert.ok(!at.covered, `“${at.name}” is hidden behind something`);
    }
    if (isIt(at)) {
      return;
    }
  }
  assert.fail(`no way by Tab to ${wanted}: ${seen.join(' | ')}`);
}

async function press(page, wanted) {
  await tabTo(page, wanted);
  await page.keyboard.press('Enter');
}

const LOGIN_AND_TODAY = async ({ open }) => {
  const page = await open();
  await page.waitForSelector('#user');
  await page.keyboard.type('anna');
  await tabTo(page, '#password');
  await page.keyboard.type('a long password');
  await press(page, 'Log in');
  await lineIs(page, 'Live');
  await says(page, 'Charging 3.3 kW, full in 2 h 10 min');
  await page.waitForSelector('.month');
  await press(page, 'Mileage');
  await says(page, 'Each outing');
  await page.waitForSelector('[data-total=distance]');
  const total = await text(page, '[data-total=distance]');
  assert.match(total, /km/);
  await tabTo(page, 'All');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => location.hash.includes('period=all'));
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'All', 'the keyboard stays where it was');
};

const DOWNLOAD = async ({ open }) => {
  const page = await open({}, '#/charges?period=all');
  await page.waitForSelector('[data-charge]');
  await tabTo(page, /^CSV/);
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(file.suggestedFilename(), /^charges-leaf.*\.csv$/);
};

const EDIT = async ({ fake, open }) => {
  const page = await open({}, '#/charges');
  await page.waitForSelector('[data-charge]');
  const name = await page.locator('[data-charge] a').first().innerText();
  await press(page, name.replace(/\s+/g, ' ').trim());
  await press(page, '#edit-charge');
  assert.equal((await stop(page)).id, 'charge-place', 'the keyboard is in the form');
  await tabTo(page, '#charge-wall_kwh');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('10.9');
  await tabTo(page, '#charge-note');
  await page.keyboard.type('granny cable');
  await page.keyboard.press('Enter');
  await says(page, 'Saved.');
  assert.equal((await stop(page)).id, 'edit-charge', 'and afterwards where it was');
  assert.deepEqual(fake.written, [{ wall_kwh: 10.9, note: 'granny cable' }]);
};

const SETUP = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await press(page, 'More');
  await press(page, /^Setup/);
  await says(page, 'Step 1 of 8');
  for (const title of ['The dongle', 'The car', 'Units and language']) {
    await press(page, '#next');
    await page.waitForFunction((words) => document.activeElement.textContent === words, title);
    await page.waitForFunction(() => !/Loading/.test(document.body.innerText));
  }
  await tabTo(page, 'Kilometres');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => JSON.parse(localStorage.getItem('garaged')).distance === 'mi');
  await press(page, '#next');
  await tabTo(page, '#odometer-seen');
  await page.keyboard.type('73053');
  await page.keyboard.press('Enter');
  await says(page, 'That agrees');
  await press(page, '#next');
  await press(page, '#add-tariff');
  await tabTo(page, '#price');
  await page.keyboard.type('0.30');
  await page.keyboard.press('Enter');
  await soon(() => fake.tariffs.tariffs.length === 1);
  await press(page, '#next');
  await says(page, 'Step 7 of 8');
  await press(page, '#next');
  await press(page, 'Copy: Says what is in them, and writes nothing');
  await says(page, /Copied|Marked/);
  await press(page, 'To the car');
  await says(page, 'as on the dashboard');
};

export async function keyboardCases(run) {
  await run('keys only: log in, read today', LOGIN_AND_TODAY, { loggedIn: false });
  await run('keys only: edit a charge', EDIT);
  await run('keys only: download a CSV', DOWNLOAD);
  await run('keys only: walk through setup', SETUP);
}
