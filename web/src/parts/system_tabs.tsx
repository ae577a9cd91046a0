/* The parts of the System page, each with an address of its own. */
import { t } from '../i18n';
import { linkTo } from '../route';

export const PARTS = ['overview', 'signals', 'log', 'people', 'audit'] as const;
export type PartName = (typeof PARTS)[number];

const LABELS: Readonly<Record<PartName, string>> = { overview: t('Overview'), signals: t('Signals'), log: t('Log'), people: t('People'), audit: t('Audit') };

export function readPart(query: string | undefined): PartName {
  return PARTS.find((each) => each === query) ?? 'overview';
}

export function partLink(part: PartName, car: string | null): string {
  return linkTo('system', { part: part === 'overview' ? null : part, car });
}

export function SystemTabs({ part, car }: { part: PartName; car: string | null }) {
  return (
    <nav class="segments parts" aria-label={t('Parts of this page')}>
      {PARTS.map((each) => (
        <a key={each} class="segments__one" href={partLink(each, car)} aria-current={each === part ? 'page' : undefined}>
          {LABELS[each]}
        </a>
      ))}
    </nav>
  );
}
