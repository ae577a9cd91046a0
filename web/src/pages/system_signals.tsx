/* System, signals: everything the car says, with its raw integer, where it came from and what it is worth. */
import { number } from '../format';
import { t, tn } from '../i18n';
import type { Signal } from '../model';
import { Card } from '../parts/card';
import { Search } from '../parts/search';
import { Segments } from '../parts/segments';
import type { View } from '../parts/value';
import { ageText, Badge, written } from '../parts/value';
import { Empty } from '../parts/waiting';
import { linkTo } from '../route';
import type { SignalRow, Sieve } from '../signal_table';
import { signalRows, SIEVES } from '../signal_table';
import { disputeWords } from '../words';
import type { CarPageProps } from './page';

const SIEVE_WORDS: Readonly<Record<Sieve, string>> = { all: t('All'), doubtful: t('Old or doubtful'), unknown: t('Unknown') };

function valueWords(signal: Signal, view: View): string {
  if (Array.isArray(signal.value)) {
    const known = signal.value.filter((each) => each !== null).length;
    return t('{known} of {all} values', { known, all: signal.value.length });
  }
  const what = written(signal, { most: 3 }, view.units);
  return what === null ? t('unknown') : `${what.text}${what.unit ? `\u202f${what.unit}` : ''}`;
}

function Row({ row: { label, signal }, view }: { row: SignalRow; view: View }) {
  const dispute = disputeWords(signal);
  return (
    <tr>
      <th scope="row">
        {label}
        <span class="meta">{signal.source ?? t('no source yet')}</span>
      </th>
      <td>
        <span class={signal.value === null ? 'amount--unknown' : ''}>{valueWords(signal, view)}</span>
        <span class="meta">{typeof signal.raw === 'number' ? t('raw {integer}', { integer: String(signal.raw) }) : ''}</span>
      </td>
      <td>
        {signal.value === null ? '' : ageText(signal, view)}
        <span class="meta">
          {signal.value === null || !signal.quality || signal.quality === 'ok' ? null : <Badge quality={signal.quality} source={signal.source} />}
          {dispute}
        </span>
      </td>
    </tr>
  );
}

function Table({ rows, view }: { rows: SignalRow[]; view: View }) {
  return (
    <table class="table signals">
      <caption class="hidden">{t('Every signal of the car')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('Signal and source')}</th>
          <th scope="col">{t('Value and raw')}</th>
          <th scope="col">{t('Age and quality')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.name} row={row} view={view} />
        ))}
      </tbody>
    </table>
  );
}

/** What is searched stands in the address: it can be kept and sent. */
export function Signals({ app, car, route, view }: CarPageProps) {
  const wanted = route.query['q'] ?? '';
  const sieve = SIEVES.find((each) => each === route.query['which']) ?? 'all';
  const search = (part: Record<string, string | null>) => app.router.swap(linkTo('system', { ...route.query, ...part }));
  const all = Object.keys(car.signals).length;
  const rows = signalRows(car, wanted, sieve);
  if (all === 0) {
    return <Empty icon="gauge" words={t('Nothing heard of this car yet: each signal appears with its first reading.')} />;
  }
  return (
    <Card id="signals" title={t('Every signal')} icon="gauge" note={rows.length === all ? tn(all, '{n} signal', '{n} signals') : t('{some} of {all}', { some: number(rows.length), all: number(all) })}>
      <div class="toolbar">
        <Search id="signal-search" label={t('Search')} value={wanted} change={(q) => search({ q })} />
        <Segments label={t('Which signals')} options={SIEVES.map((each) => [each, SIEVE_WORDS[each]] as const)} value={sieve} choose={(which) => search({ which: which === 'all' ? null : which })} />
      </div>
      <p class="hidden" role="status">{tn(rows.length, '{n} signal is shown', '{n} signals are shown')}</p>
      {rows.length === 0 ? <Empty icon="gauge" words={t('No signal is like that.')} /> : <Table rows={rows} view={view} />}
    </Card>
  );
}
