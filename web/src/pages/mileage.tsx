/* Mileage: how far in a month, a year or ever, with how much: a calendar, bars, each outing with its tags. A day has a page of its own. */
import { useMemo } from 'preact/hooks';
import type { CarPageProps } from './page';
import { fileName, PageHead } from './page';
import { MileageDay } from './mileage_day';
import { dayOf } from '../calendar';
import { siftCsv } from '../csv';
import type { Listing, Outing, Sums } from '../diary';
import { diaryPath } from '../diary';
import { t } from '../i18n';
import type { Loaded } from '../load';
import { mileageChart, mileageTotals, unattributedWords } from '../mileage_words';
import { Amount, ageText, Badge, written } from '../parts/value';
import { CsvLink } from '../parts/csv_link';
import { Icon } from '../parts/icons';
import { MonthCalendar } from '../parts/month_calendar';
import type { Drawn, PeriodData } from '../parts/months';
import { usePeriod } from '../parts/months';
import { Outings, useNewest, useTagged } from '../parts/outings';
import { PeriodChart } from '../parts/period_chart';
import { PeriodPicker } from '../parts/period_picker';
import { TagFilter } from '../parts/tag_filter';
import { Totals } from '../parts/totals';
import { Waiting } from '../parts/waiting';
import type { View } from '../parts/value';
import type { Car } from '../model';
import type { Grain } from '../period';
import { isOfDays, periodDays, periodName, readDay, readGrain } from '../period';
import { mayWrite } from '../roles';
import { linkTo } from '../route';
import { hasTag, NO_TAG, readTag, sumsOfOutings, tagCounts } from '../tags';
import { wholeOf } from '../totals';

/** The whole of the car's life, with its age: it is of now, not of the period. */
function Odometer({ car, view }: { car: Car; view: View }) {
  const signal = car.signals['odometer'];
  if (!signal) {
    return null;
  }
  const what = written(signal, { most: 0 }, view.units);
  return (
    <p class="lead" id="odometer">
      {t('Odometer')} {what ? <Amount what={what} /> : t('not heard yet')} {what ? <span>{ageText(signal, view)}</span> : null}
      {what ? <Badge quality={signal.quality ?? 'ok'} source={signal.source} /> : null}
    </p>
  );
}

function Unattributed({ rest, grain, view }: { rest: Sums | null; grain: Grain; view: View }) {
  const words = unattributedWords(rest, grain, view.units);
  return words === null ? null : (
    <p class="aside" id="unattributed">
      <Icon name="info" />
      <span>{words}</span>
    </p>
  );
}

interface Shown {
  total: Sums;
  drawn: Drawn | null;
  loaded: Loaded<unknown>;
}

/** What the diary says of the period, or what its outings with a tag come to. */
function shownOf(data: PeriodData, grain: Grain, tag: string | null, tagged: Loaded<Listing<Outing>>): Shown {
  if (tag === null) {
    return { total: data.total, drawn: data.drawn, loaded: data.parts };
  }
  const list = sumsOfOutings((tagged.data?.items ?? []).filter((each) => hasTag(each, tag)), isOfDays(grain));
  const drawn = tagged.data ? { period: data.period, grain, list } : null;
  return { total: wholeOf(list, data.period.key), drawn, loaded: tagged };
}

function siftOf(tag: string | null): ((text: string) => string) | undefined {
  return tag === null ? undefined : (text) => siftCsv(text, 'tags', (cell) => (tag === NO_TAG ? cell === '' : cell.replace(/^'/, '').split(' ').includes(tag)));
}

function csvName(tag: string | null, id: string, key: string): string[] {
  const plain = tag === NO_TAG ? 'untagged' : (tag ?? '').replace(/[^\p{L}\p{N}_-]/gu, '_');
  return ['outings', id, key, ...(plain === '' ? [] : [plain])];
}

function Period(props: CarPageProps) {
  const { app, state, house, route, id, car, now, dark, view } = props;
  const data = usePeriod(app, id, route, now);
  const grain = readGrain(route.query['by'], data.period);
  const days = periodDays(data.period);
  const tag = readTag(route.query['tag']);
  const { loaded: tagged } = useTagged(app, id, days, tag);
  const newest = useNewest(app, id, days);
  const counts = useMemo(() => tagCounts(newest), [newest]);
  const shown = useMemo(() => shownOf(data, grain, tag, tagged), [data.total, data.drawn, data.parts, grain, data.period.key, tag, tagged.data, tagged.problem]);
  const link = (query: Record<string, string | null>) => linkTo('mileage', { ...route.query, period: data.period.key, ...query });
  const dayLink = (day: string) => link({ period: day.slice(0, 7), day });
  const csv = diaryPath('outings', { car: id, days, limit: 1000, format: 'csv' });
  const items = shown.drawn?.period.key === data.period.key ? shown.drawn.list.items : [];
  const today = now ? dayOf(now) : `${data.last}-31`;
  const untagged = counts.length === 0 && tag === null && newest.length > 0 && mayWrite(state.session?.role);
  return (
    <>
      <PageHead title={t('Mileage')}>
        <CsvLink app={app} path={csv} name={fileName(house, csvName(tag, id, data.period.key))} sift={siftOf(tag)} />
      </PageHead>
      <Odometer car={car} view={view} />
      <PeriodPicker period={data.period} first={data.first} last={data.last} choose={data.choose} />
      <TagFilter counts={counts} tag={tag} choose={(chosen) => app.router.swap(link({ tag: chosen }))} />
      <Totals totals={mileageTotals(shown.total, view.units)} />
      {data.period.kind === 'month' ? (
        <MonthCalendar
          month={data.period.key}
          items={items}
          units={view.units}
          first={data.first}
          last={data.last}
          today={today}
          link={dayLink}
          choose={(month) => data.choose({ kind: 'month', key: month })}
        />
      ) : null}
      {shown.drawn ? (
        <PeriodChart
          chart={mileageChart(view.units)}
          drawn={shown.drawn}
          dark={dark}
          closer={(bar) => (bar.key.length === 10 && bar.sums ? dayLink(bar.key) : data.closer(bar))}
          regrain={data.regrain}
        />
      ) : (
        <Waiting what={t('the diary')} problem={shown.loaded.problem} retry={shown.loaded.retry} />
      )}
      <Unattributed rest={shown.drawn?.list.unattributed ?? null} grain={shown.drawn?.grain ?? grain} view={view} />
      {untagged ? <p class="chart__summary" id="tag-hint">{t('Give outings tags, “work” say: then their distance and energy are summed here, and saved apart.')}</p> : null}
      <Outings key={`${data.period.key} ${tag}`} app={app} role={state.session?.role} car={id} days={days} tag={tag} note={periodName(data.period)} year={data.last.slice(0, 4)} units={view.units} />
    </>
  );
}

export function Mileage(props: CarPageProps) {
  const day = readDay(props.route.query['day']);
  return day === null ? <Period {...props} /> : <MileageDay {...props} day={day} />;
}
