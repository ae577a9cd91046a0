import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trendOf } from '../src/trend';

const points = (values: number[]) => values.map((mean, i) => ({ t: i * 600, offset: 0, mean, min: mean - 0.1, max: mean + 0.1 }));

test('which way a voltage goes: the last third against the first', () => {
  assert.deepEqual(trendOf(points([12.8, 12.8, 12.7, 12.6, 12.5, 12.4])), { way: 'falling', low: 12.3, high: 12.9 });
  assert.equal(trendOf(points([12.4, 12.4, 12.6, 12.7, 12.8, 12.8]))?.way, 'rising');
  assert.equal(trendOf(points([12.5, 12.6, 12.5, 12.55, 12.5, 12.6]))?.way, 'steady');
  assert.equal(trendOf(points([12.8, 11.9])), null, 'two readings are no trend');
});
