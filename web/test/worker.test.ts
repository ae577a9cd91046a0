import assert from 'node:assert/strict';
import { test } from 'node:test';
import { staleStores, storeName, treatment } from '../src/worker_rules';

const ROOT = 'https://garage.lan:8080/';

test('the worker keeps the page and its assets, nothing that is said of the house', () => {
  for (const [path, wanted] of [
    ['', 'page'], ['?x=1', 'page'], ['#/charges', 'page'], ['index.html', 'page'],
    ['assets/start.AB12.js', 'asset'], ['assets/icon.AB12.svg', 'asset'],
    ['api/v1/state', 'pass'], ['api/v1/live', 'pass'], ['metrics', 'pass'], ['sw.js', 'pass'], ['manifest.webmanifest', 'pass'],
    ['assets/', 'pass'], ['assets/../api/v1/state', 'pass'], ['assets/a%2f..%2fapi', 'pass'], ['THIRD_PARTY.txt', 'pass'],
  ] as const) {
    assert.equal(treatment('GET', ROOT + path, ROOT), wanted, path);
  }
  assert.equal(treatment('POST', ROOT, ROOT), 'pass');
  assert.equal(treatment('HEAD', ROOT, ROOT), 'pass');
  assert.equal(treatment('GET', 'https://elsewhere.example/', ROOT), 'pass');
});

test('behind a proxy the worker has a folder of its own', () => {
  const root = 'https://home.lan/garage/';
  assert.equal(treatment('GET', root, root), 'page');
  assert.equal(treatment('GET', `${root}assets/main.A.js`, root), 'asset');
  assert.equal(treatment('GET', 'https://home.lan/', root), 'pass');
});

test('what older versions kept goes, what others keep stays', () => {
  assert.deepEqual(staleStores([storeName('old'), storeName('new'), 'another-app'], 'new'), [storeName('old')]);
});
