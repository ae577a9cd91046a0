import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../src/api';
import { FIRST_MESSAGE_MS, Live, POLL_PAUSE_MS, RESYNC_MS, SOCKET_AGAIN_MS } from '../src/live';
import type { Socket } from '../src/live';

const STATE = JSON.stringify({ type: 'state', seq: 5, cars: {} });
const GONE: Answer = { ok: false, status: 0, code: 'unreachable', message: '', retryAfterS: null };
const OK: Answer = { ok: true, data: { seq: 6, cars: {} } };

function refused(status: number, code: string): Answer {
  return { ok: false, status, code, message: '', retryAfterS: null };
}

/** A world in which time stands still until told otherwise. */
class World {
  sockets: (Socket & { open: boolean })[] = [];
  log: string[] = [];
  asked: (number | null)[] = [];
  answers: Answer[] = [];
  held: ((answer: Answer) => void)[] = [];
  hold = false;
  private timers: { at: number; run: () => void }[] = [];
  private now = 0;
  live = new Live({
    openSocket: () => {
      const socket = { onmessage: null, onclose: null, open: true, close: () => (socket.open = false) } as Socket & { open: boolean };
      this.sockets.push(socket);
      return socket;
    },
    fetchState: (after) => {
      this.asked.push(after);
      if (this.hold) {
        return new Promise((answer) => this.held.push(answer));
      }
      return Promise.resolve(this.answers.shift() ?? OK);
    },
    sequence: () => 5,
    setTimer: (run, ms) => {
      const timer = { at: this.now + ms, run };
      this.timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => {
      this.timers = this.timers.filter((each) => each !== timer);
    },
    random: () => 0.5,
    onState: () => this.log.push('state'),
    onSnapshot: () => this.log.push('snapshot'),
    onChange: () => this.log.push('change'),
    onEvent: () => this.log.push('event'),
    onPhase: (phase, problem) => this.log.push(problem ? `${phase}: ${problem}` : phase),
    onUnauthorized: () => this.log.push('unauthorized'),
  });

  get socket(): Socket & { open: boolean } {
    return this.sockets[this.sockets.length - 1] as Socket & { open: boolean };
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 20; i += 1) {
      await Promise.resolve();
    }
  }

  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const due = this.timers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      this.now = due.at;
      this.timers = this.timers.filter((each) => each !== due);
      due.run();
      await this.settle();
    }
    this.now = end;
    await this.settle();
  }

  async fail(): Promise<void> {
    this.socket.onclose?.({ code: 1006 });
    await this.settle();
  }

  speak(message: string): void {
    this.socket.onmessage?.({ data: message });
  }

  take(): string[] {
    return this.log.splice(0);
  }
}

async function started(): Promise<World> {
  const world = new World();
  world.live.start();
  world.speak(STATE);
  await world.settle();
  world.take();
  return world;
}

test('live: state first, then changes and events', () => {
  const world = new World();
  world.live.start();
  world.speak('{"type":"change"}');
  world.speak(STATE);
  world.speak('{"type":"change"}');
  world.speak('{"type":"event"}');
  world.speak('{"type":"later"}');
  world.speak('no json');
  assert.deepEqual(world.take(), ['connecting', 'live', 'state', 'change', 'event']);
});

test('live: two failures of the socket, then the long poll carries on', async () => {
  const world = new World();
  world.live.start();
  await world.fail();
  assert.deepEqual(world.take(), ['connecting', 'state'], 'one failure: figures by HTTP, and another try');
  await world.pass(600);
  assert.equal(world.sockets.length, 2);
  world.hold = false;
  await world.fail();
  assert.deepEqual(world.take(), ['state', 'polling']);
  world.hold = true;
  await world.pass(POLL_PAUSE_MS);
  assert.equal(world.asked[world.asked.length - 1], 5, 'waits after the sequence it has');
  world.held.shift()?.(OK);
  await world.settle();
  assert.deepEqual(world.take(), ['polling', 'state']);
});

test('live: the socket is tried again while polling, and ends it', async () => {
  const world = new World();
  world.live.start();
  await world.fail();
  await world.pass(600);
  await world.fail();
  world.hold = true;
  await world.pass(SOCKET_AGAIN_MS);
  assert.equal(world.sockets.length, 3);
  world.take();
  world.speak(STATE);
  world.held.forEach((answer) => answer(OK));
  await world.settle();
  assert.deepEqual(world.take(), ['live', 'state'], 'what the poll still brings is dropped');
});

test('live: a lost line is tried again with growing pauses', async () => {
  const world = await started();
  world.answers = [GONE, GONE, GONE];
  await world.fail();
  assert.deepEqual(world.take(), ['reconnecting']);
  await world.pass(500);
  await world.fail();
  await world.pass(999);
  const before = world.sockets.length;
  await world.pass(2);
  assert.equal(world.sockets.length, before + 1, 'the second pause is twice the first');
  world.speak(STATE);
  assert.deepEqual(world.take().slice(-2), ['live', 'state']);
});

test('live: a session that has ended leads to the login', async () => {
  const world = await started();
  world.socket.onclose?.({ code: 4401 });
  assert.deepEqual(world.take(), ['unauthorized']);
  await world.pass(600000);
  assert.equal(world.sockets.length, 1, 'and to no further try');
  const other = new World();
  other.answers = [refused(401, 'unauthorized')];
  other.live.start();
  await other.fail();
  assert.deepEqual(other.take(), ['connecting', 'unauthorized']);
});

test('live: 503 is said and tried again', async () => {
  const world = new World();
  world.answers = [refused(503, 'busy')];
  world.live.start();
  await world.fail();
  assert.deepEqual(world.take(), ['connecting', 'reconnecting: garaged is busy']);
  await world.pass(600);
  assert.equal(world.sockets.length, 2);
});

test('live: ages are renewed now and then, and a dead line is found out by it', async () => {
  const world = await started();
  await world.pass(RESYNC_MS);
  assert.deepEqual(world.take(), ['snapshot']);
  world.answers = [GONE];
  await world.pass(RESYNC_MS);
  assert.deepEqual(world.take(), ['reconnecting']);
  assert.equal(world.sockets[0]?.open, false);
});

test('live: a socket to a garaged that has begun anew is a dead one, though it was never closed', async () => {
  const world = await started();
  world.answers = [{ ok: true, data: { seq: 4, cars: {} } }];
  await world.pass(RESYNC_MS);
  assert.deepEqual(world.take(), ['reconnecting']);
  assert.equal(world.sockets[0]?.open, false);
  await world.pass(600);
  assert.equal(world.sockets.length, 2);
});

test('live: a socket that opens and says nothing is a failure', async () => {
  const world = new World();
  world.live.start();
  await world.pass(FIRST_MESSAGE_MS);
  assert.equal(world.sockets[0]?.open, false);
  assert.deepEqual(world.take(), ['connecting', 'state']);
});

test('live: a pause closes everything and asks nothing', async () => {
  const world = await started();
  world.live.pause();
  assert.deepEqual(world.take(), ['paused']);
  assert.equal(world.socket.open, false);
  await world.pass(600000);
  assert.equal(world.sockets.length, 1);
  assert.equal(world.asked.length, 0);
  world.live.start();
  world.speak(STATE);
  assert.deepEqual(world.take(), ['connecting', 'live', 'state']);
});

test('live: what an old socket still says is not heard', async () => {
  const world = await started();
  const old = world.socket;
  const said = old.onmessage;
  await world.fail();
  await world.pass(500);
  world.take();
  said?.({ data: STATE });
  assert.deepEqual(world.take(), []);
});
