import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../src/api';

/** A garaged with one session at a time, as the browser's one cookie has it. */
function house(session: { user: string; csrf: string }) {
  const asked: string[] = [];
  const fetcher = (path: string, init: RequestInit): Promise<Response> => {
    const value = (init.headers as Record<string, string>)['X-CSRF-Token'] ?? '';
    asked.push(`${init.method} ${path} ${value}`.trim());
    const refused = init.method !== 'GET' && value !== session.csrf;
    return Promise.resolve(new Response(JSON.stringify(refused ? { error: { code: 'forbidden', message: 'X-CSRF-Token is missing or wrong' } } : { ...session, role: 'admin' }), { status: refused ? 403 : 200 }));
  };
  return { asked, api: new Api('', fetcher as typeof fetch) };
}

test('who logged in anew in another tab may write in this one, and nobody else in his name', async () => {
  const session = { user: 'anna', csrf: 'one' };
  const { api, asked } = house(session);
  await api.session();
  session.csrf = 'two';
  assert.equal((await api.call('tariffs', { method: 'PUT' })).ok, true);
  assert.deepEqual(asked.slice(1), ['PUT tariffs one', 'GET session', 'PUT tariffs two']);
  Object.assign(session, { user: 'bert', csrf: 'three' });
  assert.equal((await api.call('tariffs', { method: 'PUT' })).ok, false);
  assert.equal(asked.filter((each) => each.endsWith('three')).length, 0);
});
