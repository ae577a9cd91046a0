// Which price holds when, as garaged's plan/tariff has it, and how much of a charge fell into each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCurve } from '../src/curve';
import { readCharge } from '../src/diary';
import { pricePieces } from '../src/price_pieces';
import { priceAt, readTariffs, writeTariffs } from '../src/tariffs';
import { bandWords } from '../src/tariff_words';

const RAW = {
  tariffs: [
    { valid_from: '2026-01-01', currency: 'EUR', price: 0.3, session_fee: 0.5, bands: [{ days: ['fri'], from: '22:00', to: '06:00', price: 0.2 }, { days: ['holiday'], price: 0.1 }] },
    { valid_from: '2025-01-01', currency: 'EUR', price: 0.25, session_fee: 0, bands: [] },
  ],
  holidays: ['2026-12-25'],
};
const tariffs = readTariffs(RAW) as NonNullable<ReturnType<typeof readTariffs>>;
const price = (day: string, minute: number) => priceAt(tariffs, day, minute)?.price;

test('the newest tariff that has begun holds; before the first there is none', () => {
  assert.equal(price('2024-12-31', 0), undefined);
  assert.equal(price('2025-12-31', 0), 0.25);
  assert.equal(price('2026-01-01', 0), 0.3);
});

test('a band over midnight is of the day on which it begins, and none but its own holds on a holiday', () => {
  assert.equal(price('2026-11-20', 22 * 60), 0.2); // a Friday
  assert.equal(price('2026-11-21', 5 * 60 + 59), 0.2);
  assert.equal(price('2026-11-21', 6 * 60), 0.3);
  assert.equal(price('2026-11-21', 22 * 60), 0.3);
  assert.equal(price('2026-12-25', 23 * 60), 0.1); // a Friday, too
});

test('what is read is written as it was', () => {
  assert.deepEqual(readTariffs(writeTariffs(tariffs)), tariffs);
  assert.equal(readTariffs({}), null);
});

test('bands in words', () => {
  assert.equal(bandWords({ days: null, from: '22:00', to: '06:00', price: 1 }, 'en-GB'), '22:00 to 06:00');
  assert.match(bandWords({ days: null, from: '22:00', to: '06:00', price: 1 }, 'en-US'), /^10:00.PM to 06:00.AM$/);
  assert.equal(bandWords({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: null, to: null, price: 1 }), 'Mon to Fri');
  assert.equal(bandWords({ days: ['sat', 'holiday'], from: '08:00', to: '20:00', price: 1 }, 'en-GB'), 'Sat, Holidays: 08:00 to 20:00');
});

const charge = (place: string | null) => readCharge({ id: 1, place }) as NonNullable<ReturnType<typeof readCharge>>;
const at = (time: string, kw: number | null, soc = 50) => [`2026-11-20T${time}:00+01:00`, soc, kw];
const curve = (...points: unknown[]) => readCurve({ curve: points });

test('a charge is cut where its price changes, and shared out by its power', () => {
  const pieces = pricePieces(charge(null), curve(at('21:00', 3), at('22:00', 6), at('23:00', 0)), tariffs);
  assert.deepEqual(pieces.map((each) => [each.price, each.rank]), [[0.3, 1], [0.2, 0]]);
  assert.equal(pieces[0]?.to.ms, Date.parse('2026-11-20T22:00:00+01:00'));
  assert.deepEqual(pieces.map((each) => Number(each.share?.toFixed(3))), [0.333, 0.667]);
});

test('without power the rise of its charge says how it is shared out', () => {
  const pieces = pricePieces(charge('Home'), curve(at('21:30', null, 40), at('22:30', null, 60)), tariffs);
  assert.deepEqual(pieces.map((each) => each.share), [0.5, 0.5]);
});

test('elsewhere the owner’s prices don’t hold, nor before there are any', () => {
  assert.deepEqual(pricePieces(charge('work'), curve(at('21:00', 3), at('23:00', 3)), tariffs), []);
  assert.deepEqual(pricePieces(charge(null), curve(['2024-11-20T21:00:00+01:00', 1, 3], ['2024-11-20T22:00:00+01:00', 1, 3]), tariffs), []);
});
