import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../src/api';
import type { CsvPage } from '../src/csv';
import { readNext, siftCsv, wholeCsv } from '../src/csv';

test('pages come under one header', async () => {
  const asked: (string | null)[] = [];
  const pages: CsvPage[] = [
    { ok: true, text: 'id,note\r\n9,"a\nb"\r\n', next: '9' },
    { ok: true, text: 'id,note\r\n8,\r\n', next: null },
  ];
  const whole = await wholeCsv((before) => Promise.resolve((asked.push(before), pages[asked.length - 1]) as CsvPage));
  assert.equal(whole.ok && whole.text, 'id,note\r\n9,"a\nb"\r\n8,\r\n');
  assert.deepEqual(asked, [null, '9']);
});

test('a page that fails fails the whole: half a file is worse than none', async () => {
  const busy: Failure = { ok: false, status: 503, code: 'busy', message: '', retryAfterS: null };
  const whole = await wholeCsv((before) => Promise.resolve(before === null ? { ok: true, text: 'id\r\n1\r\n', next: '1' } : busy));
  assert.equal(whole, busy);
});

test('what comes next, as the head of a reply has it', () => {
  assert.deepEqual(['7', '"2026-11-22"', 'null', '', null].map(readNext), ['7', '2026-11-22', null, null, null]);
});

test('a sifted table is its header and the rows that pass, as they came', () => {
  const text = 'id,tags,note\r\n1,work,"a, ""b"""\r\n2,,x\r\n3,home work,\r\n';
  assert.equal(siftCsv(text, 'tags', (cell) => cell.split(' ').includes('work')), 'id,tags,note\r\n1,work,"a, ""b"""\r\n3,home work,\r\n');
  assert.equal(siftCsv(text, 'note', (cell) => cell === 'a, "b"'), 'id,tags,note\r\n1,work,"a, ""b"""\r\n');
  assert.equal(siftCsv(text, 'tags', (cell) => cell === ''), 'id,tags,note\r\n2,,x\r\n');
  assert.equal(siftCsv('', 'tags', () => true), '');
});
