/* Month, year or everything, and which one: kept in the address, moved by a tap or by the arrow keys. */
import { monthName } from '../calendar';
import { t } from '../i18n';
import type { Period } from '../period';
import { periodName, stepPeriod, widenPeriod } from '../period';
import { Icon } from './icons';
import { Segments } from './segments';

interface PeriodPickerProps {
  period: Period;
  /** First and last month there may be anything in. */
  first: string;
  last: string;
  choose: (period: Period) => void;
}

const KINDS = [
  ['month', t('Month')],
  ['year', t('Year')],
  ['all', t('All')],
] as const;

function Step({ to, by, choose }: { to: Period | null; by: -1 | 1; choose: (period: Period) => void }) {
  const words = by < 0 ? t('Earlier') : t('Later');
  const label = to === null ? words : `${words}: ${to.kind === 'month' ? monthName(to.key) : periodName(to)}`;
  return (
    <button type="button" class="round" aria-disabled={to === null} aria-label={label} onClick={() => to && choose(to)}>
      <Icon name={by < 0 ? 'back' : 'forth'} />
    </button>
  );
}

export function PeriodPicker({ period, first, last, choose }: PeriodPickerProps) {
  const before = stepPeriod(period, -1, first, last);
  const after = stepPeriod(period, 1, first, last);
  const key = (event: KeyboardEvent) => {
    const to = event.key === 'ArrowLeft' ? before : event.key === 'ArrowRight' ? after : null;
    if (to) {
      event.preventDefault();
      choose(to);
    }
  };
  return (
    <div class="period" role="group" aria-label={t('Period')} onKeyDown={key}>
      <Segments label={t('Width')} options={KINDS} value={period.kind} choose={(kind) => choose(widenPeriod(period, kind, last))} />
      <div class="period__which">
        <Step to={before} by={-1} choose={choose} />
        <p class="period__name" id="period" aria-live="polite">
          {periodName(period)}
        </p>
        <Step to={after} by={1} choose={choose} />
      </div>
    </div>
  );
}
