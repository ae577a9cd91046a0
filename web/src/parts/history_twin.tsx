/* A signal's history as a table. */
import type { Moment } from '../format';
import { number } from '../format';
import { decimalsOf, rowHead, rowsOf } from '../history';
import type { Series } from '../history';
import { t } from '../i18n';
import { Twin } from './twin';

interface HistoryTwinProps {
  series: Series;
  widthS: number;
  now: Moment;
  label: string;
}

export function HistoryTwin({ series, widthS, now, label }: HistoryTwinProps) {
  const most = decimalsOf(series);
  const say = (value: number) => `${number(value, 0, most)}${series.unit === '' ? '' : ` ${series.unit}`}`;
  const rows = () =>
    rowsOf(series, widthS, now).map((row) => ({ key: row.name, cells: [row.name, ...[row.first, row.last, row.min, row.max].map(say)] }));
  return <Twin label={label} head={[rowHead(widthS), t('From'), t('To'), t('Lowest'), t('Highest')]} rows={rows} />;
}
