// A stand-in for garaged, for the tests of the page: serves build/web and the API of CONTRACT 4 to 8 out of a
// state that the test holds in its hand. It is no model of the daemon: it does what the test says, also what is wrong.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { extname, join, normalize } from 'node:path';
import { answerDiary, emptyDiary, typeCharge, usualPreferences, usualSystem } from './fake_diary.mjs';
import { answerSystem, usualAudit, usualLog, usualPeople } from './fake_system.mjs';

export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CSRF = 'csrf-of-the-fake';

/** One unmasked text frame. */
function textFrame(text) {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  if (body.length < 65536) {
    return Buffer.concat([head, body]);
  }
  const long = Buffer.alloc(10);
  long[0] = 0x81;
  long[1] = 127;
  long.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([long, body]);
}

function closeFrame(code) {
  return Buffer.from([0x88, 2, code >> 8, code & 255]);
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function overlay(base, change) {
  for (const [key, value] of Object.entries(change)) {
    if (isPlain(value) && isPlain(base[key])) {
      overlay(base[key], value);
    } else {
      base[key] = value;
    }
  }
}

export class Fake {
  constructor(folder, state) {
    this.folder = folder;
    this.state = state;
    this.code = '12345678';
    this.users = { anna: 'a long password' };
    this.loggedIn = false;
    this.websocket = true;
    this.silent = null; // API paths that get no answer
    this.refuse = null; // { status, code } for every API request
    this.history = [];
    this.historyRefusal = null;
    this.diary = emptyDiary();
    this.diaryRefusal = null; // { status, code, headers } for the routes of the diary
    this.preferences = usualPreferences();
    this.preferencesRefusal = null;
    this.tariffs = { tariffs: [], holidays: [] };
    this.tariffsRefusal = null;
    this.written = []; // bodies of PATCH charges/N and outings/N
    this.system = usualSystem();
    this.recordings = { items: [], last: { leaf: null }, limits: { files: 20 } };
    this.order = () => ({ status: 404, body: {} }); // what becomes of POST pause and record
    this.people = usualPeople();
    this.audit = usualAudit();
    this.log = usualLog();
    this.diagnostics = {};
    this.verdict = { first: 1, last: 70, hash: 'ab'.repeat(32), bad: null };
    this.backup = () => ({ status: 200, body: { name: 'diary-2026-11-22.db', bytes: 2123456 } });
    this.role = 'admin';
    this.plain = false;
    this.hidden = null; // files that aren't there
    this.requests = [];
    this.sockets = new Set();
    this.connections = new Set();
    this.waiting = new Set();
    this.protocols = [];
  }

  /** `secure`: { key, cert } of a page over HTTPS. */
  async start(port = 0, secure = null) {
    const serve = (request, response) => void this.serve(request, response);
    this.server = secure ? createSecureServer(secure, serve) : createServer(serve);
    this.server.on('upgrade', (request, socket) => this.upgrade(request, socket));
    this.server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.on('close', () => this.connections.delete(socket));
      socket.on('error', () => {});
    });
    await new Promise((done) => this.server.listen(port, '127.0.0.1', done));
    this.port = this.server.address().port;
    this.url = `${secure ? 'https' : 'http'}://127.0.0.1:${this.port}/`;
  }

  /** As if the process died. */
  async stop() {
    for (const socket of this.connections) {
      socket.destroy();
    }
    await new Promise((done) => this.server.close(done));
  }

  send(response, status, body, headers = {}) {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Security-Policy': CSP, 'Cache-Control': 'no-store', ...headers });
    response.end(body === null ? '' : JSON.stringify(body));
  }

  refuseWith(response, status, code, message = code, headers = {}) {
    this.send(response, status, { error: { code, message } }, headers);
  }

  async serve(request, response) {
    const url = new URL(request.url, this.url);
    this.requests.push({ method: request.method, path: url.pathname + url.search });
    if (url.pathname.startsWith('/api/v1/')) {
      await this.api(request, response, url);
      return;
    }
    await this.file(request, response, url.pathname === '/' ? '/index.html' : url.pathname);
  }

  async file(request, response, path) {
    const name = join(this.folder, normalize(path));
    const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (this.hidden?.test(path)) {
      this.refuseWith(response, 404, 'not_found');
      return;
    }
    try {
      const body = await readFile(packed ? `${name}.gz` : name);
      const headers = { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP };
      headers['Cache-Control'] = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      if (packed) {
        headers['Content-Encoding'] = 'gzip';
      }
      response.writeHead(200, headers);
      response.end(body);
    } catch {
      this.refuseWith(response, 404, 'not_found');
    }
  }

  async api(request, response, url) {
    const path = url.pathname.slice('/api/v1/'.length);
    const body = request.method !== 'GET' && request.method !== 'DELETE' ? await readBody(request) : null;
    if (this.silent?.test(path)) {
      return;
    }
    if (this.refuse) {
      this.refuseWith(response, this.refuse.status, this.refuse.code, this.refuse.code, this.refuse.headers);
    } else if (path === 'login' || path === 'pair') {
      this.enter(response, path, body ?? {});
    } else if (!this.loggedIn) {
      this.refuseWith(response, 401, 'unauthorized');
    } else {
      this.inside(request, response, path, url.searchParams, body);
    }
  }

  inside(request, response, path, query, body) {
    if (path === 'session') {
      this.send(response, 200, { user: 'anna', role: this.role, csrf: CSRF, plain: this.plain });
    } else if (request.method === 'PATCH') {
      this.answerTyped(request, response, path, body);
    } else if (path === 'preferences') {
      this.answerPreferences(request, response, body);
    } else if (path === 'tariffs') {
      this.answerTariffs(request, response, body);
    } else if (path === 'system') {
      this.send(response, 200, this.system);
    } else if (path === 'recordings') {
      this.send(response, 200, this.recordings);
    } else if ((path === 'pause' || path === 'record') && request.headers['x-csrf-token'] === CSRF) {
      const answer = this.order(path, body);
      this.send(response, answer.status, answer.body);
    } else if (path === 'state') {
      this.sendState(response, query);
    } else if (path === 'history') {
      this.sendHistory(response, query);
    } else if (path === 'logout' && request.headers['x-csrf-token'] === CSRF) {
      this.loggedIn = false;
      this.send(response, 200, {}, { 'Set-Cookie': 'garaged=; Max-Age=0; Path=/' });
    } else {
      const said = request.method === 'GET' || request.headers['x-csrf-token'] === CSRF ? answerSystem(this, request.method, path, query, body) : null;
      if (said) {
        this.send(response, said.status, said.body);
      } else {
        this.answerRest(response, path, query);
      }
    }
  }

  /** The diary, and what isn't there. */
  answerRest(response, path, query) {
    const answer = answerDiary(this.diary, path, query, this.preferences.co2_g_per_kwh ?? null);
    if (path === 'logout') {
      this.refuseWith(response, 403, 'forbidden');
    } else if (!answer) {
      this.refuseWith(response, 404, 'not_found');
    } else if (this.diaryRefusal) {
      this.refuseWith(response, this.diaryRefusal.status, this.diaryRefusal.code, this.diaryRefusal.code, this.diaryRefusal.headers);
    } else if (query.get('format') === 'csv') {
      response.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Security-Policy': CSP, 'X-Next': JSON.stringify(answer.next) });
      response.end(this.csvOf(answer.items));
    } else {
      this.send(response, 200, answer);
    }
  }

  /** Tags stand in it where somebody gave any. */
  csvOf(items) {
    const tagged = this.diary.outings.some((each) => each.tags.length > 0);
    const line = (each) => (tagged ? `${each.id},${(each.tags ?? []).join(' ')}` : String(each.id));
    return `${tagged ? 'id,tags' : 'id'}\r\n${items.map((each) => `${line(each)}\r\n`).join('')}`;
  }

  /** What a person types about a charge, kept as garaged keeps it. */
  answerTyped(request, response, path, body) {
    const charge = this.diary.charges.find((each) => path === `charges/${each.id}`);
    if (this.role === 'viewer' || request.headers['x-csrf-token'] !== CSRF) {
      this.refuseWith(response, 403, 'forbidden');
      return;
    }
    this.written.push(body);
    const outing = this.diary.outings.find((each) => path === `outings/${each.id}`);
    if (outing) {
      this.send(response, 200, Object.assign(outing, { tags: body.tags }));
      return;
    }
    const mistake = typeCharge(charge, body);
    if (mistake) {
      this.refuseWith(response, 400, 'bad_request', mistake);
    } else {
      this.send(response, 200, { ...charge, curve: this.diary.curves(charge) });
    }
  }

  answerPreferences(request, response, body) {
    const writes = request.method === 'PUT';
    if (writes && this.preferencesRefusal) {
      this.refuseWith(response, this.preferencesRefusal.status, this.preferencesRefusal.code);
      return;
    }
    if (writes && (this.role === 'viewer' || request.headers['x-csrf-token'] !== CSRF)) {
      this.refuseWith(response, 403, 'forbidden');
      return;
    }
    const notices = { ...this.preferences.notices, ...body?.notices };
    this.preferences = writes ? { ...this.preferences, ...body, notices } : this.preferences;
    this.send(response, 200, this.preferences);
  }

  answerTariffs(request, response, body) {
    const writes = request.method === 'PUT';
    if (writes && (this.role === 'viewer' || request.headers['x-csrf-token'] !== CSRF)) {
      this.refuseWith(response, 403, 'forbidden');
      return;
    }
    if (writes && this.tariffsRefusal) {
      this.refuseWith(response, 400, 'bad_request', this.tariffsRefusal);
      return;
    }
    this.tariffs = writes ? body : this.tariffs;
    this.send(response, 200, this.tariffs);
  }

  enter(response, path, body) {
    const known = path === 'login' ? this.users[body.user] === body.password && body.user !== undefined : body.code === this.code;
    if (!known) {
      this.refuseWith(response, 401, 'unauthorized', path === 'login' ? 'name or password is wrong' : 'the code is wrong or used up');
      return;
    }
    this.loggedIn = true;
    const cookie = 'garaged=x; HttpOnly; SameSite=Strict; Path=/';
    this.send(response, path === 'login' ? 200 : 201, { user: body.user ?? 'demo', role: this.role, csrf: CSRF }, { 'Set-Cookie': cookie });
  }

  sendState(response, query) {
    const wait = Number(query.get('wait') ?? 0);
    if (!wait || Number(query.get('after')) !== this.state.seq) {
      this.send(response, 200, this.state);
      return;
    }
    const answer = () => {
      clearTimeout(timer);
      this.waiting.delete(answer);
      this.send(response, 200, this.state);
    };
    const timer = setTimeout(answer, wait * 1000);
    this.waiting.add(answer);
    response.on('close', () => {
      clearTimeout(timer);
      this.waiting.delete(answer);
    });
  }

  sendHistory(response, query) {
    if (this.historyRefusal) {
      this.refuseWith(response, this.historyRefusal.status, this.historyRefusal.code);
      return;
    }
    const signal = query.get('signal');
    this.send(response, 200, { car: query.get('car'), signal, unit: '%', from: query.get('from'), to: query.get('to'), step_s: 180, points: this.history });
  }

  upgrade(request, socket) {
    this.requests.push({ method: 'UPGRADE', path: request.url });
    if (!this.websocket || !this.loggedIn || this.refuse) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');
    const protocol = request.headers['sec-websocket-protocol'];
    this.protocols.push(protocol);
    const line = protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : '';
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${line}Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
    this.sockets.add(socket);
    socket.on('data', (bytes) => {
      if ((bytes[0] & 15) === 8) {
        socket.end(closeFrame(1000));
      }
    });
    socket.on('close', () => this.sockets.delete(socket));
    socket.write(textFrame(JSON.stringify({ type: 'state', ...this.state })));
  }

  broadcast(message) {
    for (const socket of this.sockets) {
      socket.write(textFrame(typeof message === 'string' ? message : JSON.stringify(message)));
    }
  }

  /** Lays `change` over the state and says so to everybody. */
  change(change) {
    this.state.seq += 1;
    overlay(this.state, structuredClone(change));
    this.broadcast({ type: 'change', seq: this.state.seq, time: this.state.time, ...change });
    for (const answer of [...this.waiting]) {
      answer();
    }
  }

  event(car, event, data = {}) {
    this.broadcast({ type: 'event', time: this.state.time, car, event, data });
  }

  closeSockets(code = 1001) {
    for (const socket of this.sockets) {
      socket.end(closeFrame(code));
    }
  }

  count(pattern) {
    return this.requests.filter((each) => pattern.test(`${each.method} ${each.path}`)).length;
  }
}

async function readBody(request) {
  let text = '';
  for await (const part of request) {
    text += part;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
