/* The prices that a charge went through, in words: the stripes behind its curve say the same. */
import { energy, joined, percent } from '../amounts';
import { dayClock } from '../format';
import { t } from '../i18n';
import type { Piece } from '../price_pieces';
import type { Stripe } from '../sheet';
import { bandWords, pricePerKwh, priceWords } from '../tariff_words';

const TONE_WORDS: Readonly<Record<Stripe['tone'], string>> = { low: t('cheapest'), mid: t('in between'), high: t('dearest') };

function toneOf(piece: Piece, pieces: readonly Piece[]): Stripe['tone'] {
  const dearest = Math.max(...pieces.map((each) => each.rank));
  return piece.rank === 0 ? 'low' : piece.rank === dearest ? 'high' : 'mid';
}

/** Nothing is to be told apart where there is one price only. */
export function stripesOf(pieces: readonly Piece[]): Stripe[] {
  return pieces.length < 2
    ? []
    : pieces.map((each) => ({ from: each.from.ms / 1000, to: each.to.ms / 1000, tone: toneOf(each, pieces), words: priceWords(each.price, each.tariff.currency) }));
}

function shareWords(piece: Piece, kwh: number | null): string | null {
  if (piece.share === null) {
    return null;
  }
  const share = joined(percent(piece.share * 100, 0));
  return kwh === null ? share : t('{share}, about {energy}', { share, energy: joined(energy(piece.share * kwh)) });
}

interface PricesProps {
  pieces: readonly Piece[];
  /** What was paid for. */
  kwh: number | null;
}

export function Prices({ pieces, kwh }: PricesProps) {
  const first = pieces[0];
  if (!first) {
    return null;
  }
  if (pieces.length === 1) {
    return (
      <p class="chart__summary" id="prices">
        {t('One price all the time: {price}.', { price: pricePerKwh(first.price, first.tariff.currency) })}
      </p>
    );
  }
  return (
    <ul class="prices" id="prices" aria-label={t('Prices of this charge')}>
      {pieces.map((each) => (
        <li class={`prices__one prices__one--${toneOf(each, pieces)}`} key={each.from.ms}>
          <span class="prices__when">{t('{begin} to {end}', { begin: dayClock(each.from, first.from), end: dayClock(each.to, first.from) })}</span>
          <span class="amount">{pricePerKwh(each.price, each.tariff.currency)}</span>
          <span class="meta">
            {[TONE_WORDS[toneOf(each, pieces)], each.band ? bandWords(each.band) : t('at other times'), shareWords(each, kwh)].filter((words) => words !== null).join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
