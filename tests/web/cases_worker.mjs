// The service worker over HTTPS: the page opens without garaged and keeps nothing of the house; a new version takes over.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { launch, openPage, ROOT } from './browser.mjs';
import { Fake } from './fake.mjs';
import { lineIs, says } from './helpers.mjs';
import { charging } from './states.mjs';

/** A certificate that nobody vouches for; Chromium is told not to mind. */
function selfSigned(folder) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

function rewrite(folder, name, change) {
  const text = change(readFileSync(join(folder, name), 'utf8'));
  writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, `${name}.gz`), gzipSync(text));
}

/** What the worker keeps, by store. */
function keeps(page) {
  return page.evaluate(async () => {
    const all = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      all[name] = requests.map((each) => new URL(each.url).pathname);
    }
    return all;
  });
}

async function secureHouse(folder, secure, port = 0) {
  const fake = new Fake(folder, charging());
  fake.loggedIn = true;
  await fake.start(port, secure);
  return fake;
}

async function opensWithout(page, fake) {
  await page.goto(fake.url);
  await lineIs(page, 'Live');
  await page.evaluate(() => navigator.serviceWorker.ready);
  const [store, ...others] = Object.entries(await keeps(page));
  assert.equal(others.length, 0);
  assert.ok(store[1].includes('/') && store[1].some((each) => /plot/.test(each)), 'the page and what it fetches later');
  assert.ok(store[1].every((each) => each === '/' || each.startsWith('/assets/')), `keeps ${store[1].filter((each) => !each.startsWith('/assets/'))}`);
  await fake.stop();
  await page.reload();
  await says(page, 'garaged does not answer; trying again');
  return store[0];
}

async function takesOver(context, page, fake, before) {
  await page.reload();
  await says(page, 'as on the dashboard');
  assert.equal(await page.getAttribute('html', 'data-version'), 'next', 'garaged’s page comes first');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()).waiting !== null);
  await page.close();
  const other = await context.newPage();
  const names = () => keeps(other).then(Object.keys);
  // A tab is gone some time after it was closed, and opening another one too early keeps the older worker on.
  for (let waitMs = 200; ; waitMs *= 2) {
    await other.waitForTimeout(waitMs);
    await other.goto(fake.url);
    await lineIs(other, 'Live');
    if ((await names()).length === 1 || waitMs > 5000) {
      break;
    }
    await other.goto('about:blank');
  }
  assert.notDeepEqual(await names(), [before]);
  assert.equal((await names()).length, 1);
}

async function workerCase() {
  const folder = mkdtempSync(join(tmpdir(), 'garaged-worker-'));
  const pages = join(folder, 'web');
  const browser = await launch(['--ignore-certificate-errors']);
  let fake = null;
  try {
    cpSync(join(ROOT, 'build/web'), pages, { recursive: true });
    const secure = selfSigned(folder);
    fake = await secureHouse(pages, secure);
    const page = await openPage(browser, fake.url);
    const before = await opensWithout(page, fake);
    rewrite(pages, 'index.html', (text) => text.replace('<html', '<html data-version="next"'));
    rewrite(pages, 'sw.js', (text) => text.replaceAll(before.replace('garaged-', ''), 'thenextone'));
    fake = await secureHouse(pages, secure, fake.port);
    await takesOver(page.context(), page, fake, before);
    assert.deepEqual(page.trouble, []);
  } finally {
    await browser.close();
    await fake?.stop().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function workerCases(report) {
  await report.run('page: over HTTPS it opens without garaged, and renews itself', workerCase);
}
