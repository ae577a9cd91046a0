/* Months or years one below the other, each figure with how it differs from the one before. */
import type { Amount } from '../amounts';
import { consumption, distance, energy, money, mostWords, UNKNOWN } from '../amounts';
import { monthName } from '../calendar';
import type { EnergyRow, Measures } from '../energy';
import { differenceOf, measuresOf } from '../energy';
import { number } from '../format';
import { t } from '../i18n';
import type { Units } from '../units';

/** Kilogrammes as text. */
export function carbonWords(value: number | null): string {
  return value === null ? UNKNOWN : `${number(value, 0, value < 10 ? 1 : 0)}\u202fkg`;
}

interface Column {
  name: keyof Measures;
  head: string;
  /** In the head, once, not in each cell. */
  unit: string;
  words: (value: number | null, currency: string | null) => string;
}

function plain(what: Amount | null): string {
  return what?.text ?? UNKNOWN;
}

/** The column of CO₂ only where the house's electricity has a weight. */
function columnsOf(units: Units, weighs: boolean): Column[] {
  const hundred = units.distance === 'mi' ? t('Per 100 mi') : t('Per 100 km');
  const all: Column[] = [
    { name: 'distance', head: t('Distance'), unit: distance(1, units)?.unit ?? '', words: (value) => plain(distance(value, units)) },
    { name: 'energy', head: t('Charged'), unit: 'kWh', words: (value) => plain(energy(value)) },
    { name: 'rate', head: t('Consumption'), unit: consumption(1, units)?.unit ?? '', words: (value) => plain(consumption(value, units)) },
    { name: 'cost', head: t('Cost'), unit: '', words: money },
    { name: 'costRate', head: hundred, unit: '', words: money },
    { name: 'carbon', head: 'CO₂', unit: '', words: carbonWords },
  ];
  return all.filter((each) => each.name !== 'carbon' || weighs);
}

/** "November 2026" in a table of months, "2026" in one of years. */
function nameOf(key: string): string {
  return key.length === 7 ? monthName(key) : key;
}

interface CellProps {
  column: Column;
  row: EnergyRow;
  now: Measures;
  before: Measures | null;
}

/** On a phone, where the head isn't seen, each figure has its name above it. */
function Cell({ column, row, now, before }: CellProps) {
  const difference = differenceOf(column.name, now, before, row.runs);
  const most = column.name === 'cost' ? mostWords(row.sums.costMax, row.sums.currency) : null;
  const value = now[column.name];
  const unit = value === null || column.unit === '' ? '' : ` ${column.unit}`;
  return (
    <td role="cell" data-label={column.head} data-figure={column.name}>
      {column.words(value, row.sums.currency)}
      <span class="table__unit" aria-hidden="true">
        {unit}
      </span>
      {most === null ? null : <span class="meta change">{most}</span>}
      <span class="meta change">{difference}</span>
    </td>
  );
}

interface EnergyTableProps {
  rows: readonly EnergyRow[];
  units: Units;
  grams: number | null;
  /** Where a row leads to. */
  link: (key: string) => string;
  label: string;
}

export function EnergyTable({ rows, units, grams, link, label }: EnergyTableProps) {
  const columns = columnsOf(units, grams !== null);
  return (
    <table class="table table--wide" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            {rows[0]?.sums.key.length === 7 ? t('Month') : t('Year')}
          </th>
          {columns.map((column) => (
            <th scope="col" role="columnheader" key={column.name}>
              {column.head}
              <span class="meta change">{column.unit}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => {
          const now = measuresOf(row.sums, units, grams);
          const before = row.before && measuresOf(row.before, units, grams);
          return (
            <tr key={row.sums.key} role="row">
              <th scope="row" role="rowheader">
                <a href={link(row.sums.key)}>{nameOf(row.sums.key)}</a>
                {row.runs ? <span class="meta change">{t('so far')}</span> : null}
              </th>
              {columns.map((column) => (
                <Cell key={column.name} column={column} row={row} now={now} before={before} />
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
