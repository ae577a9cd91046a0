// What a charge lost, what waits for the owner's word, and what a person types.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toConfirm } from '../src/charge_filter';
import type { Charge } from '../src/diary';
import { readCharge } from '../src/diary';
import { lossesOf, stagesOf, wholeLoss } from '../src/losses';
import { problemAt, readAmount, typedChanges, typedOf, typedProblems } from '../src/typed_charge';

const charge = (raw: Record<string, unknown>) => readCharge({ id: 1, ...raw }) as Charge;

test('losses are between what is known, and a negative one is kept as it is', () => {
  const stages = stagesOf({ wall: 11, charger: 10, battery: 9 });
  assert.deepEqual(lossesOf(stages).map((each) => [each.from, each.kwh]), [['wall', 1], ['charger', 1]]);
  assert.equal(wholeLoss(stages)?.share, 2 / 11);
  assert.equal(lossesOf(stagesOf({ wall: 11, charger: null, battery: 9 }))[0]?.kwh, 2);
  assert.equal(lossesOf(stagesOf({ wall: 8, charger: null, battery: 9 }))[0]?.kwh, -1);
  assert.equal(wholeLoss(stagesOf({ wall: null, charger: null, battery: 9 })), null);
  assert.deepEqual(lossesOf(stagesOf({ wall: 0, charger: 0, battery: 0 })), []);
});

test('what nobody watched or can’t be waits, until the owner says what it took or cost', () => {
  assert.ok(toConfirm(charge({ how: 'inferred' })));
  assert.ok(toConfirm(charge({ how: 'watched', flags: ['implausible'] })));
  assert.ok(!toConfirm(charge({ how: 'watched' })));
  assert.ok(!toConfirm(charge({ how: 'inferred', state: 'open' })));
  assert.ok(!toConfirm(charge({ how: 'inferred', wall_kwh: 5 })));
  assert.ok(!toConfirm(charge({ how: 'inferred', cost: 0, cost_from: 'typed' })));
});

test('numbers are typed with a comma or a point', () => {
  assert.equal(readAmount(' 12,5 '), 12.5);
  assert.equal(readAmount('.5'), 0.5);
  assert.equal(readAmount(''), null);
  for (const each of ['-1', '1e3', '12 kWh', '1,000.5', 'x']) {
    assert.ok(Number.isNaN(readAmount(each)), each);
  }
});

test('only what was typed stands in the fields, and only what is another is sent', () => {
  const before = typedOf(charge({ place: 'home', wall_kwh: 11, wall_from: 'meter', cost: 2, cost_from: 'typed' }));
  assert.deepEqual(before, { place: 'home', note: '', wall_kwh: '', cost: '2' });
  assert.deepEqual(typedChanges(before, before), {});
  assert.deepEqual(typedChanges(before, { ...before, place: ' ', cost: '', wall_kwh: '12,5' }), { place: null, wall_kwh: 12.5, cost: null });
});

test('what can’t be kept is said at its field', () => {
  const typed = { place: 'ø'.repeat(16), note: '', wall_kwh: '201', cost: 'free' };
  assert.deepEqual(Object.keys(typedProblems(typed)).sort(), ['cost', 'place', 'wall_kwh']);
  assert.deepEqual(problemAt('wall_kwh: neither null nor a number from 0 to 200'), { wall_kwh: 'neither null nor a number from 0 to 200' });
  assert.deepEqual(problemAt('busy'), {});
});
