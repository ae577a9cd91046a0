import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bestLanguage, LANGUAGES, locale, SERVED_WITH, t, tn, tServed, useMessages } from '../src/i18n';
import type { Catalogue, Language } from '../src/i18n';

const WEB = join(dirname(fileURLToPath(import.meta.url)), '../../web');
const OTHERS = (Object.keys(LANGUAGES) as Language[]).filter((each) => each !== 'en');

function sources(folder = join(WEB, 'src')): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    const path = join(folder, each.name);
    return each.isDirectory() ? sources(path) : /\.tsx?$/.test(path) ? [path] : [];
  });
}

const plain = (text: string) => text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))).replace(/\\(.)/g, '$1');

/** What the page says: each literal of t('…'), of t(x ? '…' : '…') and of tn(n, '…', '…'). */
function said(): Set<string> {
  const keys = new Set<string>();
  const text = `'((?:[^'\\\\]|\\\\.)*)'`;
  for (const path of sources()) {
    const source = readFileSync(path, 'utf8');
    for (const [, first, other] of source.matchAll(new RegExp(`\\bt\\(\\s*(?:[\\w.]+ \\? )?${text}(?:\\s*:\\s*${text})?`, 'g'))) {
      [first, other].filter((each) => each !== undefined).forEach((each) => keys.add(plain(each)));
    }
    for (const [, one, many] of source.matchAll(new RegExp(`\\btn\\(\\s*[^,']+,\\s*${text},\\s*${text}`, 'g'))) {
      keys.add(`${plain(one as string)}|${plain(many as string)}`);
    }
  }
  // What garaged itself says, word for word: t(reason).
  const served = JSON.parse(readFileSync(join(WEB, 'messages/served.json'), 'utf8')) as string[];
  return new Set([...keys, ...served]);
}

function catalogue(language: Language): Catalogue {
  return JSON.parse(readFileSync(join(WEB, 'messages', `${language}.json`), 'utf8')) as Catalogue;
}

const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ');

test('every message is in every language, and no catalogue has more', () => {
  const keys = said();
  for (const language of OTHERS) {
    const there = new Set(Object.keys(catalogue(language)));
    assert.deepEqual([...keys].filter((each) => !there.has(each)), [], `${language}.json lacks these`);
    assert.deepEqual([...there].filter((each) => !keys.has(each)), [], `${language}.json has these, and nobody says them`);
  }
});

/** Every C source below daemon/, its broken literals joined. */
function daemonSays(folder = join(WEB, '../daemon')): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((each) => (each.isDirectory() ? daemonSays(join(folder, each.name)) : each.name.endsWith('.c') ? readFileSync(join(folder, each.name), 'utf8') : ''))
    .join('\n')
    .replace(/"\s*\n\s*"/g, '')
    .replace(/" PORT_BUSY_WORDS "/g, 'another program');
}

test('what garaged is said to say it does say', () => {
  const sources = daemonSays();
  const served = JSON.parse(readFileSync(join(WEB, 'messages/served.json'), 'utf8')) as string[];
  const whole = (each: string) => ['"', '; ', ', '].some((before) => sources.includes(before + each));
  const parts = (each: string) => each.split(/\{\w+\}|: /).every((part) => sources.includes(part));
  assert.deepEqual(served.filter((each) => !(each.includes('{') ? parts(each) : whole(each))), []);
  assert.deepEqual(served.filter((each) => each.includes('{')), [...SERVED_WITH].sort());
  useMessages('de', { 'The battery is low': 'Die Batterie ist fast leer' });
  assert.deepEqual([tServed('The battery is low: 18 %'), tServed('The battery is low'), tServed('tcp://a: refused')], ['Die Batterie ist fast leer: 18 %', 'Die Batterie ist fast leer', 'tcp://a: refused']);
  useMessages('de', catalogue('de'));
  const joined = ['tcp://192.168.0.10:35000: timed out: the adapter is not reachable', '12 V too low to ask (11.9 V, voltmeter not calibrated)', 'this car is silent while off; without a voltmeter it is asked every ten minutes', 'configured as ZE1, but the car talks like AZE0 or eNV200: correct its generation', 'This adapter cannot listen: it can only ask. This adapter cannot measure the 12 V battery.'];
  assert.deepEqual(joined.map(tServed), ['tcp://192.168.0.10:35000: keine Antwort: der Adapter ist nicht erreichbar', '12 V zu niedrig zum Fragen (11.9 V, Voltmeter nicht abgeglichen)', 'dieses Auto schweigt, wenn es aus ist; ohne Voltmeter wird es alle zehn Minuten gefragt', 'als ZE1 eingestellt, aber das Auto spricht wie AZE0 or eNV200: die Generation berichtigen', 'Dieser Adapter kann nicht zuhören: er kann nur fragen. Dieser Adapter kann die 12-V-Batterie nicht messen.']);
  useMessages('en', {});
});

test('translations keep the places of names and figures', () => {
  for (const language of OTHERS) {
    for (const [key, message] of Object.entries(catalogue(language))) {
      const wanted = key.split('|');
      const forms = Array.isArray(message) ? message : [message];
      assert.equal(forms.length, wanted.length, `${language}: ${key}`);
      const last = wanted.length - 1;
      assert.equal(holes(forms[last] as string), holes(wanted[last] as string), `${language}: ${key}`);
    }
  }
});

test('the page’s language is the first of the browser’s that there is', () => {
  assert.deepEqual([bestLanguage(['sv', 'nb-NO', 'en']), bestLanguage(['nn']), bestLanguage(['de-CH']), bestLanguage(['xx']), bestLanguage([])], ['no', 'no', 'de', 'en', 'en']);
});

test('messages: holes, counts, and English where a language has none', () => {
  useMessages('fr', { 'since {time}': 'depuis {time}', '{n} charge|{n} charges': ['{n} recharge', '{n} recharges'] });
  assert.deepEqual([t('since {time}', { time: '07:12' }), tn(0, '{n} charge', '{n} charges'), tn(2, '{n} charge', '{n} charges')], ['depuis 07:12', '0 recharge', '2 recharges']);
  assert.equal(t('nobody translated {this}', { this: 'that' }), 'nobody translated that');
  assert.equal(locale(), 'fr');
  useMessages('en', {});
  assert.deepEqual([tn(1, '{n} charge', '{n} charges'), tn(1200, '{n} charge', '{n} charges')], ['1 charge', '1,200 charges']);
});

test('no text of the page is written past its messages', () => {
  const usual = /^(garaged|CSV( …)?)$/;
  for (const path of sources().filter((each) => each.endsWith('.tsx'))) {
    readFileSync(path, 'utf8').split('\n').forEach((line, i) => {
      const bare = /^\s+([A-Z][\w’,. …]*[a-z.…])\s*$/.exec(line)?.[1];
      const named = /\s(?:title|label|aria-label|placeholder|alt)="([^"]*[A-Za-z]{2}[^"]*)"/.exec(line)?.[1];
      const found = [bare, named].filter((each): each is string => each !== undefined && !usual.test(each));
      assert.deepEqual(found, [], `${path}:${i + 1}`);
    });
  }
});
