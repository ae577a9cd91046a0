/* What we cost the car, day by day: today as it stands, and the days that are kept. Zero is shown as zero; a day that isn't there
 * is one on which nobody counted. */
import { bytes, UNKNOWN } from '../amounts';
import type { App } from '../app';
import { dayName } from '../calendar';
import { readListing } from '../diary';
import { number } from '../format';
import { t } from '../i18n';
import { useLoad } from '../load';
import type { Traffic } from '../system';
import { readTraffic } from '../system';
import { Card } from './card';
import type { Total } from './totals';
import { Totals } from './totals';
import { ProblemLine } from './waiting';

const DAYS = 31;
const HEAD = [t('Day'), t('Frames'), t('Asked'), t('Woken'), t('Bytes')];

function count(value: number | null): string {
  return value === null ? UNKNOWN : number(value);
}

function Row({ each, name }: { each: Traffic; name: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{count(each.sent)}</td>
      <td>{count(each.polls)}</td>
      <td>{count(each.wakeups)}</td>
      <td>{bytes(each.bytes)}</td>
    </tr>
  );
}

/** Today in large; a day that nobody could count yet is unknown, and not zero. */
function todayTotals(today: Traffic | null): Total[] {
  const figure = (name: string, label: string, value: number | null): Total => ({ name, label, value, what: value === null ? null : { text: number(value), unit: '' } });
  return [
    figure('frames', t('Frames sent today'), today?.sent ?? null),
    figure('polls', t('Questions'), today?.polls ?? null),
    figure('wakeups', t('Wake-ups'), today?.wakeups ?? null),
  ];
}

interface TrafficCardProps {
  app: App;
  id: string;
  today: Traffic | null;
  again: number;
}

export function TrafficCard({ app, id, today, again }: TrafficCardProps) {
  const loaded = useLoad(app, `traffic?car=${id}&limit=${DAYS}`, (raw) => readListing(raw, readTraffic), { again });
  const before = (loaded.data?.items ?? []).filter((each) => each.day !== today?.day);
  const year = today?.day.slice(0, 4);
  return (
    <Card id="traffic" title={t('What we cost the car')} icon="dongle" note={t('By day; beside a sleeping car it is zero.')}>
      <Totals totals={todayTotals(today)} />
      <div class="scroll" tabIndex={0} role="region" aria-label={t('What we cost the car, by day')}>
        <table class="table">
          <thead>
            <tr>
              {HEAD.map((each) => (
                <th scope="col" key={each}>
                  {each}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {today ? <Row each={today} name={t('Today')} /> : null}
            {before.map((each) => (
              <Row key={each.day} each={each} name={dayName(each.day, year)} />
            ))}
          </tbody>
        </table>
      </div>
      {loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale={loaded.data !== null} /> : null}
    </Card>
  );
}
