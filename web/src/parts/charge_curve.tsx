/* Charge and power of a watched charge from minute to minute, before the prices that it went through. */
import { useMemo, useState } from 'preact/hooks';
import { joined, percent, power } from '../amounts';
import type { CurvePoint } from '../curve';
import { curveSheet, curveSummary, pointWords } from '../curve';
import type { Charge } from '../diary';
import { dayClock } from '../format';
import { t } from '../i18n';
import type { Piece } from '../price_pieces';
import { pricePieces } from '../price_pieces';
import { pricePerKwh } from '../tariff_words';
import type { Tariffs } from '../tariffs';
import { Canvas } from './canvas';
import { Card } from './card';
import { Prices, stripesOf } from './prices';
import { Twin } from './twin';

interface CurveProps {
  charge: Charge;
  curve: readonly CurvePoint[];
  tariffs: Tariffs | null;
  dark: boolean;
}

function priceWordsAt(pieces: readonly Piece[], ms: number): string {
  const piece = pieces.find((each) => ms >= each.from.ms && ms < each.to.ms) ?? pieces[pieces.length - 1];
  return piece ? pricePerKwh(piece.price, piece.tariff.currency) : '';
}

function Legend({ curve, striped }: { curve: readonly CurvePoint[]; striped: boolean }) {
  return (
    <p class="legend">
      <span class="legend__one">{t('Charge in %, left')}</span>
      {curve.some((each) => each.kw !== null) ? <span class="legend__one legend__one--second">{t('Power in kW, right')}</span> : null}
      {striped ? <span class="legend__one legend__one--stripes">{t('Background: price of a kWh')}</span> : null}
    </p>
  );
}

function CurveTwin({ curve, pieces, first }: { curve: readonly CurvePoint[]; pieces: readonly Piece[]; first: CurvePoint }) {
  const priced = pieces.length > 1;
  const rows = () =>
    curve.map((each) => ({
      key: String(each.at.ms),
      cells: [dayClock(each.at, first.at), joined(percent(each.soc)), joined(power(each.kw)), ...(priced ? [priceWordsAt(pieces, each.at.ms)] : [])],
    }));
  return <Twin label={t('Charge and power')} head={[t('Time'), t('Charge'), t('Power'), ...(priced ? [t('Price')] : [])]} rows={rows} />;
}

export function ChargeCurve({ charge, curve, tariffs, dark }: CurveProps) {
  const [readout, setReadout] = useState('');
  const first = curve[0] as CurvePoint;
  const words = curveSummary(curve);
  const pieces = useMemo(() => (tariffs && charge.costFrom !== 'typed' ? pricePieces(charge, curve, tariffs) : []), [charge, curve, tariffs]);
  const stripes = stripesOf(pieces);
  const sheet = { ...curveSheet(curve), stripes };
  const drawn = `${curve.length} ${dark} ${stripes.map((each) => `${each.from} ${each.words}`).join()}`;
  return (
    <Card id="curve" title={t('Charge and power')} icon="history" note={readout || pointWords(curve[curve.length - 1] ?? first, first.at)} kind="chart">
      <Canvas sheet={sheet} drawn={drawn} label={t('Line chart. {words}', { words })} readout={setReadout} />
      <Legend curve={curve} striped={stripes.length > 0} />
      <p class="chart__summary">{words}</p>
      <Prices pieces={pieces} kwh={charge.wall ?? charge.charger ?? charge.battery} />
      <CurveTwin curve={curve} pieces={pieces} first={first} />
    </Card>
  );
}
