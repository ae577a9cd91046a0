import { test } from 'node:test';
import assert from 'node:assert/strict';
import { auditWords, readAuditRow, readVerdict, verdictWords, whoWords } from '../src/audit';
import { lineTime, pickLines, readLog } from '../src/log_lines';
import { homeAssistantWords, troublesOf } from '../src/chain_words';
import type { Car, House } from '../src/model';
import { readNewToken, readSessions, readTokens, tokenProblems } from '../src/people';
import { signalRows } from '../src/signal_table';
import { percentText, readSystem, upWords } from '../src/system';

const CAR = {
  signals: {
    soc: { value: 54.1, source: '55B', quality: 'ok' },
    cell_max: { value: 3.9, source: '79B 2102', quality: 'old' },
    cabin_temp: { value: null, source: null, quality: 'ok' },
    '<b>': { value: 1, source: '55B', quality: 'disputed' },
  },
} as unknown as Car;

test('signals are found by name, source and quality', () => {
  const names = (wanted: string, sieve: 'all' | 'doubtful' | 'unknown') => signalRows(CAR, wanted, sieve).map((row) => row.name);
  assert.deepEqual(names('', 'all'), ['<b>', 'cabin_temp', 'cell_max', 'soc']);
  assert.deepEqual(names('55b', 'all'), ['<b>', 'soc']);
  assert.deepEqual(names(' CELL  2102 ', 'all'), ['cell_max']);
  assert.deepEqual(names('cell max', 'all'), ['cell_max']);
  assert.deepEqual(names('', 'doubtful'), ['<b>', 'cell_max']);
  assert.deepEqual(names('', 'unknown'), ['cabin_temp']);
  assert.deepEqual(names('nothing', 'all'), []);
});

test('lines of the log are picked by gravity and words', () => {
  const lines = readLog({ items: [{ t: null, level: 'error', text: 'A' }, { t: 'x', level: 'loud', text: 'b c' }, 7, { level: 'debug' }] }) ?? [];
  assert.deepEqual(lines.map((line) => [line.level, line.text]), [['error', 'A'], ['info', 'b c'], ['debug', '']]);
  assert.equal(pickLines(lines, 'warning', '').length, 1);
  assert.equal(pickLines(lines, 'debug', 'C b').length, 1);
  assert.equal(pickLines(lines, 'debug', '').length, 3);
  assert.equal(readLog({}), null);
});

test('a line’s time to the second, with its day when that is another', () => {
  const now = { ms: Date.parse('2026-11-23T00:10:00+01:00'), offset: 60 };
  const at = (time: string | null) => lineTime({ time, level: 'info', text: '' }, now);
  assert.equal(at('2026-11-23T00:05:07+01:00'), '00:05:07');
  assert.match(at('2026-11-22T23:59:59+01:00') ?? '', /22.*, 23:59:59$/);
  assert.deepEqual([at(null), at('soon'), lineTime({ time: '2026-11-23T00:05:07+01:00', level: 'info', text: '' }, null)], [null, null, null]);
});

test('people are read leniently, and a token is only what garaged gave', () => {
  assert.deepEqual(readSessions({ items: [{ id: 1, user: 'anna', current: 1 }, { user: 'x' }] })?.map((each) => [each.id, each.current]), [[1, false]]);
  assert.equal(readTokens([]), null);
  assert.equal(readNewToken({ token: 'garaged_x' }), 'garaged_x');
  assert.equal(readNewToken({ token: '' }), null);
});

test('why a token can’t be made', () => {
  const wish = { name: 'grafana', role: 'viewer', scope: 'read', days: 0, password: 'x' } as const;
  assert.deepEqual(tokenProblems(wish), {});
  assert.deepEqual(Object.keys(tokenProblems({ ...wish, name: 'a b', days: NaN, password: '' })), ['name', 'days', 'password']);
  assert.deepEqual(Object.keys(tokenProblems({ ...wish, name: 'x'.repeat(33), days: 3651 })), ['name', 'days']);
});

test('the audit in words; verified only by a verdict', () => {
  assert.equal(auditWords('login'), 'Login');
  assert.equal(auditWords('brand_new'), 'Brand new');
  assert.equal(whoWords(''), 'nobody who came in');
  assert.equal(whoWords('token:grafana'), 'token grafana');
  assert.equal(readAuditRow({ what: 'login' }), null);
  assert.equal(readAuditRow({ id: 3, detail: '-' })?.detail, '');
  assert.equal(readVerdict({}), null);
  assert.equal(readVerdict({ items: [], next: null }), null);
  assert.match(verdictWords({ first: 1, last: 9, hash: null, bad: null }), /^Chain verified/);
  assert.match(verdictWords({ first: 1, last: 9, hash: null, bad: 4 }), /^Row 4 /);
});

test('how long it has run, and what share', () => {
  assert.equal(upWords(59), '1 min');
  assert.equal(upWords(7800), '2 h 10 min');
  assert.equal(upWords(86400), '1 day');
  assert.equal(upWords(2 * 86400 + 3700), '2 days, 1 h');
  assert.equal(percentText(0.0044), '0.4\u202f%');
  assert.equal(percentText(0.37), '37\u202f%');
});

test('what went wrong at each link, and where Home Assistant stands', () => {
  const facts = readSystem({ cars: { leaf: { counters: { timeouts: 2, length: 1, checksum: 1 } } }, queues: { store: { waiting: 0, dropped: 5 } }, homeassistant: { discovery: true, birth: '2026-11-22T07:55:00+01:00' } });
  assert.ok(facts);
  const troubles = troublesOf(facts.cars['leaf'], facts);
  assert.deepEqual(troubles.car, ['2 questions without an answer']);
  assert.deepEqual(troubles.dongle, ['2 damaged answers']);
  assert.deepEqual(troubles.house, []);
  assert.deepEqual(troubles.diary, ['5 readings dropped']);
  assert.equal(troubles.broker, undefined);
  const house = { mqtt: { state: 'up' } } as House;
  const now = { ms: Date.parse('2026-11-22T08:00:00+01:00'), offset: 60 };
  assert.equal(homeAssistantWords(house, facts, now).state, 'Heard from');
  assert.equal(homeAssistantWords(house, facts, null).state, 'Introduced');
  assert.equal(homeAssistantWords(house, readSystem({}), now).state, 'Not known');
  assert.equal(homeAssistantWords(house, readSystem({ homeassistant: {} }), now).state, 'Not introduced');
  assert.deepEqual(['off', 'down'].map((state) => homeAssistantWords({ mqtt: { state } } as House, null, now).state), ['Not used', 'Cut off']);
});
