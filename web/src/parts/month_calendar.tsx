/* The days of a month with how far each was: a table that one walks through by the arrow keys; a day opens by Enter or a tap. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { distance, joined } from '../amounts';
import { dayInFull, dayInMonth, dayName, monthName, weekday } from '../calendar';
import type { Sums } from '../diary';
import { number } from '../format';
import { t, tn } from '../i18n';
import type { Grid, GridDay, GridWeek } from '../month_grid';
import { dayByKey, monthGrid } from '../month_grid';
import type { Units } from '../units';
import { sumOf } from '../totals';
import { addDays, dayOfWeek, weekNumber } from '../weeks';
import { Card } from './card';
import { Icon } from './icons';

/** A Monday to a Sunday, for the names at the top. */
const SOME_WEEK = Array.from({ length: 7 }, (_, i) => addDays('2024-01-01', i));

interface CalendarProps {
  month: string;
  items: readonly Sums[];
  units: Units;
  /** The first and the last month there may be anything in. */
  first: string;
  last: string;
  today: string;
  /** The address of a day. */
  link: (day: string) => string;
  choose: (month: string) => void;
}

function words(day: GridDay, units: Units): string {
  const name = dayInFull(day.day);
  if (day.when !== 'kept') {
    return day.when === 'ahead' ? t('{day}: yet to come', { day: name }) : t('{day}: before the diary began', { day: name });
  }
  if (day.sums === null) {
    return t('{day}: nothing in the diary', { day: name });
  }
  const outings = tn(day.sums.outings, '{n} outing', '{n} outings');
  const driven = day.sums.distance === null ? t('distance not known') : joined(distance(day.sums.distance, units));
  const values = { day: name, driven, outings, charges: tn(day.sums.charges, '{n} charge', '{n} charges') };
  return day.sums.charges > 0 ? t('{day}: {driven}, {outings}, {charges}', values) : t('{day}: {driven}, {outings}', values);
}

interface CellProps {
  day: GridDay;
  units: Units;
  isStop: boolean;
  isToday: boolean;
  link: string;
}

/** Every day is a stop of the keyboard's walk; those that are kept lead somewhere. */
function Cell({ day, units, isStop, isToday, link }: CellProps) {
  const far = day.sums ? distance(day.sums.distance, units) : null;
  const inside = (
    <>
      <span class="day__number" aria-hidden="true">{number(Number(day.day.slice(8)))}</span>
      {day.sums && day.sums.charges > 0 ? <Icon name="bolt" size={12} /> : null}
      <span class="day__far" aria-hidden="true">
        {far ? far.text : ''}
      </span>
      <span class="hidden">{words(day, units)}</span>
    </>
  );
  const look = `day day--${day.when} day--shade${day.shade}`;
  const common = { class: look, tabIndex: isStop ? 0 : -1, 'data-day': day.day, 'data-km': String(day.sums?.distance ?? null) };
  return (
    <td aria-current={isToday ? 'date' : undefined}>
      {day.when === 'kept' ? (
        <a {...common} href={link}>
          {inside}
        </a>
      ) : (
        <span {...common}>{inside}</span>
      )}
    </td>
  );
}

function weekSum(week: GridWeek, units: Units): string {
  const known = week.days.flatMap((each) => (each?.sums ? [each.sums] : []));
  return known.length === 0 ? '' : joined(distance(sumOf(known, '').distance, units));
}

function Legend({ grid, units }: { grid: Grid; units: Units }) {
  const unit = distance(0, units)?.unit ?? '';
  const charged = grid.weeks.some((week) => week.days.some((each) => each?.sums && each.sums.charges > 0));
  return (
    <ul class="shades" aria-label={t('What the shades mean')}>
      {grid.ends.map((end, i) => (
        <li key={end}>
          <span class={`shades__one day--shade${i + 1}`} aria-hidden="true" />
          {i === 0 ? t('up to {n} {unit}', { n: number(end), unit }) : Number.isFinite(end) ? t('to {n}', { n: number(end) }) : t('more')}
        </li>
      ))}
      {charged ? (
        <li>
          <Icon name="bolt" size={14} /> {t('charged')}
        </li>
      ) : null}
    </ul>
  );
}

/** Where the keyboard stands, also while another month comes; a walk beyond the month's end goes on in the next. */
function useWalk({ month, today, first, last, choose }: CalendarProps) {
  const [at, setAt] = useState(today);
  const table = useRef<HTMLTableElement>(null);
  const walks = useRef(false);
  const stop = at.startsWith(month) ? at : today.startsWith(month) ? today : dayInMonth(month, 1);
  useLayoutEffect(() => {
    if (walks.current) {
      walks.current = false;
      table.current?.querySelector<HTMLElement>(`[data-day="${stop}"]`)?.focus();
    }
  }, [stop, month]);
  const onKeyDown = (event: KeyboardEvent) => {
    const from = (event.target as HTMLElement).dataset['day'];
    const to = from === undefined || event.ctrlKey || event.altKey || event.metaKey ? null : dayByKey(event.key, from, first, last);
    if (to === null) {
      return;
    }
    event.preventDefault();
    walks.current = to !== from;
    setAt(to);
    if (!to.startsWith(month)) {
      choose(to.slice(0, 7));
    }
  };
  return { table, stop, onKeyDown };
}

function Week({ week, props, stop }: { week: GridWeek; props: CalendarProps; stop: string }) {
  return (
    <tr>
      <th scope="row" class="calendar__week">
        <span class="hidden">{t('Week {n}', { n: weekNumber(week.week) })}</span>
        <span aria-hidden="true">{weekNumber(week.week)}</span>
      </th>
      {week.days.map((day, i) =>
        day ? <Cell key={day.day} day={day} units={props.units} isStop={day.day === stop} isToday={day.day === props.today} link={props.link(day.day)} /> : <td key={i} class="calendar__none" />,
      )}
      <td class="calendar__sum">{weekSum(week, props.units)}</td>
    </tr>
  );
}

/** What a reader of the whole wants first: how many days, and since when. */
function noteOf(props: CalendarProps, began: string): string | null {
  return began.startsWith(props.month) && began > `${props.month}-01` ? t('The diary begins on {day}.', { day: dayName(began) }) : null;
}

export function MonthCalendar(props: CalendarProps) {
  const { month, items, units, first, today } = props;
  const days = items.map((each) => each.key).filter((each) => each.startsWith(month)).sort();
  const began = month === first ? (days[0] ?? `${first}-01`) : `${first}-01`;
  const grid = monthGrid({ month, items, first: began, today, figure: (sums) => distance(sums.distance, units)?.value ?? null });
  const walk = useWalk(props);
  const note = noteOf(props, began);
  return (
    <Card id="calendar" title={t('Each day')} icon="calendar" note={t('{unit} a day', { unit: distance(0, units)?.unit ?? '' })}>
      <table class="calendar" role="grid" aria-label={t('{month}: the arrow keys go from day to day, Enter opens one', { month: monthName(month) })} ref={walk.table} onKeyDown={walk.onKeyDown}>
        <thead>
          <tr>
            <th scope="col" class="calendar__week">
              <span class="hidden">{t('Week')}</span>
            </th>
            {SOME_WEEK.map((day) => (
              <th scope="col" key={day} class={dayOfWeek(day) > 4 ? 'calendar__rest' : ''}>
                {weekday(day)}
              </th>
            ))}
            <th scope="col" class="calendar__sum">
              {t('Week')}
            </th>
          </tr>
        </thead>
        <tbody>
          {grid.weeks.map((week) => (
            <Week key={week.week} week={week} props={props} stop={walk.stop} />
          ))}
        </tbody>
      </table>
      {note === null ? null : <p class="chart__summary">{note}</p>}
      <Legend grid={grid} units={units} />
    </Card>
  );
}
