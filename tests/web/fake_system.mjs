// What the stand-in says of people, the audit and the log. The test holds it in `fake.people`, `fake.audit`, `fake.log`.
import { stamp } from './states.mjs';

const ago = (minutes) => stamp(Date.now() - minutes * 60000);

export function usualPeople() {
  return {
    users: [
      { name: 'anna', role: 'admin', sessions: 2 },
      { name: 'vera', role: 'viewer', sessions: 0 },
    ],
    sessions: [
      { id: 4, user: 'anna', role: 'admin', from: '192.168.0.20', opened: ago(3000), seen: ago(0), current: true },
      { id: 7, user: 'anna', role: 'admin', from: '192.168.0.31', opened: ago(9000), seen: ago(40), current: false },
    ],
    tokens: [{ id: 3, name: 'prometheus', role: 'viewer', scope: 'metrics', made: ago(90000), ends: null, used: ago(2), used_from: '192.168.0.5' }],
  };
}

/** Newest first, 70 of them: a login now and then, orders, and one that failed. */
export function usualAudit() {
  const kinds = [
    { what: 'login', who: 'anna', from: '192.168.0.20', detail: '', ok: true },
    { what: 'pause', who: 'vera', from: '192.168.0.31', detail: 'POST /api/v1/pause: 200', ok: true },
    { what: 'login', who: '', from: '192.168.0.66', detail: 'anna', ok: false },
    { what: 'token_add', who: 'root', from: 'control socket', detail: 'prometheus', ok: true },
  ];
  return Array.from({ length: 70 }, (_, i) => ({ id: 70 - i, time: ago(i * 40), clock: i === 69 ? 'unset' : 'ok', ...kinds[i % kinds.length] }));
}

export function usualLog() {
  return {
    items: [
      { t: ago(0), level: 'warning', text: 'mqtt: not connected: no route to the broker' },
      { t: ago(3), level: 'info', text: 'car: leaf: ELM327 v1.5, generation AZE0' },
      { t: null, level: 'notice', text: 'home: the clock is not set: readings wait for it' },
    ],
  };
}

function rows(fake, query) {
  const before = Number(query.get('before') ?? Infinity);
  const orders = (each) => each.what === 'pause' || each.what === 'record';
  const may = (each) => (query.has('orders') ? orders(each) : fake.role === 'admin' || each.who === 'anna' || orders(each));
  const limit = Number(query.get('limit') ?? 10);
  const items = fake.audit.filter((each) => may(each) && each.id < before).slice(0, limit);
  return { items, next: items.length === limit ? items.at(-1).id : null };
}

const FOR_ADMINS = /^(users|tokens|log|backup|diagnostics)/;
const LISTS = /^(users|sessions|tokens)$/;
const ONE = /^(sessions|tokens)\/(\d+)$/;

function remove(fake, [, list, id]) {
  const before = fake.people[list].length;
  fake.people[list] = fake.people[list].filter((each) => each.id !== Number(id));
  return fake.people[list].length < before ? { status: 200, body: {} } : refusal(404, 'not_found', 'there is no such thing');
}

function refusal(status, code, message) {
  return { status, body: { error: { code, message } } };
}

function makeToken(fake, body) {
  if (body.password !== fake.users.anna) {
    return refusal(403, 'forbidden', 'the password is wrong');
  }
  fake.people.tokens.push({ id: 9, name: body.name, role: body.role, scope: body.scope, made: ago(0), ends: null, used: null, used_from: '' });
  return { status: 201, body: { token: `garaged_${'a1B2'.repeat(10)}xyz` } };
}

/** The answer to a path of these; null where it isn't one. */
export function answerSystem(fake, method, path, query, body) {
  if (FOR_ADMINS.test(path) && fake.role !== 'admin') {
    return refusal(403, 'forbidden', 'your role may not');
  }
  const one = ONE.exec(path);
  if (method === 'DELETE') {
    return one ? remove(fake, one) : null;
  }
  if (method === 'POST') {
    return path === 'tokens' ? makeToken(fake, body) : path === 'backup' ? fake.backup() : null;
  }
  if (path === 'audit') {
    return { status: 200, body: query.has('verify') ? fake.verdict : rows(fake, query) };
  }
  if (path === 'diagnostics') {
    return { status: 200, body: fake.diagnostics };
  }
  if (path === 'log') {
    return { status: 200, body: fake.log };
  }
  return LISTS.test(path) ? { status: 200, body: { items: fake.people[path] } } : null;
}
