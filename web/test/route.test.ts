import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOME, linkTo, readRoute } from '../src/route';

test('an address leads to its page and back', () => {
  assert.deepEqual(readRoute('#/charges/7?car=leaf'), { page: 'charges', id: 7, query: { car: 'leaf' } });
  assert.deepEqual(readRoute('#/mileage?period=2026-11').query, { period: '2026-11' });
  for (const link of ['#/', '#/charges', '#/charges/7', '#/history?signal=soc&span=week', '#/mileage?car=leaf&period=all']) {
    const route = readRoute(link);
    assert.equal(linkTo(route.page, { ...route.query }, route.id), link);
  }
});

test('what is no page of ours is the first one', () => {
  for (const hash of ['', '#', '#/', '#main', '#code=12345678', '#/nowhere', '#/charges/x', '#/charges/7/8', '#/Charges']) {
    assert.deepEqual(readRoute(hash), HOME, hash);
  }
  assert.deepEqual(readRoute('#/charges?period=%ZZ').page, 'charges');
});

test('keys without a value are left out of a link', () => {
  assert.equal(linkTo('charges', { car: null, period: '' }, 3), '#/charges/3');
  assert.equal(linkTo('now', { car: 'van' }), '#/now?car=van');
});
