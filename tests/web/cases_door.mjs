// The way in and out: login, pairing, the demo's code, ended sessions, a garaged that isn't ready.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessibility } from './browser.mjs';
import { fits, lineIs, says } from './helpers.mjs';
import { charging } from './states.mjs';

const DEMO = async ({ fake, open }) => {
  const page = await open({}, '#code=12345678');
  await lineIs(page, 'Live');
  await says(page, 'A made-up car');
  assert.equal(page.url(), fake.url, 'the code is gone from the address');
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0, 'and kept nowhere');
  await page.reload();
  await lineIs(page, 'Live');
  assert.equal(fake.count(/^POST \/api\/v1\/pair/), 1, 'the cookie is enough from then on');
};

const WRONG_CODE = async ({ open }) => {
  const page = await open({}, '#code=87654321');
  await says(page, 'the code is wrong or used up');
  assert.equal(await page.inputValue('#code'), '87654321', 'name and password may still make it right');
  assert.ok(!page.url().includes('code'));
};

const LOGIN = async ({ open, shots }) => {
  const page = await open();
  await page.waitForSelector('#password');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'user');
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
  await page.screenshot({ path: join(shots, 'login-360.png') });
  await page.keyboard.type('anna');
  await page.keyboard.press('Tab');
  await page.keyboard.type('not it');
  await page.keyboard.press('Enter');
  await says(page, 'Name or password is wrong');
  await page.fill('#password', 'a long password');
  await page.keyboard.press('Enter');
  await lineIs(page, 'Live');
};

const PAIR = async ({ fake, open, shots }) => {
  const page = await open({ dark: true });
  await page.getByRole('button', { name: 'Pair with a code' }).click();
  assert.deepEqual(await accessibility(page), []);
  await page.screenshot({ path: join(shots, 'pair-360-dark.png') });
  await page.fill('#code', '1234 5678');
  await page.fill('#user', 'anna');
  await page.fill('#password', 'twelve letters');
  await page.getByRole('button', { name: 'Pair', exact: true }).click();
  await lineIs(page, 'Live');
  assert.equal(fake.count(/^POST \/api\/v1\/pair/), 1);
};

const LOGOUT = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await page.click('#settings');
  await page.click('#logout');
  await says(page, 'You are logged out');
  assert.equal(fake.loggedIn, false, 'with the CSRF value of the session');
  assert.equal(await page.locator('.ring').count(), 0, 'no figure is left');
};

const REVOKED = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  fake.loggedIn = false;
  fake.closeSockets(4401);
  await says(page, 'Your session has ended');
  assert.equal(await page.locator('.ring').count(), 0);
};

const EXPIRED = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  fake.loggedIn = false;
  fake.closeSockets(1001);
  await says(page, 'Your session has ended', 15000);
};

const TOO_MANY = async ({ fake, open }) => {
  const page = await open();
  await page.fill('#user', 'anna');
  await page.fill('#password', 'guess');
  fake.refuse = { status: 429, code: 'too_many_requests', headers: { 'Retry-After': '30' } };
  await page.keyboard.press('Enter');
  await says(page, 'Too many tries; again in 30 s');
};

const NOT_READY = async ({ fake, open }) => {
  fake.refuse = { status: 503, code: 'diary_opening' };
  const page = await open();
  await says(page, 'the diary is being opened; trying again');
  fake.refuse = null;
  await lineIs(page, 'Live');
};

const UNPAIRED = async ({ fake, open }) => {
  const page = await open();
  await page.fill('#user', 'anna');
  await page.fill('#password', 'guess');
  fake.refuse = { status: 401, code: 'unpaired' };
  await page.keyboard.press('Enter');
  await says(page, 'This house has no user yet: pair with a code first');
};

const NOTHING_BEFORE = async ({ fake, open }) => {
  const page = await open();
  await page.waitForSelector('#password');
  assert.equal(fake.count(/state|live|history/), 0, 'nothing of the car is asked for');
  assert.ok(!/Leaf/.test(await page.content()));
};

export async function doorCases(run) {
  const demo = charging();
  demo.demo = true;
  await run('the demo’s code logs in by itself', DEMO, { loggedIn: false, state: demo });
  await run('a wrong code is said and kept in the form', WRONG_CODE, { loggedIn: false });
  await run('login by keyboard', LOGIN, { loggedIn: false });
  await run('pairing with code, name and password', PAIR, { loggedIn: false });
  await run('logout', LOGOUT);
  await run('a revoked session ends at once', REVOKED);
  await run('an expired session leads to the login', EXPIRED);
  await run('too many tries', TOO_MANY, { loggedIn: false });
  await run('a garaged that is not ready', NOT_READY);
  await run('an unpaired house', UNPAIRED, { loggedIn: false });
  await run('before the login nothing is shown', NOTHING_BEFORE, { loggedIn: false });
}
