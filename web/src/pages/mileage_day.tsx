/* One day of Mileage: its sums, its outings, and what was charged on it. */
import type { CarPageProps } from './page';
import { fileName, PageHead } from './page';
import { ChargeEntry } from './charges';
import { energy } from '../amounts';
import { dayInFull, dayName, dayOf, monthName, weekday } from '../calendar';
import type { Charge, Listing, Sums } from '../diary';
import { diaryPath, readCharge, readListing, readSums } from '../diary';
import { t } from '../i18n';
import { useLoad, usePages } from '../load';
import { mileageTotals } from '../mileage_words';
import { CsvLink } from '../parts/csv_link';
import { EntryList } from '../parts/entry_list';
import { Icon } from '../parts/icons';
import { Outings } from '../parts/outings';
import type { Total } from '../parts/totals';
import { Totals } from '../parts/totals';
import { linkTo } from '../route';
import { emptySums } from '../totals';
import { addDays } from '../weeks';

const LIMIT = 30;
const readCharges = (raw: unknown): Listing<Charge> | null => readListing(raw, readCharge);
const readDays = (raw: unknown): Listing<Sums> | null => readListing(raw, readSums);

function totalsOf(sums: Sums, props: CarPageProps): Total[] {
  const charged: Total = { name: 'battery', label: t('Charged'), what: energy(sums.battery), value: sums.battery };
  return sums.battery === null || sums.battery <= 0 ? mileageTotals(sums, props.view.units) : [...mileageTotals(sums, props.view.units), charged];
}

function Step({ day, by, choose }: { day: string | null; by: -1 | 1; choose: (day: string) => void }) {
  const words = day === null ? t('Later') : (by < 0 ? t('Earlier: {day}', { day: `${weekday(day)} ${dayName(day)}` }) : t('Later: {day}', { day: `${weekday(day)} ${dayName(day)}` }));
  return (
    <button type="button" class="round" aria-disabled={day === null} aria-label={words} onClick={() => day !== null && choose(day)}>
      <Icon name={by < 0 ? 'back' : 'forth'} />
    </button>
  );
}

/** From day to day, by taps or by the arrow keys. */
function DayPicker({ day, today, choose }: { day: string; today: string; choose: (day: string) => void }) {
  const before = addDays(day, -1);
  const after = day < today ? addDays(day, 1) : null;
  const key = (event: KeyboardEvent) => {
    const to = event.key === 'ArrowLeft' ? before : event.key === 'ArrowRight' ? after : null;
    if (to !== null) {
      event.preventDefault();
      choose(to);
    }
  };
  return (
    <div class="period" role="group" aria-label={t('Day')} onKeyDown={key}>
      <div class="period__which">
        <Step day={before} by={-1} choose={choose} />
        <p class="period__name" id="period" aria-live="polite">
          {dayInFull(day)}
        </p>
        <Step day={after} by={1} choose={choose} />
      </div>
    </div>
  );
}

export function MileageDay(props: CarPageProps & { day: string }) {
  const { app, state, house, route, id, now, day, view, linkCar } = props;
  const days = { from: day, to: day };
  const sums = useLoad(app, diaryPath('days', { car: id, days }), readDays).data;
  const charges = usePages(app, diaryPath('charges', { car: id, days, limit: LIMIT }), readCharges);
  const month = day.slice(0, 7);
  const today = now ? dayOf(now) : day;
  const link = (to: string) => linkTo('mileage', { ...route.query, period: to.slice(0, 7), day: to.length === 10 ? to : null });
  /* What lies over more days than this one stands in its list, marked, and in no sum of a day. */
  const total = sums?.items[0] ?? emptySums(day);
  return (
    <>
      <PageHead title={t('Mileage of a day')} up={{ link: link(month), label: monthName(month) }}>
        <CsvLink app={app} path={diaryPath('outings', { car: id, days, limit: 1000, format: 'csv' })} name={fileName(house, ['outings', id, day])} />
      </PageHead>
      <DayPicker day={day} today={today} choose={(chosen) => app.router.swap(link(chosen))} />
      <Totals totals={totalsOf(total, props)} />
      <Outings key={day} app={app} role={state.session?.role} car={id} days={days} tag={null} note="" year={day.slice(0, 4)} units={view.units} />
      <EntryList
        title={t('Each charge')}
        id="charges"
        icon="plug"
        note=""
        noun={t('charges')}
        empty={t('No charge on this day.')}
        pages={charges}
        entry={(charge) => <ChargeEntry key={charge.id} charge={charge} year={day.slice(0, 4)} car={linkCar} />}
      />
    </>
  );
}
