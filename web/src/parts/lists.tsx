/* Figures in lists: the charging card and the longer ones. The age that most of a list share stands in its heading. */
import type { ComponentChild } from 'preact';
import { CHARGING, LISTS } from '../figures';
import type { FigureRow } from '../figures';
import { duration } from '../format';
import { t } from '../i18n';
import type { Car } from '../model';
import { chargeFigure, minutesLeft } from '../words';
import { Card } from './card';
import type { IconName } from './icons';
import { Row } from './tile';
import type { Usual, View } from './value';
import { Amount, ageText, Badge, Meta } from './value';

/** The age that most of these signals have, and whether all of them are old. */
function usualOf(car: Car, names: readonly string[], view: View): Usual {
  const counts = new Map<string, number>();
  let old = true;
  for (const name of names) {
    const signal = car.signals[name];
    old &&= signal === undefined || signal.value === null || signal.quality === 'old';
    const age = signal && signal.value !== null ? ageText(signal, view) : '';
    if (age !== '') {
      counts.set(age, (counts.get(age) ?? 0) + 1);
    }
  }
  let usual = '';
  for (const [age, count] of counts) {
    usual = count > (counts.get(usual) ?? 0) ? age : usual;
  }
  return { age: usual, old: old && usual !== '' };
}

interface ListProps {
  id: string;
  title: string;
  icon: IconName;
  usual: Usual;
  rows: ComponentChild[];
}

function List({ id, title, icon, usual, rows }: ListProps) {
  if (rows.length === 0) {
    return null;
  }
  const note = (
    <>
      {usual.age} {usual.old ? <Badge quality="old" /> : null}
    </>
  );
  return (
    <Card id={`list-${id}-card`} title={title} icon={icon} note={note}>
      <dl class="rows">{rows}</dl>
    </Card>
  );
}

function TimeLeft({ car, view, usual }: { car: Car; view: View; usual: Usual }) {
  const signal = car.signals['charge_minutes'];
  if (!signal) {
    return null;
  }
  const left = minutesLeft(car, view.now);
  const value = typeof signal.value === 'number' ? (left ?? signal.value) : null;
  return (
    <div class="row" data-signal="charge_minutes" data-value={String(signal.value)}>
      <dt class="row__label">{t('Time to full')}</dt>
      <dd class="row__value">
        <Amount what={value === null ? null : { text: duration(value), unit: '' }} />
        <Meta signal={signal} view={view} usual={usual} />
      </dd>
    </div>
  );
}

/** The rows of this car: what it doesn't report isn't there, nor what another row says better. */
function here(car: Car, rows: readonly FigureRow[]): FigureRow[] {
  return rows.filter((row) => car.signals[row.signal] && !(row.unless && car.signals[row.unless]));
}

function draw(car: Car, rows: FigureRow[], view: View, usual: Usual): ComponentChild[] {
  return rows.map((row) => {
    const signal = car.signals[row.signal];
    return signal ? (
      <Row key={row.signal} name={row.signal} label={row.label} signal={signal} writing={row.writing} view={view} usual={usual} />
    ) : null;
  });
}

export function Charging({ car, view }: { car: Car; view: View }) {
  const rows = here(car, CHARGING);
  const names = [...rows.map((row) => row.signal), 'charge_minutes'];
  const usual = usualOf(car, names, view);
  const drawn = draw(car, rows, view, usual);
  if (car.signals['charge_minutes']) {
    drawn.push(<TimeLeft key="charge_minutes" car={car} view={view} usual={usual} />);
  }
  return <List id="charging" title={t('Plug and charging')} icon="plug" usual={usual} rows={drawn} />;
}

/** The figure that stands in the ring isn't repeated. */
export function Lists({ car, view }: { car: Car; view: View }) {
  const ring = chargeFigure(car).name;
  const inRing = (name: string) => (ring === null ? name === 'soc' || name === 'soc_dash' : name === ring);
  return (
    <>
      {LISTS.map((list) => {
        const rows = here(car, list.rows).filter((row) => !inRing(row.signal));
        const usual = usualOf(car, rows.map((row) => row.signal), view);
        return <List key={list.id} id={list.id} title={list.title} icon={list.icon} usual={usual} rows={draw(car, rows, view, usual)} />;
      })}
    </>
  );
}
