/* Charges: what went into the battery in a month, a year or ever, and each single time. */
import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { t, tn } from '../i18n';
import type { CarPageProps } from './page';
import { fileName, PageHead } from './page';
import { energy, joined, moneyRange } from '../amounts';
import type { Filter } from '../charge_filter';
import { FILTER_EMPTY, FILTER_WORDS, FILTERS, passes, readFilter, toConfirm } from '../charge_filter';
import type { Charge, Listing, Sums } from '../diary';
import { diaryPath, readCharge, readListing } from '../diary';
import { chargeLength, chargeWhen, entryTime, flagWord, howWord, placeWords, socWords, stateWord } from '../diary_words';
import { number } from '../format';
import type { Pages } from '../load';
import { useLoad, usePages } from '../load';
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
import { Segments } from '../parts/segments';
import { Waiting } from '../parts/waiting';
import type { Period } from '../period';
import { periodDays, periodName } from '../period';
import { linkTo } from '../route';

const LIMIT = 30;
const readCharges = (raw: unknown): Listing<Charge> | null => readListing(raw, readCharge);

const CHART: ChartOf = {
  title: t('Into the battery'),
  icon: 'battery',
  figure: (sums) => sums.battery,
  amount: energy,
  columns: [
    { head: t('Charges'), cell: (sums) => number(sums.charges) },
    { head: t('Battery'), cell: (sums) => joined(energy(sums.battery)) },
    { head: t('Charger'), cell: (sums) => joined(energy(sums.charger)) },
    { head: t('Wall'), cell: (sums) => joined(energy(sums.wall)) },
    { head: t('Cost'), cell: (sums) => moneyRange(sums.cost, sums.costMax, sums.currency) },
  ],
  empty: t('No charge in this time. A bar appears as soon as a charge has ended.'),
};

/** Where all that was charged belongs to no day, "no charge" would be wrong. */
const CHART_OF_NO_DAY: ChartOf = { ...CHART, empty: t('None of these charges belongs to one bar alone: what they took stands below.') };

/** Charger, wall and cost only where something is known of them: most houses have no meter. */
function totalsOf(sums: Sums): Total[] {
  const all: Total[] = [
    { name: 'battery', label: t('Into the battery'), what: energy(sums.battery), value: sums.battery },
    { name: 'charger', label: t('Out of the charger'), what: energy(sums.charger), value: sums.charger },
    { name: 'wall', label: t('At the wall'), what: energy(sums.wall), value: sums.wall },
    costTotal(sums),
    { name: 'charges', label: t('Charges'), what: { text: number(sums.charges), unit: '' }, value: sums.charges },
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
      {toConfirm(charge) ? <span class="badge badge--confirm">{t('to confirm')}</span> : null}
      {[...how, ...charge.flags.map((flag) => flagWord(flag).short)].map((each) => (
        <span class="badge" key={each}>
          {each}
        </span>
      ))}
    </>
  );
}

export function ChargeEntry({ charge, year, car }: { charge: Charge; year: string; car: string | null }) {
  const when = entryTime(charge.from, charge.to, year);
  const times = charge.state === 'open' ? chargeWhen(charge, year) : when.times;
  return (
    <li class="entry" data-charge={charge.id}>
      <a class="entry__link" href={linkTo('charges', { car }, charge.id)}>
        <span class="entry__main">
          <span class="entry__title">{charge.state === 'open' ? t('Now') : when.day}</span>
          <Notes parts={[times, chargeLength(charge), socWords(charge), placeWords(charge.place)]} />
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
  const whose = rest.charges === 0 ? t('parts of charges') : tn(rest.charges, '{n} charge', '{n} charges');
  return (
    <p class="aside" id="unattributed">
      <Icon name="info" />
      <span>{t('Unattributed: {amount}, of {charges} that nobody watched, in a time over more than one bar. It stands in none.', { amount: `${joined(energy(rest.battery))}${cost}`, charges: whose })}</span>
    </p>
  );
}

interface ListProps {
  app: App;
  car: string;
  period: Period;
  filter: Filter;
  entry: (charge: Charge) => ComponentChild;
}

function ChargeList({ pages, note, filter, entry }: { pages: Pages<Charge>; note: string; filter: Filter; entry: ListProps['entry'] }) {
  return <EntryList title={t('Each charge')} icon="plug" note={note} noun={t('charges')} empty={FILTER_EMPTY[filter]} pages={pages} entry={entry} />;
}

function AllCharges({ app, car, period, filter, entry }: ListProps) {
  const pages = usePages(app, diaryPath('charges', { car, days: periodDays(period), limit: LIMIT }), readCharges);
  return <ChargeList pages={pages} note={periodName(period)} filter={filter} entry={entry} />;
}

/** garaged can't sift: all of the period are asked for, and few of them are shown. */
function SomeCharges({ app, car, period, filter, entry }: ListProps) {
  const loaded = useLoad(app, diaryPath('charges', { car, days: periodDays(period), limit: 1000 }), readCharges, { whole: true });
  const [shown, setShown] = useState(LIMIT);
  const items = loaded.data?.items.filter((each) => passes(each, filter)) ?? [];
  const data = loaded.data && { ...loaded.data, items: items.slice(0, shown) };
  const more = items.length > shown ? () => setShown(shown + LIMIT) : null;
  const note = data === null ? periodName(period) : tn(loaded.data?.items.length ?? 0, '{count} of {n} charge', '{count} of {n} charges', { count: number(items.length) });
  return <ChargeList pages={{ ...loaded, data, more, busy: false }} note={note} filter={filter} entry={entry} />;
}

const FILTER_OPTIONS = FILTERS.map((each) => [each, FILTER_WORDS[each]] as const);

export function Charges({ app, house, route, id, now, dark, linkCar }: CarPageProps) {
  const data = usePeriod(app, id, route, now);
  const filter = readFilter(route.query['show']);
  const csv = diaryPath('charges', { car: id, days: periodDays(data.period), limit: 1000, format: 'csv' });
  const List = filter === 'all' ? AllCharges : SomeCharges;
  const show = (chosen: Filter) => app.router.swap(linkTo('charges', { ...route.query, show: chosen === 'all' ? null : chosen }));
  return (
    <>
      <PageHead title={t('Charges')}>
        <CsvLink app={app} path={csv} name={fileName(house, ['charges', id, data.period.key])} />
      </PageHead>
      <PeriodPicker period={data.period} first={data.first} last={data.last} choose={data.choose} />
      <Totals totals={totalsOf(data.total)} />
      {partly(data.total) ? <p class="chart__summary">{t('Not every charge has a charger’s or a wall meter’s figure: these sums are of those that have one.')}</p> : null}
      {data.drawn ? (
        <PeriodChart chart={data.total.charges > 0 ? CHART_OF_NO_DAY : CHART} drawn={data.drawn} dark={dark} closer={data.closer} regrain={data.regrain} />
      ) : (
        <Waiting what={t('the diary')} problem={data.parts.problem} retry={data.parts.retry} />
      )}
      <Unattributed list={data.parts.data} />
      <Segments label={t('Which charges')} options={FILTER_OPTIONS} value={filter} choose={show} />
      <List
        key={`${filter} ${data.period.key}`}
        app={app}
        car={id}
        period={data.period}
        filter={filter}
        entry={(charge) => <ChargeEntry key={charge.id} charge={charge} year={data.last.slice(0, 4)} car={linkCar} />}
      />
    </>
  );
}
