// The dongle on the System page: lent and taken back, recorded, what it is.
import assert from 'node:assert/strict';
import { accessibility } from './browser.mjs';
import { fits, says, soon, text } from './helpers.mjs';
import { stamp } from './states.mjs';

const NAME = 'leaf-20261122-075501.log';

/** As garaged does it: the answer, and the state that follows. */
function obey(fake) {
  const orders = [];
  fake.order = (path, body) => {
    orders.push([path, body]);
    const until = body.minutes === 0 ? null : stamp(Date.now() + (body.minutes ?? 1) * 60000);
    if (path === 'pause') {
      const link = body.minutes === 0 ? { state: 'up', reason: null } : { state: 'down', reason: `paused until ${until.slice(11, 16)}: another program may use the dongle` };
      fake.change({ cars: { leaf: { link: { ...link, paused_until: until } } } });
    } else {
      fake.change({ cars: { leaf: { link: { recording_until: until } } } });
    }
    return { status: path === 'pause' ? 200 : 202, body: {} };
  };
  return orders;
}

const LENT = async ({ fake, open }) => {
  const orders = obey(fake);
  const page = await open({}, '#/system');
  await page.click('#pause');
  await says(page, /Paused until \d\d:\d\d: another program may use the dongle, 30 min left\. garaged takes it back by itself/);
  await says(page, 'Dongle Lent');
  assert.equal(await page.locator('.banner--warn').count(), 0, 'it is no fault');
  assert.equal(await page.isDisabled('#record'), true);
  assert.deepEqual(await accessibility(page), []);
  await fits(page);
  await page.click('#resume');
  await page.waitForSelector('#pause');
  await page.waitForFunction(() => !document.querySelector('.banner'));
  assert.deepEqual(orders, [['pause', { car: 'leaf', minutes: 30 }], ['pause', { car: 'leaf', minutes: 0 }]]);
};

const RECORDED = async ({ fake, open }) => {
  const orders = obey(fake);
  const page = await open({}, '#/system');
  await says(page, 'The 20 newest are kept. VIN and serial numbers are hidden in them.');
  await page.click('#record');
  await says(page, /Recording, (1 min|\d+ s) left/);
  assert.deepEqual(orders, [['record', { car: 'leaf', seconds: 60 }]]);
  assert.equal(await page.isDisabled('#record'), true);
  fake.recordings = {
    ...fake.recordings,
    items: [{ name: NAME, car: 'leaf', time: stamp(Date.now()), bytes: 412345 }, { name: '../access.db', car: 'leaf', time: null, bytes: 1 }],
    last: { leaf: '9120 frames in 60 s' },
  };
  fake.change({ cars: { leaf: { link: { recording_until: null } } } });
  await says(page, 'Last recording: 9120 frames in 60 s.');
  const link = page.locator('.files a');
  assert.equal(await link.count(), 1, 'a name that is none makes no link');
  assert.equal(await link.getAttribute('href'), `/api/v1/recordings/${NAME}`);
  assert.equal(await link.getAttribute('download'), NAME);
  assert.match(await text(page, '.files li'), /412.kB/);
  assert.deepEqual(await accessibility(page), []);
  await fits(page);
};

const REFUSED = async ({ fake, open }) => {
  const page = await open({}, '#/system');
  fake.order = () => ({ status: 409, body: { error: { code: 'conflict', message: 'a recording of leaf is under way' } } });
  await page.click('#record');
  await says(page, 'Not done: a recording of leaf is under way.');
  fake.order = () => ({ status: 503, body: { error: { code: 'busy', message: '' } } });
  await page.click('#pause');
  await says(page, 'Not done: garaged is busy.');
};

const VIEWER = async ({ fake, open }) => {
  fake.role = 'viewer';
  fake.system.cars.leaf = { ...fake.system.cars.leaf, adapter: 'ELM327 v2.1', limits: 'This adapter cannot receive long answers: cell voltages and other battery details are not available.' };
  fake.state.cars.leaf.signals.aux_voltage.quality = 'assumed';
  const page = await open({}, '#/system');
  await says(page, /Adapter ELM327 v2\.1 Its voltmeter Not calibrated .* This adapter cannot receive long answers: cell voltages and other battery details are not available\.(?!\.)/);
  assert.equal(await page.locator('#pause, #record').count(), 0);
  assert.equal(fake.count(/recordings/), 0, 'a viewer is not asked to be refused');
  await soon(() => fake.count(/system/) > 0);
};

export async function dongleCases(run) {
  await run('the dongle is lent and taken back', LENT);
  await run('the bus is recorded', RECORDED);
  await run('an order that is refused', REFUSED);
  await run('what the dongle can’t do, for who may only look', VIEWER);
}
