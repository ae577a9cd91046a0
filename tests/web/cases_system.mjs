// The parts of the System page: signals, log, people, audit.
import assert from 'node:assert/strict';
import { accessibility } from './browser.mjs';
import { readFile } from 'node:fs/promises';
import { fits, says, soon, text } from './helpers.mjs';

const PARTS = async ({ open }) => {
  const page = await open({}, '#/system');
  await says(page, 'From the car to you');
  await page.locator('.parts a', { hasText: 'Signals' }).focus();
  await page.keyboard.press('Enter');
  await says(page, 'Every signal');
  assert.match(page.url(), /#\/system\?part=signals$/);
  assert.equal(await text(page, '.parts [aria-current]'), 'Signals');
  await page.goBack();
  await says(page, 'From the car to you');
  await page.evaluate(() => (location.hash = '#/setup'));
  await page.waitForFunction(() => document.querySelector('h1')?.textContent !== 'System');
  await page.evaluate(() => (location.hash = '#/system'));
  await says(page, 'From the car to you'); // both are fetched when they are opened: the one isn't taken for the other
  for (const part of ['signals', 'log', 'people', 'audit']) {
    await page.goto(page.url().replace(/#.*/, `#/system?part=${part}`));
    await page.waitForSelector('.card h2');
    await fits(page);
    assert.deepEqual(await accessibility(page), [], part);
  }
};

const SIGNALS = async ({ fake, open }) => {
  fake.state.cars.leaf.signals.soc.raw = 541;
  const page = await open({}, '#/system?part=signals');
  await says(page, /soc 55B 54.1 % raw 541 just now/);
  assert.equal(await page.locator('.signals tbody tr').count(), Object.keys(fake.state.cars.leaf.signals).length);
  await page.fill('#signal-search', 'cell 2102');
  await says(page, /3 of 3\d/);
  assert.equal(await page.locator('.signals tbody tr').count(), 3);
  await page.getByRole('button', { name: 'Old or doubtful' }).click();
  await says(page, 'No signal is like that.');
  await page.fill('#signal-search', '');
  await says(page, /aux voltage adapter 12.43 V just now estimated/);
  await page.getByRole('button', { name: 'Unknown' }).click();
  await says(page, /cabin temp 55B unknown/);
  assert.match(page.url(), /part=signals&which=unknown$/);
  await page.reload();
  await says(page, /cabin temp 55B unknown/);
  assert.equal(await page.locator('.signals tbody tr').count(), 1);
};

const LOG = async ({ open }) => {
  const page = await open({}, '#/system?part=log');
  await says(page, /\d\d:\d\d:\d\d warning mqtt: not connected: no route to the broker/);
  await says(page, /before the clock was set home: the clock is not set/);
  await page.getByRole('button', { name: 'Warnings' }).click();
  await says(page, '1 of 3');
  await page.fill('#log-search', 'ELM327');
  await says(page, 'No line is like that.');
  await page.getByRole('button', { name: 'All', exact: true }).click();
  assert.equal(await page.locator('.logline').count(), 1);
};

const PEOPLE = async ({ fake, open }) => {
  const page = await open({}, '#/system?part=people');
  await says(page, 'You are anna, admin.');
  await says(page, /anna this browser admin from 192.168.0.20/);
  await says(page, 'sudo garagectl user add NAME --role viewer --password-stdin');
  await page.getByRole('button', { name: 'End: session of anna' }).click();
  await page.waitForFunction(() => document.activeElement.textContent === 'Keep'); // what is harmless has the keyboard
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.getAttribute('aria-label') === 'End: session of anna'); // and has it still
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'End it' }).click();
  await soon(() => fake.count(/DELETE .*sessions\/7$/) === 1);
  await page.waitForFunction(() => document.querySelectorAll('#sessions .entry').length === 1);
  await page.getByRole('button', { name: 'Revoke: prometheus' }).click();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await says(page, 'No token yet.');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
};

const TOKEN = async ({ fake, open }) => {
  const page = await open({}, '#/system?part=people');
  await page.getByText('Make a token').click();
  await page.getByRole('button', { name: 'Make it' }).click();
  await says(page, 'Letters, digits, dot, hyphen and underscore');
  assert.equal(fake.count(/POST .*tokens/), 0, 'what can’t be made is not asked for');
  await page.fill('#token-name', 'grafana');
  await page.fill('#token-password', 'wrong');
  await page.getByRole('button', { name: 'Make it' }).click();
  await says(page, 'Not made: the password is wrong.');
  assert.equal(await page.inputValue('#token-password'), '');
  await page.fill('#token-password', fake.users.anna);
  await page.selectOption('#token-scope', 'metrics');
  await page.getByRole('button', { name: 'Make it' }).click();
  await says(page, 'This is shown once.');
  const token = await text(page, '#new-token');
  assert.match(token, /^garaged_/);
  await page.getByRole('button', { name: 'Copy: the token' }).click();
  await says(page, /Copied\.|Marked: copy it yourself\./);
  assert.deepEqual(await accessibility(page), []);
  await fits(page);
  await page.getByRole('button', { name: 'I have it' }).click();
  await says(page, /grafana viewer metrics only never used without an end/);
  assert.doesNotMatch(await page.content(), new RegExp(token), 'it is gone');
};

const DEMO = async ({ fake, open }) => {
  fake.state.demo = true;
  const page = await open({}, '#/system?part=people');
  await says(page, 'In the demo nobody has a password');
  assert.equal(await page.locator('#token-name').count(), 0);
};

const AUDIT = async ({ fake, open }) => {
  const page = await open({}, '#/system?part=audit');
  await says(page, /Login failed .* nobody who came in from 192.168.0.66 anna/);
  assert.equal(await page.locator('#list .entry').count(), 50);
  assert.equal(await page.locator('#orders .entry').count(), 10);
  assert.doesNotMatch(await text(page, 'main'), /verified/i, 'nobody has looked yet');
  await page.click('#show-more');
  await page.waitForFunction(() => document.querySelectorAll('#list .entry').length === 70);
  await says(page, 'before the clock was set');
  await page.click('#verify');
  await says(page, 'Chain verified: rows 1 to 70 are as they were written.');
  fake.verdict = { ...fake.verdict, bad: 12 };
  await page.click('#verify');
  await says(page, 'Row 12 is not what it was');
  fake.verdict = {};
  await page.click('#verify');
  await says(page, 'Not checked: garaged gave no verdict.');
};

const CHAIN = async ({ fake, open }) => {
  fake.state.mqtt = { state: 'up' };
  fake.system.cars.leaf.counters = { timeouts: 1, link_downs: 2, checksum: 3, length: 1, sequence: 0, gate_refused: 0 };
  const page = await open({}, '#/system');
  await says(page, /Leaf Charging Last reading just now .* 1 question without an answer Dongle Connected .* lost 2 times · 4 damaged answers garaged Running No errors since the start/);
  await says(page, /Home Assistant Introduced The car is announced to it/);
  await says(page, /Processor 412.3 s 0.4.% of one core/);
  await says(page, /Room left 21.GB of 31.GB/);
  fake.change({ mqtt: { state: 'down', reason: 'no route' } });
  await says(page, /Home Assistant Cut off Nothing gets there without the broker/);
  fake.change({ mqtt: { state: 'off' } });
  await says(page, /Home Assistant Not used/);
};

const BACKUP = async ({ fake, open }) => {
  const page = await open({}, '#/system');
  await says(page, /Newest 22 Nov 2026 Kept 7 copies .*Same disk as the diary: no protection against a dead card\./);
  fake.backup = () => {
    fake.system.backups.count = 8;
    return { status: 200, body: { name: 'diary-2026-11-23.db', bytes: 2123456 } };
  };
  await page.click('#backup-now');
  await says(page, /Copied: diary-2026-11-23.db, 2.1.MB\./);
  await says(page, 'Kept 8 copies');
  fake.backup = () => ({ status: 409, body: { error: { code: 'conflict', message: 'a copy is being made already' } } });
  await page.click('#backup-now');
  await says(page, 'Not copied: a copy is being made already.');
};

const DIAGNOSTICS = async ({ fake, open }) => {
  fake.diagnostics = { version: '0.3.0', cars: { car1: {} } };
  const page = await open({}, '#/system');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#diagnostics-save')]);
  assert.equal(download.suggestedFilename(), 'garaged-diagnostics.json');
  assert.deepEqual(JSON.parse(await readFile(await download.path(), 'utf8')), fake.diagnostics);
  fake.refuse = { status: 503, code: 'busy' };
  await page.click('#diagnostics-save');
  await says(page, 'Not saved: busy.');
};

/** What a role may not see is said, and never asked for. */
const VIEWER = async ({ fake, open }) => {
  fake.role = 'viewer';
  const page = await open({}, '#/system');
  await says(page, 'A copy in between is made by admins.');
  await says(page, 'The file is made by admins.');
  assert.equal(await page.locator('#backup-now, #diagnostics-save').count(), 0);
  await page.locator('.parts a', { hasText: 'People' }).click();
  await says(page, 'Users and tokens are shown to admins. You are logged in as viewer.');
  await says(page, 'this browser');
  await page.locator('.parts a', { hasText: 'Log' }).click();
  await says(page, 'The log is shown to admins. You are logged in as viewer.');
  await page.locator('.parts a', { hasText: 'Audit' }).click();
  await says(page, /Last orders to the car .*Dongle lent or taken back/);
  await says(page, 'Your own; the others’ are shown to admins');
  assert.equal(await page.locator('#verify').count(), 0);
  assert.equal(fake.count(/users|tokens|log$/), 0);
  assert.deepEqual(await accessibility(page), []);
};

export async function systemCases(run) {
  await run('system: its parts have addresses and are reached by keyboard', PARTS);
  await run('system: every signal, searched', SIGNALS);
  await run('system: the log', LOG);
  await run('system: sessions end, tokens are revoked', PEOPLE);
  await run('system: a token is shown once', TOKEN);
  await run('system: no token can be made in the demo', DEMO);
  await run('system: the audit', AUDIT);
  await run('system: the chain, with errors and Home Assistant', CHAIN);
  await run('system: a copy of the diary', BACKUP);
  await run('system: the file for who helps', DIAGNOSTICS);
  await run('system: what a viewer is told', VIEWER);
}
