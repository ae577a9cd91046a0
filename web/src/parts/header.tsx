/* The top line: name, cars to choose from, the state of the live line, and the way to the settings. */
import { t } from '../i18n';
import type { House } from '../model';
import type { Contact, Phase } from '../words';
import { Icon } from './icons';

const PHASE_WORDS: Record<Phase, string> = {
  connecting: t('Connecting'),
  live: t('Live'),
  polling: t('Live, polling'),
  reconnecting: t('Reconnecting'),
  paused: t('Paused'),
};

export function LivePill({ contact, toggle }: { contact: Contact; toggle: () => void }) {
  const paused = contact.phase === 'paused';
  const action = paused ? t('Resume live updates') : t('Pause live updates');
  return (
    <button type="button" class={`pill pill--${contact.phase}`} id="live" onClick={toggle} title={action}>
      {paused ? <Icon name="play" size={14} /> : <span class="pill__dot" aria-hidden="true" />}
      {PHASE_WORDS[contact.phase]}
      <span class="hidden">{`. ${action}`}</span>
    </button>
  );
}

export function Brand({ demo = false }: { demo?: boolean }) {
  return (
    <span class="brand">
      <svg class="brand__sign" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
        <path class="brand__house" d="M5 14.5 16 5l11 9.5V26a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2z" />
        <path class="brand__bolt" d="M17.5 11 11 19h4.5l-1 6 6.5-8h-4.5z" />
      </svg>
      <span class="brand__words">
        garaged
        {demo ? <span class="made-up">{t('made-up data')}</span> : null}
      </span>
    </span>
  );
}

interface HeaderProps {
  contact: Contact;
  /** Everything shown is invented: said on every page. */
  demo: boolean;
  toggle: () => void;
  settings: () => void;
}

export function Header({ contact, demo, toggle, settings }: HeaderProps) {
  return (
    <header class="header">
      <Brand demo={demo} />
      <LivePill contact={contact} toggle={toggle} />
      <button type="button" class="round" id="settings" onClick={settings} aria-label={t('Settings')} aria-haspopup="dialog">
        <Icon name="sliders" />
      </button>
    </header>
  );
}

interface CarsProps {
  house: House;
  chosen: string;
  choose: (id: string) => void;
}

/** Only drawn when there is something to choose. */
export function Cars({ house, chosen, choose }: CarsProps) {
  const ids = Object.keys(house.cars);
  if (ids.length < 2) {
    return null;
  }
  return (
    <nav class="cars" aria-label={t('Cars')}>
      {ids.map((id) => (
        <button type="button" key={id} class="cars__car" aria-pressed={id === chosen} onClick={() => choose(id)}>
          {house.cars[id]?.name ?? id}
        </button>
      ))}
    </nav>
  );
}
