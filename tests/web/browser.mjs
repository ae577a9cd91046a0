// Chromium for the tests: started once, each page in a context of its own that watches for errors and foreign requests.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const fromWeb = createRequire(join(ROOT, 'web/package.json'));

/** Why these tests can't run here, or null. */
export function missing() {
  if (!existsSync(CHROMIUM)) {
    return `${CHROMIUM} is not installed`;
  }
  if (!existsSync(join(ROOT, 'web/node_modules/playwright-core'))) {
    return 'web/node_modules is missing: run make deps';
  }
  return existsSync(join(ROOT, 'build/web/index.html')) ? null : 'build/web is missing: run make web';
}

const ARGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Chromium with a fresh profile (Playwright's doing). Root, and a system that lends users no namespace, get no sandbox. `more`: arguments. */
export async function launch(more = []) {
  const { chromium } = fromWeb('playwright-core');
  const start = (chromiumSandbox) => chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...ARGS, ...more], chromiumSandbox });
  return process.getuid() === 0 ? start(false) : start(true).catch(() => start(false));
}

/** A page of its own; `page.trouble` collects what no page of ours may have. */
export async function openPage(browser, origin, options = {}) {
  const { width = 360, height = 800, dark = false, reducedMotion = 'reduce', mayFail = /$^/ } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion,
    locale: 'en-GB',
    deviceScaleFactor: options.scale ?? 1,
    ...(options.context ?? {}),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(options.timeout ?? 10000);
  page.trouble = [];
  page.on('pageerror', (error) => page.trouble.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(text) && !mayFail.test(text)) {
      page.trouble.push(`console: ${text}`);
    }
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== new URL(origin).origin) {
      page.trouble.push(`foreign request: ${request.url()}`);
    }
  });
  return page;
}

/** axe-core over the page; violations as lines. */
export async function accessibility(page) {
  const { readFile } = await import('node:fs/promises');
  await page.evaluate(await readFile(fromWeb.resolve('axe-core/axe.min.js'), 'utf8'));
  const result = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return result.violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? each.help}`));
}
