import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeChange, newerHouse, overlay, readEvent, readHouse } from '../src/merge';
import type { House } from '../src/model';

const T0 = { mono: 1000, wall: 5_000_000 };
const T1 = { mono: 4000, wall: 5_003_000 };

function whole(): Record<string, unknown> {
  return {
    type: 'state',
    seq: 10,
    time: '2026-11-22T07:55:01+01:00',
    clock: 'ok',
    demo: false,
    cars: {
      leaf: {
        name: 'Leaf',
        generation: 'AZE0',
        state: 'charging',
        garage: true,
        link: { state: 'up', reason: null, since: '2026-11-22T06:00:10+01:00' },
        signals: {
          soc: { value: 54.1, unit: '%', at: '2026-11-22T07:54:58+01:00', age_s: 3, source: '55B', quality: 'ok' },
          range: { value: 118, unit: 'km', at: null, age_s: 30, source: '5B3', quality: 'ok' },
        },
        charge: { id: 7, soc_from: 41 },
      },
    },
    mqtt: { state: 'off' },
    diary: { state: 'ok' },
  };
}

function house(): House {
  const read = readHouse(whole(), T0);
  assert.ok(read);
  return read;
}

test('a whole state is read with its place in time', () => {
  const read = house();
  assert.equal(read.seq, 10);
  assert.equal(read.cars['leaf']?.signals['soc']?.value, 54.1);
  assert.deepEqual(read.cars['leaf']?.signals['soc']?.stamp, T0);
  assert.equal(read.cars['leaf']?.signals['tyre_fl'], undefined, 'absent stays absent');
});

test('what is no state is refused', () => {
  for (const bad of [null, 7, 'x', [], {}, { cars: [] }, { cars: null }]) {
    assert.equal(readHouse(bad, T0), null);
  }
});

test('a state with holes is read with what is known', () => {
  const read = readHouse({ cars: { leaf: { signals: { soc: {} }, state: 'flying', garage: 'x', link: 7 } } }, T0);
  const car = read?.cars['leaf'];
  assert.equal(car?.state, 'unknown');
  assert.equal(car?.garage, null);
  assert.equal(car?.link.state, 'starting');
  assert.equal(car?.signals['soc']?.value, null);
  assert.equal(read?.diary.state, 'unknown');
});

test('a change replaces only what it names', () => {
  const before = house();
  const change = { type: 'change', seq: 12, time: '2026-11-22T07:55:04+01:00', cars: { leaf: { signals: { soc: { value: 54.3, age_s: 0 } } } } };
  const after = mergeChange(before, change, T1);
  const leaf = after.cars['leaf'];
  assert.equal(after.seq, 12);
  assert.equal(leaf?.signals['soc']?.value, 54.3);
  assert.equal(leaf?.signals['soc']?.unit, '%');
  assert.deepEqual(leaf?.signals['soc']?.stamp, T1);
  assert.equal(leaf?.signals['range']?.value, 118);
  assert.deepEqual(leaf?.signals['range']?.stamp, T0, 'the others keep the moment they were received');
  assert.equal(leaf?.charge?.soc_from, 41);
  assert.equal(before.cars['leaf']?.signals['soc']?.value, 54.1, 'what went in stays as it was');
});

test('a change to null makes a value unknown, and ends a charge', () => {
  const change = { seq: 13, cars: { leaf: { charge: null, garage: null, signals: { soc: { value: null, age_s: null } } } } };
  const leaf = mergeChange(house(), change, T1).cars['leaf'];
  assert.equal(leaf?.charge, null);
  assert.equal(leaf?.garage, null);
  assert.equal(leaf?.signals['soc']?.value, null);
});

test('a link that goes down keeps what was read', () => {
  const link = { state: 'down', reason: 'no answer', since: '2026-11-22T08:00:00+01:00', paused_until: null, recording_until: null };
  const leaf = mergeChange(house(), { seq: 14, cars: { leaf: { link } } }, T1).cars['leaf'];
  assert.deepEqual(leaf?.link, link);
  assert.equal(leaf?.signals['soc']?.value, 54.1);
});

test('a dispute ends with its other values', () => {
  const dispute = { quality: 'disputed', others: [{ value: 29.9, source: '79B 2101' }] };
  const disputed = mergeChange(house(), { seq: 15, cars: { leaf: { signals: { soc: dispute } } } }, T1);
  assert.equal(disputed.cars['leaf']?.signals['soc']?.others?.length, 1);
  const settled = mergeChange(disputed, { seq: 16, cars: { leaf: { signals: { soc: { quality: 'ok' } } } } }, T1);
  assert.equal(settled.cars['leaf']?.signals['soc']?.others, undefined);
});

test('a change that is garbage changes nothing', () => {
  const before = house();
  assert.equal(mergeChange(before, 'x', T1), before);
  assert.equal(mergeChange(before, { cars: 5 }, T1), before);
  const odd = mergeChange(before, { seq: 17, cars: { leaf: { signals: { soc: 5 } } } }, T1);
  assert.equal(odd.cars['leaf']?.signals['range']?.value, 118);
});

test('a new signal and a new car appear', () => {
  const change = { seq: 18, cars: { leaf: { signals: { soh: { value: 85, age_s: 1 } } }, van: { name: 'Van', state: 'away', signals: {} } } };
  const after = mergeChange(house(), change, T1);
  assert.equal(after.cars['leaf']?.signals['soh']?.value, 85);
  assert.equal(after.cars['van']?.state, 'away');
});

test('the time of the server is as old as the message that said it', () => {
  const silent = mergeChange(house(), { seq: 19, cars: {} }, T1);
  assert.deepEqual(silent.stamp, T0);
  const spoken = mergeChange(house(), { seq: 19, time: '2026-11-22T07:55:04+01:00', cars: {} }, T1);
  assert.deepEqual(spoken.stamp, T1);
});

test('keys that would reach a prototype are left out', () => {
  const change = JSON.parse('{"cars":{"__proto__":{"polluted":1},"leaf":{"signals":{"__proto__":{"value":1}}}}}') as unknown;
  const after = mergeChange(house(), change, T1);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  assert.equal(Object.keys(after.cars).join(), 'leaf');
  assert.deepEqual(overlay({ a: 1 }, { a: { b: 2 } }), { a: { b: 2 } });
});

test('a snapshot that was overtaken is dropped', () => {
  const now = house();
  assert.equal(newerHouse(now, { ...now, seq: 9 }), now);
  assert.equal(newerHouse(now, { ...now, seq: 10, demo: true }).demo, true);
  assert.equal(newerHouse(null, now), now);
});

test('an event needs a name', () => {
  assert.deepEqual(readEvent({ event: 'charge_started', car: 'leaf' }), { event: 'charge_started', car: 'leaf', time: null, text: null });
  assert.equal(readEvent({ car: 'leaf' }), null);
});
