// Every page in every language, theme and width: nothing scrolls sideways, stands out of its card or says NaN, and axe finds
// nothing. `make check` rotates them by page; with PAGE_EVERYWHERE set (make soak) each meets each.
import assert from 'node:assert/strict';
import { accessibility } from './browser.mjs';
import { fits, text } from './helpers.mjs';

const PAGES = [
  ['#/', '.ring'],
  ['#/charges', '[data-charge]'],
  ['#/charges/20', '#facts'],
  ['#/mileage', '.calendar'],
  ['#/energy', '#rows'],
  ['#/energy?show=prices', 'form, .card'],
  ['#/battery', '.cells'],
  ['#/history', '.chart'],
  ['#/notices', '.wishes'],
  ['#/system', '#chain'],
  ['#/system?part=signals', 'table'],
  ['#/system?part=people', '.card'],
  ['#/setup?step=dongle', 'h2'],
  ['#/setup?step=odometer', 'h2'],
  ['#/setup?step=homeassistant', 'h2'],
  ['#/more', '.entries'],
];
const LANGUAGES = ['en-GB', 'de-DE', 'fr-FR', 'nb-NO'];
const SIZES = [
  { width: 360, height: 800 },
  { width: 1280, height: 900 },
];

/** What reaches beyond the card it stands in, in words; scrolling boxes may hold more than they show. */
function beyond(page) {
  return page.evaluate(() => {
    const found = [];
    for (const card of document.querySelectorAll('.card, .totals__one, .tile')) {
      const edge = card.getBoundingClientRect();
      for (const each of card.querySelectorAll('*')) {
        const rect = each.getBoundingClientRect();
        const shown = rect.width > 1 && rect.height > 1 && !each.closest('.scroll, .hidden, .u-wrap, datalist, svg');
        if (shown && each.children.length === 0 && (rect.right > edge.right + 1 || rect.left < edge.left - 1)) {
          found.push(`${each.textContent?.slice(0, 40)} by ${Math.round(Math.max(rect.right - edge.right, edge.left - rect.left))} px`);
        }
      }
    }
    return found;
  });
}

function lookAt(hash, sign, options) {
  return async ({ open }) => {
    const page = await open(options, hash);
    await page.waitForSelector(sign);
    await page.waitForFunction(() => !document.querySelector('.loading'));
    await fits(page);
    assert.deepEqual(await beyond(page), []);
    assert.doesNotMatch(await text(page, 'body'), /\bNaN\b|\bundefined\b|\bnull\b|\[object/);
    assert.deepEqual(await accessibility(page), []);
  };
}

/** [language, dark] of a page at a width: all of them, or the one whose turn it is. */
function turns(index, size) {
  const all = LANGUAGES.flatMap((language) => [false, true].map((dark) => [language, dark]));
  return process.env.PAGE_EVERYWHERE ? all : [all[(index * 3 + size * 5) % all.length]];
}

export async function everywhereCases(run) {
  for (const [index, [hash, sign]] of PAGES.entries()) {
    for (const [number, size] of SIZES.entries()) {
      for (const [language, dark] of turns(index, number)) {
        const name = `everywhere: ${hash} at ${size.width}, ${language}, ${dark ? 'dark' : 'light'}`;
        await run(name, lookAt(hash, sign, { ...size, dark, context: { locale: language } }));
      }
    }
  }
}
