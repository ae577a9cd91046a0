import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, consumption, distance, energy, joined, money, moneyRange } from '../src/amounts';
import type { Charge, Listing, Sums } from '../src/diary';
import { appendPage, diaryPath, mergePages, readCharge, readListing, readOuting, readSums } from '../src/diary';
import { chargeLength, chargeWhen, flagWord, entryTime, howWord, outingEnergy, socWords, stateWord } from '../src/diary_words';

const raw = {
  id: 7, state: 'closed', how: 'watched', from: '2026-11-22T07:00:00+01:00', to: '2026-11-22T08:10:00+01:00', soc_from: 41, soc_to: 80.2, mode: 'ac2',
  battery_kwh: 9.4, charger_kwh: 10.1, wall_kwh: null, wall_from: '', cost: 2.2, cost_max: null, currency: 'EUR', flags: ['gaps', 7], extra: { later: 1 },
};
const charge = readCharge(raw) as Charge;
const KM = { distance: 'km', temperature: 'C' } as const;
const MI = { distance: 'mi', temperature: 'C' } as const;

test('a charge is read, whatever else is there', () => {
  assert.deepEqual([charge.id, charge.socTo, charge.wall, charge.wallFrom, charge.flags], [7, 80.2, null, null, ['gaps']]);
  assert.equal(readCharge({ how: 'watched' }), null, 'without its number it is none');
  const bare = readCharge({ id: 1, battery_kwh: 'much' }) as Charge;
  assert.deepEqual([bare.battery, bare.from, bare.flags], [null, null, []]);
});

test('lists: items, what comes next, what belongs to no day', () => {
  const list = readListing({ items: [raw, 3, { state: 'open' }], next: 7, unattributed: { distance_km: 12 } }, readCharge) as Listing<Charge>;
  assert.deepEqual([list.items.length, list.next, list.unattributed.distance, list.unattributed.used], [1, '7', 12, null]);
  assert.equal(readListing({ items: [], next: '2026-11-22' }, readSums)?.next, '2026-11-22');
  assert.equal(readListing({}, readSums), null);
  assert.equal(readListing(null, readSums), null);
});

test('questions to the diary', () => {
  assert.equal(diaryPath('charges', { car: 'leaf' }), 'charges?car=leaf');
  const days = { from: '2026-11-01', to: '2026-11-30' };
  assert.equal(diaryPath('outings', { car: 'leaf', days, limit: 30, before: '7', format: 'csv' }), 'outings?car=leaf&from=2026-11-01&to=2026-11-30&limit=30&before=7&format=csv');
});

const NOTHING = (readListing({ items: [] }, readSums) as Listing<Sums>).unattributed;

function listing(ids: number[], next: string | null): Listing<{ id: number }> {
  return { items: ids.map((id) => ({ id })), next, unattributed: NOTHING };
}

test('pages: older ones behind, a fresh first one before what was loaded', () => {
  const two = appendPage(listing([9, 8], '8'), listing([8, 7, 6], '6'));
  assert.deepEqual([two.items.map((each) => each.id), two.next], [[9, 8, 7, 6], '6']);
  const fresh = mergePages(listing([10, 9], '9'), two);
  assert.deepEqual([fresh.items.map((each) => each.id), fresh.next], [[10, 9, 8, 7, 6], '6']);
  assert.deepEqual(mergePages(listing([20, 19], '19'), two).items.length, 2, 'too much happened meanwhile');
  assert.deepEqual(mergePages(listing([9], null), two).next, null, 'nothing older is left');
  assert.equal(mergePages(listing([], null), null).items.length, 0);
});

test('when it was', () => {
  assert.match(chargeWhen(charge, '2026'), /^Sun 22 Nov, 07:00[^,]* to 08:10/);
  assert.match(chargeWhen({ ...charge, how: 'inferred' }), /^between Sun 22 Nov 2026, 07:00.* and 08:10/);
  assert.match(chargeWhen({ ...charge, state: 'open', to: null }, '2026'), /^since Sun 22 Nov, 07:00/);
  assert.equal(entryTime(charge.from, '2026-11-23T05:10:00+01:00', '2026').day, 'Sun 22 Nov – Mon 23 Nov');
  assert.equal(entryTime(charge.from, charge.to, '2026').day, 'Sun 22 Nov');
  assert.match(entryTime(charge.from, charge.to, '2026').times, /^07:00[^–]*–08:10/);
  assert.deepEqual(entryTime(null, null), { day: 'At an unknown time', times: '' });
  assert.equal(entryTime(null, charge.to).day, 'Sun 22 Nov 2026');
  assert.deepEqual([chargeLength(charge), chargeLength({ ...charge, how: 'inferred' }), chargeLength({ ...charge, state: 'open' })], ['1 h 10 min', 'within 1 h 10 min', null]);
});

test('words for how, state and flags; new ones are shown as they are', () => {
  assert.equal(socWords(charge), '41\u202f% → 80.2\u202f%');
  assert.equal(socWords({ socFrom: null, socTo: 80 }), '? → 80\u202f%');
  assert.match(howWord('inferred').long, /^Inferred: the car said nothing/);
  assert.equal(stateWord('closed'), null);
  assert.deepEqual([stateWord('open')?.short, stateWord('incomplete')?.short], ['in progress', 'incomplete']);
  assert.deepEqual([flagWord('charged_elsewhere').short, flagWord('brand_new').short], ['charged elsewhere', 'brand new']);
});

test('an outing’s energy is the one its consumption rests on', () => {
  const outing = readOuting({ id: 3, energy_soc_kwh: 5.2, energy_gids_kwh: 5.1, day: null });
  assert.deepEqual([outing && outingEnergy(outing), outing?.day], [5.2, null]);
  assert.equal(outingEnergy({ energySoc: null, energyGids: 5.1 } as never), 5.1);
});

test('amounts as text', () => {
  assert.deepEqual([joined(energy(9)), joined(energy(null)), joined(distance(100, MI)), joined(distance(0, KM))], ['9.0\u202fkWh', '–', '62\u202fmi', '0\u202fkm']);
  assert.deepEqual([joined(consumption(16.8, KM)), joined(consumption(16.8, MI)), joined(consumption(0, MI))], ['16.8\u202fkWh/100\u202fkm', '3.7\u202fmi/kWh', '–']);
  assert.deepEqual([money(2.2, 'EUR'), money(2.2, 'nonsense'), money(2, null), money(null, 'EUR')], ['€2.20', '2.20 nonsense', '2.00', '–']);
  assert.deepEqual([moneyRange(1, 2, 'EUR'), moneyRange(1, null, 'EUR'), moneyRange(1, 1, 'EUR')], ['€1.00 to €2.00', '€1.00', '€1.00']);
  assert.deepEqual([bytes(0), bytes(999), bytes(1834567), bytes(412e6), bytes(null)], ['0\u202fB', '999\u202fB', '1.8\u202fMB', '412\u202fMB', '–']);
});
