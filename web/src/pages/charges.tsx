/* Charges: what went into the battery in a month, a year or ever, and each single time. */
import type { CarPageProps } from './page';
import { fileName, PageHead } from './page';
import { energy, joined, moneyRange } from '../amounts';
import type { Charge, Listing, Sums } from '../diary';
import { diaryPath, readCharge, readListing } from '../diary';
import { chargeLength, chargeWhen, entryTime, flagWord, howWord, socWords, stateWord } from '../diary_words';
import { number } from '../format';
import { usePages } from '../load';
import { CsvLink } from '../parts/csv_link';
import { usePeriod } from '../parts/months';
import type { ChartOf } from '../parts/period_chart';
import { PeriodChart } from '../parts/period_chart';
import { PeriodPicker } from '../parts/period_picker';
import type { Total } from '../parts/totals';
import { costTotal, Totals } from '../parts/totals';
import { Notes } from '../parts/entry';
import { EntryList } from '../parts/entry_list';
import { Icon } from '../parts/icons';
import { Waiting } from '../parts/waiting';
import { periodDays, periodName } from '../period';
import { linkTo } from '../route';

const LIMIT = 30;
const readCharges = (raw: unknown): Listing<Charge> | null => readListing(raw, readCharge);

const CHART: ChartOf = {
  title: 'Into the battery',
  icon: 'battery',
  figure: (sums) => sums.battery,
  amount: energy,
  columns: [
    { head: 'Charges', cell: (sums) => number(sums.charges) },
    { head: 'Battery', cell: (sums) => joined(energy(sums.battery)) },
    { head: 'Charger', cell: (sums) => joined(energy(sums.charger)) },
    { head: 'Wall', cell: (sums) => joined(energy(sums.wall)) },
    { head: 'Cost', cell: (sums) => moneyRange(sums.cost, sums.costMax, sums.currency) },
  ],
  empty: 'No charge in this time. A bar appears as soon as a charge has ended.',
};

/** Where all that was charged belongs to no day, "no charge" would be wrong. */
const CHART_OF_NO_DAY: ChartOf = { ...CHART, empty: 'None of these charges belongs to one bar alone: what they took stands below.' };

/** Charger, wall and cost only where something is known of them: most houses have no meter. */
function totalsOf(sums: Sums): Total[] {
  const all: Total[] = [
    { name: 'battery', label: 'Into the battery', what: energy(sums.battery), value: sums.battery },
    { name: 'charger', label: 'Out of the charger', what: energy(sums.charger), value: sums.charger },
    { name: 'wall', label: 'At the wall', what: energy(sums.wall), value: sums.wall },
    costTotal(sums),
    { name: 'charges', label: 'Charges', what: { text: number(sums.charges), unit: '' }, value: sums.charges },
  ];
  return all.filter((each) => each.value !== null || each.name === 'battery');
}

/** Sums that can't be whole: a charger gives more than the battery takes, and a wall more than a charger. */
function partly(sums: Sums): boolean {
  const given = [sums.battery, sums.charger, sums.wall].filter((each): each is number => each !== null);
  return given.some((each, i) => i > 0 && each < (given[i - 1] ?? 0));
}

function ChargeEnergy({ charge }: { charge: Charge }) {
  const cost = charge.cost === null ? null : moneyRange(charge.cost, charge.costMax, charge.currency);
  return (
    <span class="entry__figures">
      <span class="amount">{joined(energy(charge.battery))}</span>
      {cost === null ? null : <span class="entry__note">{cost}</span>}
    </span>
  );
}

/** What is special about one, in short words. */
export function ChargeBadges({ charge }: { charge: Charge }) {
  const state = stateWord(charge.state);
  const how = charge.how === 'watched' || charge.how === '' ? [] : [howWord(charge.how).short];
  return (
    <>
      {state ? <span class={`badge badge--${charge.state}`}>{state.short}</span> : null}
      {[...how, ...charge.flags.map((flag) => flagWord(flag).short)].map((each) => (
        <span class="badge" key={each}>
          {each}
        </span>
      ))}
    </>
  );
}

function ChargeEntry({ charge, year, car }: { charge: Charge; year: string; car: string | null }) {
  const when = entryTime(charge.from, charge.to, year);
  const times = charge.state === 'open' ? chargeWhen(charge, year) : when.times;
  return (
    <li class="entry" data-charge={charge.id}>
      <a class="entry__link" href={linkTo('charges', { car }, charge.id)}>
        <span class="entry__main">
          <span class="entry__title">{charge.state === 'open' ? 'Now' : when.day}</span>
          <Notes parts={[times, chargeLength(charge), socWords(charge), charge.place]} />
          <span class="entry__badges">
            <ChargeBadges charge={charge} />
          </span>
        </span>
        <ChargeEnergy charge={charge} />
        <Icon name="forth" size={16} />
      </a>
    </li>
  );
}

/** What may have been on this day or that: said, never guessed into days. */
function Unattributed({ list }: { list: Listing<Sums> | null }) {
  const rest = list?.unattributed;
  if (!rest || ((rest.battery ?? 0) <= 0 && rest.charges === 0)) {
    return null;
  }
  const cost = rest.cost === null ? '' : `, ${moneyRange(rest.cost, rest.costMax, rest.currency)}`;
  const whose = rest.charges === 0 ? 'parts of charges' : rest.charges === 1 ? '1 charge' : `${number(rest.charges)} charges`;
  return (
    <p class="aside" id="unattributed">
      <Icon name="info" />
      <span>{`Unattributed: ${joined(energy(rest.battery))}${cost}, of ${whose} that nobody watched, in a time over more than one bar. It stands in none.`}</span>
    </p>
  );
}

export function Charges({ app, house, route, id, now, dark, linkCar }: CarPageProps) {
  const data = usePeriod(app, id, route, now);
  const days = periodDays(data.period);
  const list = usePages(app, diaryPath('charges', { car: id, days, limit: LIMIT }), readCharges);
  const csv = diaryPath('charges', { car: id, days, limit: 1000, format: 'csv' });
  return (
    <>
      <PageHead title="Charges">
        <CsvLink app={app} path={csv} name={fileName(house, ['charges', id, data.period.key])} />
      </PageHead>
      <PeriodPicker period={data.period} first={data.first} last={data.last} choose={data.choose} />
      <Totals totals={totalsOf(data.total)} />
      {partly(data.total) ? <p class="chart__summary">Not every charge has a charger’s or a wall meter’s figure: these sums are of those that have one.</p> : null}
      {data.drawn ? (
        <PeriodChart chart={data.total.charges > 0 ? CHART_OF_NO_DAY : CHART} period={data.drawn.period} items={data.drawn.list.items} dark={dark} closer={data.closer} />
      ) : (
        <Waiting what="the diary" problem={data.parts.problem} retry={data.parts.retry} />
      )}
      <Unattributed list={data.parts.data} />
      <EntryList
        title="Each charge"
        icon="plug"
        note={periodName(data.period)}
        noun="charges"
        empty="No charge in this time. Each one appears here when it has ended; one that nobody watched, when the car is heard again."
        pages={list}
        entry={(charge) => <ChargeEntry key={charge.id} charge={charge} year={data.last.slice(0, 4)} car={linkCar} />}
      />
    </>
  );
}
