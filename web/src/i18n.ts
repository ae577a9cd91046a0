/* The page's languages. English is written where it is said and is the key of the other catalogues, web/messages/LANG.json;
 * what a catalogue lacks is said in English. Messages are loaded before any other module of the page is evaluated
 * (main.ts), so `t` may be used anywhere; another language begins with a reload. */
import { numberWriter, pluralRules } from './writers';

/** A message in another language; of one with a count, that of one and that of many. */
export type Catalogue = Readonly<Record<string, string | readonly [string, string]>>;
type Values = Readonly<Record<string, string | number>>;

export const LANGUAGES = { en: 'English', de: 'Deutsch', fr: 'Français', no: 'Norsk' } as const;
export type Language = keyof typeof LANGUAGES;

const held: { language: Language; catalogue: Catalogue } = { language: 'en', catalogue: {} };

export function language(): Language {
  return held.language;
}

const LOCALES: Record<Language, string> = { en: 'en-GB', de: 'de', fr: 'fr', no: 'nb' };

/** How Intl calls it: numbers, days and sums of money are written by it. */
export function locale(): string {
  return LOCALES[held.language];
}

export function useMessages(spoken: Language, catalogue: Catalogue): void {
  held.language = spoken;
  held.catalogue = catalogue;
}

/** The first of the browser's languages that there is: "nb-NO" and "nn" are Norwegian, too. */
export function bestLanguage(wanted: readonly string[]): Language {
  const plain = wanted.map((each) => each.slice(0, 2).toLowerCase()).map((each) => (each === 'nb' || each === 'nn' ? 'no' : each));
  return plain.find((each): each is Language => each in LANGUAGES) ?? 'en';
}

function fill(text: string, values: Values | undefined): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole)) : text;
}

/** The text in the page's language, its {names} filled in: `t('Plugged in since {time}', { time })`. */
export function t(text: string, values?: Values): string {
  const found = held.catalogue[text];
  return fill(typeof found === 'string' ? found : text, values);
}

/** Of what garaged says (served.json), what has a name or a figure within. */
export const SERVED_WITH = [
  'paused until {time}: another program may use the dongle',
  'configured as {one}, but the car talks like {other}: correct its generation',
  'a password has at least {n} characters',
] as const;

/** Where garaged joins what it says: behind an address, before a figure, between two reasons, around a remark. */
const SEAMS = [/^(?:\S*[/\d]\S*|garaged-car): /, /: (?=[\u2212-]?[\d.,]+.?\S+$)/u, /; /, /(?<=\.) /, / \(|\)$/, /, (?=voltmeter)/] as const;

function servedWith(text: string): string | null {
  for (const each of SERVED_WITH) {
    const found = new RegExp(`^${each.replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`).exec(text);
    if (found?.groups) {
      return t(each, found.groups);
    }
  }
  return null;
}

/** What garaged itself says (served.json), names and figures in it left as they came: "The battery is low: 18 %". */
export function tServed(text: string): string {
  const whole = held.catalogue[text];
  if (typeof whole === 'string') {
    return whole;
  }
  const seam = SEAMS.map((each) => each.exec(text)).find((each) => each !== null);
  const at = seam ? seam.index + seam[0].length : 0;
  return servedWith(text) ?? (seam ? tServed(text.slice(0, seam.index)) + seam[0] + tServed(text.slice(at)) : text);
}

/** The same with a count, which `{n}` stands for: `tn(count, '{n} charge', '{n} charges')`. */
export function tn(count: number, one: string, many: string, values?: Values): string {
  const found = held.catalogue[`${one}|${many}`];
  const forms = Array.isArray(found) ? found : [one, many];
  const index = pluralRules(locale(), {}).select(count) === 'one' ? 0 : 1;
  return fill(forms[index], { n: numberWriter(locale(), {}).format(count), ...values });
}
