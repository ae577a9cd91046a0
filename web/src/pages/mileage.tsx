/* Mileage: how far in a month, a year or ever, with how much, and each outing. */
import type { CarPageProps } from './page';
import { fileName, PageHead } from './page';
import { consumption, distance, energy, joined } from '../amounts';
import type { Listing, Outing, Sums } from '../diary';
import { diaryPath, readListing, readOuting } from '../diary';
import { entryTime, flagWord, outingEnergy } from '../diary_words';
import { number } from '../format';
import { usePages } from '../load';
import { CsvLink } from '../parts/csv_link';
import { Notes } from '../parts/entry';
import { EntryList } from '../parts/entry_list';
import { Icon } from '../parts/icons';
import { usePeriod } from '../parts/months';
import type { ChartOf } from '../parts/period_chart';
import { PeriodChart } from '../parts/period_chart';
import { PeriodPicker } from '../parts/period_picker';
import type { Total } from '../parts/totals';
import { Totals } from '../parts/totals';
import { Waiting } from '../parts/waiting';
import { periodDays, periodName } from '../period';
import { consumptionOf } from '../totals';
import type { Units } from '../units';

const LIMIT = 30;
const readOutings = (raw: unknown): Listing<Outing> | null => readListing(raw, readOuting);

function chartOf(units: Units): ChartOf {
  return {
    title: 'Distance',
    icon: 'road',
    figure: (sums) => sums.distance,
    amount: (value) => distance(value, units),
    columns: [
      { head: 'Outings', cell: (sums) => number(sums.outings) },
      { head: 'Distance', cell: (sums) => joined(distance(sums.distance, units)) },
      { head: 'Used', cell: (sums) => joined(energy(sums.used)) },
      { head: 'Consumption', cell: (sums) => joined(consumption(consumptionOf(sums), units)) },
    ],
    empty: 'Nothing driven in this time. A bar appears as soon as the car is back and its odometer is heard.',
  };
}

function totalsOf(sums: Sums, units: Units): Total[] {
  const over = consumptionOf(sums);
  return [
    { name: 'distance', label: 'Driven', what: distance(sums.distance, units), value: sums.distance },
    { name: 'used', label: 'Used', what: energy(sums.used), value: sums.used },
    { name: 'consumption', label: 'Consumption', what: consumption(over, units), value: over },
    { name: 'outings', label: 'Outings', what: { text: number(sums.outings), unit: '' }, value: sums.outings },
  ];
}

function OutingEntry({ outing, year, units }: { outing: Outing; year: string; units: Units }) {
  const used = outingEnergy(outing);
  const rate = consumption(outing.consumption, units);
  const when = entryTime(outing.from, outing.to, year);
  const facts = [used === null ? 'energy not known' : `${joined(energy(used))} used`, rate === null ? null : joined(rate)];
  const marks = [...outing.tags, ...(outing.day === null ? ['over more than one day'] : []), ...outing.flags.map((flag) => flagWord(flag).short)];
  return (
    <li class="entry" data-outing={outing.id}>
      <div class="entry__link">
        <span class="entry__main">
          <span class="entry__title">{when.day}</span>
          <Notes parts={[when.times, ...facts]} />
          <span class="entry__badges">
            {marks.map((each) => (
              <span class="badge" key={each}>
                {each}
              </span>
            ))}
          </span>
        </span>
        <span class="entry__figures">
          <span class="amount">{joined(distance(outing.distance, units))}</span>
        </span>
      </div>
    </li>
  );
}

/** What was driven but belongs to no day: said, never guessed into days. */
function Unattributed({ list, units }: { list: Listing<Sums> | null; units: Units }) {
  const rest = list?.unattributed;
  if (!rest || ((rest.distance ?? 0) <= 0 && (rest.used ?? 0) <= 0)) {
    return null;
  }
  const used = rest.used !== null && rest.used > 0 ? ` and ${joined(energy(rest.used))}` : '';
  return (
    <p class="aside" id="unattributed">
      <Icon name="info" />
      <span>{`Unattributed: ${joined(distance(rest.distance ?? 0, units))}${used} of outings over more than one bar. They stand in none.`}</span>
    </p>
  );
}

export function Mileage({ app, house, route, id, now, dark, view }: CarPageProps) {
  const data = usePeriod(app, id, route, now);
  const days = periodDays(data.period);
  const list = usePages(app, diaryPath('outings', { car: id, days, limit: LIMIT }), readOutings);
  const csv = diaryPath('outings', { car: id, days, limit: 1000, format: 'csv' });
  const parts = data.parts.data;
  return (
    <>
      <PageHead title="Mileage">
        <CsvLink app={app} path={csv} name={fileName(house, ['outings', id, data.period.key])} />
      </PageHead>
      <PeriodPicker period={data.period} first={data.first} last={data.last} choose={data.choose} />
      <Totals totals={totalsOf(data.total, view.units)} />
      {data.drawn ? (
        <PeriodChart chart={chartOf(view.units)} period={data.drawn.period} items={data.drawn.list.items} dark={dark} closer={data.closer} />
      ) : (
        <Waiting what="the diary" problem={data.parts.problem} retry={data.parts.retry} />
      )}
      <Unattributed list={parts} units={view.units} />
      <EntryList
        title="Each outing"
        icon="road"
        note={periodName(data.period)}
        noun="outings"
        empty="No outing in this time. Each one appears here once the car is back and its odometer is heard."
        pages={list}
        entry={(outing) => <OutingEntry key={outing.id} outing={outing} year={data.last.slice(0, 4)} units={view.units} />}
      />
    </>
  );
}
