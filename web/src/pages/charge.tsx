/* One charge: its curve, or the window of one that nobody watched, and all that is known of it. */
import { useRef, useState } from 'preact/hooks';
import { distance, energy, joined, moneyRange, percent, power } from '../amounts';
import { dayName, dayOf } from '../calendar';
import { useAsOf } from '../as_of';
import type { CurvePoint } from '../curve';
import { curveSheet, curveSummary, pointWords, readCurve } from '../curve';
import type { Charge } from '../diary';
import { readCharge } from '../diary';
import { chargeLength, chargeWhen, flagWord, howWord, modeWord, socWords, stateWord } from '../diary_words';
import { capital, dayClock, moment, number } from '../format';
import { useLoad } from '../load';
import { isPlain } from '../merge';
import { Canvas } from '../parts/canvas';
import { Card } from '../parts/card';
import type { FactRow } from '../parts/facts';
import { FactList } from '../parts/facts';
import { Icon } from '../parts/icons';
import { Twin } from '../parts/twin';
import { ProblemLine, Waiting } from '../parts/waiting';
import { linkTo } from '../route';
import type { Units } from '../units';
import { ChargeBadges } from './charges';
import type { CarPageProps } from './page';
import { PageHead } from './page';

/** An open charge is asked for again. */
const AGAIN_MS = 60000;

interface Detail {
  charge: Charge;
  curve: CurvePoint[];
}

function readDetail(raw: unknown): Detail | null {
  const charge = isPlain(raw) ? readCharge(raw) : null;
  return charge && { charge, curve: readCurve(raw) };
}

const WALL_FROM: Record<string, string> = { meter: 'by the wall meter', typed: 'as typed in' };

function factsOf(charge: Charge, units: Units): FactRow[] {
  const money = charge.cost === null && charge.costMax === null ? null : moneyRange(charge.cost, charge.costMax, charge.currency);
  // Of a charge that has just begun the two sides are not of the same moment yet.
  const efficiency = charge.efficiency === null || charge.state === 'open' ? null : joined(percent(charge.efficiency * 100));
  const known = (value: number | null, words: string) => (value === null ? null : words);
  return [
    { name: 'Charge', value: socWords(charge), note: 'battery’s own figure' },
    { name: 'Lasted', value: chargeLength(charge) },
    { name: 'Into the battery', value: joined(energy(charge.battery)) },
    { name: 'Out of the charger', value: known(charge.charger, joined(energy(charge.charger))) },
    { name: 'At the wall', value: known(charge.wall, joined(energy(charge.wall))), note: charge.wallFrom === null ? null : (WALL_FROM[charge.wallFrom] ?? charge.wallFrom) },
    { name: 'Efficiency', value: efficiency, note: charge.wall === null ? 'of what the charger gave' : 'of what the wall gave' },
    { name: 'Cost', value: money, note: charge.costMax === null ? null : 'by the cheapest and the dearest hour of the window' },
    { name: 'Highest power', value: known(charge.peak, joined(power(charge.peak))) },
    { name: 'Kind', value: modeWord(charge.mode) },
    { name: 'Odometer', value: known(charge.odometer, joined(distance(charge.odometer, units))) },
    { name: 'Place', value: charge.place },
    { name: 'Note', value: charge.note },
  ];
}

function Curve({ curve, dark }: { curve: readonly CurvePoint[]; dark: boolean }) {
  const [readout, setReadout] = useState('');
  const first = curve[0] as CurvePoint;
  const words = curveSummary(curve);
  const rows = () =>
    curve.map((each) => ({
      key: String(each.at.ms),
      cells: [dayClock(each.at, first.at), joined(percent(each.soc)), joined(power(each.kw))],
    }));
  return (
    <Card id="curve" title="Charge and power" icon="history" note={readout || pointWords(curve[curve.length - 1] ?? first, first.at)} kind="chart">
      <Canvas sheet={curveSheet(curve)} drawn={`${curve.length} ${dark}`} label={`Line chart. ${words}`} readout={setReadout} />
      <p class="legend">
        <span class="legend__one">Charge in %, left</span>
        {curve.some((each) => each.kw !== null) ? <span class="legend__one legend__one--second">Power in kW, right</span> : null}
      </p>
      <p class="chart__summary">{words}</p>
      <Twin label="Charge and power" head={['Time', 'Charge', 'Power']} rows={rows} />
    </Card>
  );
}

/** Of an inferred charge two ends are known and nothing between: drawn as just that. */
function Window({ charge }: { charge: Charge }) {
  const from = Math.min(100, Math.max(0, charge.socFrom ?? 0));
  const to = Math.min(100, Math.max(from, charge.socTo ?? from));
  return (
    <Card id="window" title="Somewhere in this window" icon="clock">
      <svg class="window" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="window__track" x="0" y="0" width="100" height="8" rx="1" />
        <rect class="window__gain" x={from} y="0" width={Math.max(0.5, to - from)} height="8" />
      </svg>
      <p class="chart__summary">{`${number(charge.socFrom ?? 0, 0, 1)}\u202f% when last heard, ${number(charge.socTo ?? 0, 0, 1)}\u202f% when heard again: ${chargeWhen(charge)}.`}</p>
    </Card>
  );
}

function Words({ charge }: { charge: Charge }) {
  const state = stateWord(charge.state);
  const all = [howWord(charge.how).long, ...(state ? [state.long] : []), ...charge.flags.map((flag) => flagWord(flag).long)];
  return (
    <ul class="explain">
      {all
        .filter((each) => each !== '')
        .map((each) => (
          <li key={each}>
            <Icon name="info" size={18} />
            <span>{each}</span>
          </li>
        ))}
    </ul>
  );
}

function Shown({ detail, units, dark }: { detail: Detail; units: Units; dark: boolean }) {
  const { charge, curve } = detail;
  return (
    <>
      <p class="lead" id="charge-lead">
        <span>{capital(chargeWhen(charge))}</span>
        <ChargeBadges charge={charge} />
      </p>
      {curve.length > 1 ? <Curve curve={curve} dark={dark} /> : null}
      {curve.length <= 1 && charge.how === 'inferred' ? <Window charge={charge} /> : null}
      <div class="sides">
        <Card id="facts" title="What is known of it" icon="plug">
          <FactList rows={factsOf(charge, units)} />
        </Card>
        <Card id="words" title="How well it is known" icon="quality">
          <Words charge={charge} />
        </Card>
      </div>
    </>
  );
}

function titleOf(charge: Charge | null): string {
  const at = moment(charge?.from);
  return at ? `Charge of ${dayName(dayOf(at))}` : 'A charge';
}

export function ChargeDetail({ app, state, id, charge, view, dark, linkCar }: CarPageProps & { charge: number }) {
  const grows = useRef(false);
  const asOf = useAsOf(Math.floor(view.now.wall / 1000), AGAIN_MS, !grows.current || state.contact.phase === 'paused');
  const loaded = useLoad(app, `charges/${charge}?car=${id}`, readDetail, { again: asOf });
  grows.current = loaded.data?.charge.state === 'open';
  const gone = loaded.problem?.missing === true;
  return (
    <>
      <PageHead title={titleOf(loaded.data?.charge ?? null)} up={{ link: linkTo('charges', { car: linkCar }), label: 'Charges' }} />
      {loaded.data ? <Shown detail={loaded.data} units={view.units} dark={dark} /> : null}
      {gone ? <p class="loading">{`The diary holds no charge number ${charge} of this car.`}</p> : null}
      {!loaded.data && !gone ? <Waiting what="the charge" problem={loaded.problem} retry={loaded.retry} /> : null}
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}
