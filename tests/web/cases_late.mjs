// Nothing waits without a limit: what has no answer says so after 10 s, and offers to try again.
import { lineIs, says, soon } from './helpers.mjs';

const LONG_MS = 10500;

const LIST = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await page.clock.install();
  fake.silent = /^system/;
  await page.goto(`${fake.url}#/setup?step=dongle`);
  await says(page, 'Loading what was found at the dongle');
  await soon(() => fake.count(/GET \/api\/v1\/system/) > 0);
  await page.clock.runFor(LONG_MS);
  await says(page, /No answer for 10 s\. Try again|garaged does not answer; trying again … Try again/);
  fake.silent = null;
  await page.getByRole('button', { name: 'Try again' }).click();
  await says(page, 'The dongle answers It is connected');
};

const START = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await page.clock.install();
  fake.silent = /^session/;
  await page.reload();
  await says(page, 'Opening the garage');
  await page.clock.runFor(LONG_MS);
  await says(page, /not answer.* Try again/);
  fake.silent = null;
  // It also tries by itself: then the button is gone before a slow machine has found it.
  await page.evaluate(() => [...document.querySelectorAll('button')].find((each) => each.textContent === 'Try again')?.click());
  await says(page, 'as on the dashboard');
};

const LOGIN = async ({ fake, open }) => {
  const page = await open();
  await page.waitForSelector('#user');
  await page.clock.install();
  fake.silent = /^login/;
  await page.fill('#user', 'anna');
  await page.fill('#password', 'a long password');
  await page.keyboard.press('Enter');
  await says(page, 'One moment');
  await page.clock.runFor(LONG_MS);
  await says(page, 'No answer yet; a small computer may take a while. After 30 s it is given up');
  await page.clock.runFor(20000);
  await says(page, 'garaged does not answer');
  fake.silent = null;
  await page.getByRole('button', { name: 'Log in' }).last().click();
  await says(page, 'as on the dashboard');
};

// A page that was not opened before garaged went away.
const UNSEEN = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/assets/rest.')));
  fake.hidden = /^\/assets/;
  await page.goto(`${fake.url}#/system`);
  await says(page, 'From the car to you');
};

export async function lateCases(run) {
  await run('a list without an answer says so after 10 s', LIST);
  await run('a page is there before it is opened', UNSEEN);
  await run('a start without an answer says so after 10 s', START);
  await run('a login without an answer says so', LOGIN, { loggedIn: false });
}
