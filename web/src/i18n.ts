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

/** What garaged itself says (served.json), a figure at its end left as it came: "The battery is low: 18 %". */
export function tServed(text: string): string {
  const found = /^(.+?)(: \u2212?-?[\d.,]+.?\S+)?$/su.exec(text);
  return found ? t(found[1] as string) + (found[2] ?? '') : text;
}

/** The same with a count, which `{n}` stands for: `tn(count, '{n} charge', '{n} charges')`. */
export function tn(count: number, one: string, many: string, values?: Values): string {
  const found = held.catalogue[`${one}|${many}`];
  const forms = Array.isArray(found) ? found : [one, many];
  const index = pluralRules(locale(), {}).select(count) === 'one' ? 0 : 1;
  return fill(forms[index], { n: numberWriter(locale(), {}).format(count), ...values });
}
