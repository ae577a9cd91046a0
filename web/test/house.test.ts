import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokerWords, diaryWords } from '../src/house_words';
import { Keep } from '../src/keep';
import { mergeChange, readEvent, readHouse } from '../src/merge';
import { readPreferences, wishProblems, writeWishes } from '../src/preferences';
import type { Preferences } from '../src/preferences';
import { countedOf, readSystem } from '../src/system';

const T0 = { mono: 0, wall: 0 };

test('each state of the diary has a name and says what mends it', () => {
  const state = (reason: string) => diaryWords({ state: 'failed', reason }).state;
  assert.equal(state('readings.db full: commit: disk I/O error'), 'Card full');
  assert.equal(state('diary.db read-only: begin: attempt to write a readonly database'), 'Read-only');
  assert.equal(state('diary.db locked: settings: database is locked'), 'Locked');
  assert.equal(state('diary.db newer: a newer garaged wrote it: it is only read'), 'Newer');
  assert.equal(state('diary.db made-up: this diary was lived, not made up'), 'Made up');
  assert.equal(state('readings.db foreign: it is not garaged\'s'), 'Not ours');
  assert.equal(state('readings.db damaged: it can\'t be set aside: No space left on device'), 'Damaged');
  assert.equal(state('diary.db I/O error: open: unable to open database file'), 'Card fails');
  assert.deepEqual([state('diary.db unusable: out of memory'), state('')], ['Not writable', 'Not writable']);
  assert.deepEqual([diaryWords({ state: 'opening' }).mood, diaryWords({ state: 'ok' }).state], ['wait', 'Writing']);
  assert.equal(diaryWords({ state: 'ok', reason: 'readings.db was damaged: set aside as readings.db.damaged-20261122' }).state, 'Begun anew');
  assert.match(diaryWords({ state: 'ok', reason: 'diary.db was removed or replaced while it was open: begun again' }).means, /taken away/);
  assert.equal(diaryWords({ state: 'strange' }).state, 'strange');
});

test('each state of the broker, and one nobody knows yet', () => {
  assert.deepEqual(['up', 'down', 'off', 'later'].map((state) => brokerWords({ state }).mood), ['good', 'bad', 'none', 'none']);
});

test('notices come with the state, and go when they end', () => {
  const notices = [{ kind: 'aux_low', text: '12 V battery low: 11.8 V', since: '2026-11-22T07:00:00+01:00' }, { kind: 'empty' }, 7];
  const house = readHouse({ cars: { leaf: { notices } } }, T0);
  assert.deepEqual(house?.cars['leaf']?.notices, [notices[0]]);
  const after = house && mergeChange(house, { cars: { leaf: { notices: [] } } }, T0);
  assert.deepEqual(after?.cars['leaf']?.notices, []);
  assert.deepEqual(readHouse({ cars: { leaf: {} } }, T0)?.cars['leaf']?.notices, []);
});

test('the identity is one of three words', () => {
  const identity = (raw: unknown) => readHouse({ cars: { leaf: { identity: raw } } }, T0)?.cars['leaf']?.identity;
  assert.deepEqual(['ok', 'changed', 'unknown', undefined, 7].map(identity), ['ok', 'changed', 'unknown', 'unknown', 'unknown']);
});

test('an event of a notice brings its words', () => {
  assert.equal(readEvent({ event: 'notice', car: 'leaf', data: { kind: 'aux_low', text: 'low' } })?.text, 'low');
  assert.equal(readEvent({ event: 'charge_started', data: null })?.text, null);
});

test('wishes are read with their usual values, and only what was changed is sent', () => {
  const read = readPreferences({ notices: { aux_low: false, soc_low_percent: 15, not_plugged_at: '22:00', later: 1 }, units: 'km' }) as Preferences;
  assert.deepEqual([read.wishes.on.aux_low, read.wishes.on.soc_low, read.wishes.socLow, read.wishes.auxLow, read.wishes.notPluggedAt], [false, true, 15, 12, '22:00']);
  assert.deepEqual(writeWishes(read.wishes, { ...read.wishes, socLow: 10, on: { ...read.wishes.on, aux_low: true } }), { notices: { aux_low: true, soc_low_percent: 10 } });
  assert.equal(readPreferences(7), null);
  assert.equal(readPreferences({ notices: { not_plugged: true, not_plugged_at: null } })?.wishes.on.not_plugged, false, 'without an hour there is nothing to tell');
});

test('wishes that can’t be kept are named', () => {
  const { wishes } = readPreferences({}) as Preferences;
  assert.deepEqual(wishProblems(wishes), {});
  assert.deepEqual(Object.keys(wishProblems({ ...wishes, socLow: 0, auxLow: NaN, notPluggedAt: '25:00' })), ['socLow', 'auxLow', 'notPluggedAt']);
  assert.deepEqual(Object.keys(wishProblems({ ...wishes, socLow: 20.5 })), ['socLow']);
  assert.deepEqual(Object.keys(wishProblems({ ...wishes, on: { ...wishes.on, not_plugged: true } })), ['notPluggedAt'], 'an hour is wanted');
});

test('what garaged says of itself, with and without a store', () => {
  const facts = readSystem({ version: '1', cars: { leaf: { frames_sent: 3, counters: { checksum: 1, odd: 'x' } } }, files: null, bytes_written_today: null, queues: { store: { waiting: 1, most: 9, dropped: 2 }, old: 4 } });
  assert.deepEqual([facts?.files, facts?.written, facts?.cars['leaf']?.sent, facts?.cars['leaf']?.counters], [null, null, 3, [['checksum', 1]]]);
  assert.deepEqual(facts?.queues, [{ name: 'store', waiting: 1, most: 9, dropped: 2 }, { name: 'old', waiting: 4, most: null, dropped: null }]);
  assert.equal(readSystem([]), null);
  const day = { day: '2026-11-22', frames_sent: 0, polls: 1, wakeups: 0 };
  const today = { day: '2026-11-22', sent: 0, polls: 1, wakeups: 0, bytes: null };
  const cars = readSystem({ cars: { leaf: { today: day }, van: { today: null } } })?.cars;
  assert.deepEqual([cars?.['leaf']?.today, cars?.['van']?.today], [today, null]);
  assert.deepEqual(countedOf([['frames_heard', 2], ['brand_new', 1]]), [{ name: 'Frames heard', value: 2, trouble: false }, { name: 'Brand new', value: 1, trouble: true }]);
});

test('kept answers are bounded: the one asked for longest ago goes', () => {
  const keep = new Keep();
  for (let i = 0; i < 70; i += 1) {
    keep.set(`${i}`, i);
  }
  assert.deepEqual([keep.get('0'), keep.get('69')], [undefined, 69]);
  keep.clear();
  assert.equal(keep.get('69'), undefined);
});
