/* Begins: the language and its messages first, then the page itself. */
import { bestLanguage, useMessages } from './i18n';
import type { Catalogue, Language } from './i18n';
import { readPrefs, storedPrefs } from './prefs';

const CATALOGUES: Record<Exclude<Language, 'en'>, () => Promise<{ default: unknown }>> = {
  de: () => import('../messages/de.json'),
  fr: () => import('../messages/fr.json'),
  no: () => import('../messages/no.json'),
};

async function begin(): Promise<void> {
  const chosen = readPrefs(storedPrefs()).language;
  const language = chosen === 'auto' ? bestLanguage(navigator.languages) : chosen;
  const catalogue = language === 'en' ? {} : (await CATALOGUES[language]()).default;
  useMessages(language, catalogue as Catalogue);
  document.documentElement.lang = language;
  const { start } = await import('./start');
  start();
}

void begin();
