// What the cases ask a page, in words of the page: also for the test against the real daemon.
import assert from 'node:assert/strict';

/** Waits until the text of the whole page has `words` (a string or a pattern). */
export async function says(page, words, timeout = 10000) {
  const source = words instanceof RegExp ? words.source : words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  try {
    await page.waitForFunction((each) => new RegExp(each, 'i').test(document.body.innerText.replace(/\s+/g, ' ')), source, { timeout });
  } catch {
    const text = (await page.innerText('body')).replace(/\s+/g, ' ');
    assert.fail(`the page doesn't say ${words}: ${text.slice(0, 600)}`);
  }
}

/** Waits until the live line's state is `words`. */
export async function lineIs(page, words, timeout = 10000) {
  const pattern = `^${words}\\.`;
  await page.waitForFunction((each) => new RegExp(each).test(document.getElementById('live')?.textContent ?? ''), pattern, { timeout });
}

/** The value of a signal as the page holds it, "null" for unknown, null where it isn't drawn. */
export function value(page, signal) {
  return page.evaluate((name) => document.querySelector(`[data-signal="${name}"]`)?.getAttribute('data-value') ?? null, signal);
}

/** Waits until a signal's value is `wanted`. */
export async function valueIs(page, signal, wanted, timeout = 10000) {
  await page.waitForFunction(
    ([name, text]) => document.querySelector(`[data-signal="${name}"]`)?.getAttribute('data-value') === text,
    [signal, String(wanted)],
    { timeout },
  );
}

export async function text(page, selector) {
  return (await page.innerText(selector)).replace(/\s+/g, ' ').trim();
}

/** No part of the page is wider than the window. */
export async function fits(page) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${wide} pixels in a window of ${window}`);
}

/** Waits until something outside the page is so. */
export async function soon(isSo, timeout = 10000) {
  const end = Date.now() + timeout;
  while (!isSo()) {
    assert.ok(Date.now() < end, `not so within ${timeout} ms: ${isSo}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
