// A small MQTT 3.1.1 client, for tests that must see what a subscriber sees: retain flags, order, what comes again when it
// subscribes anew.
import net from "node:net";

const CONNECT = 1, CONNACK = 2, PUBLISH = 3, PUBACK = 4, SUBSCRIBE = 8, SUBACK = 9, DISCONNECT = 14;

function text(string) {
    const bytes = Buffer.from(string);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
}

function number(value) {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    return bytes;
}

export function packet(kind, flags, ...parts) {
    const body = Buffer.concat(parts);
    const length = [];
    let rest = body.length;
    do {
        length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
        rest = Math.floor(rest / 128);
    } while (rest > 0);
    return Buffer.concat([Buffer.from([(kind << 4) | flags, ...length]), body]);
}

// The first whole packet of `bytes`, or null: { kind, flags, body, rest }.
export function firstPacket(bytes) {
    let length = 0;
    let at = 1;
    for (let shift = 1; ; shift *= 128, at++) {
        if (at >= bytes.length) return null;
        length += (bytes[at] & 0x7f) * shift;
        if ((bytes[at] & 0x80) === 0) break;
    }
    const end = at + 1 + length;
    if (bytes.length < end) return null;
    return { kind: bytes[0] >> 4, flags: bytes[0] & 0x0f, body: bytes.subarray(at + 1, end), rest: bytes.subarray(end) };
}

export class MqttClient {
    // `onMessage` gets (topic, payload, isRetained); `will` is { topic, payload, retain }.
    constructor(port, onMessage, { will } = {}) {
        this.port = port;
        this.onMessage = onMessage;
        this.will = will;
        this.pending = Buffer.alloc(0);
        this.waiting = new Map(); // packet identifier -> what to call when it is acknowledged
        this.lastId = 0;
    }

    connect() {
        return new Promise((resolve, reject) => {
            this.socket = net.connect(this.port, "127.0.0.1");
            this.socket.on("error", reject);
            this.socket.on("data", (bytes) => this.take(bytes));
            this.connected = resolve;
            const flags = 0x02 | (this.will ? 0x04 | (this.will.retain ? 0x20 : 0) : 0);
            const will = this.will ? [text(this.will.topic), text(this.will.payload)] : [];
            this.socket.write(packet(CONNECT, 0, text("MQTT"), Buffer.from([4, flags]), number(0), text(`test-${process.pid}-${this.port}-${Math.random()}`), ...will));
        });
    }

    take(bytes) {
        this.pending = Buffer.concat([this.pending, bytes]);
        for (let next = firstPacket(this.pending); next; next = firstPacket(this.pending)) {
            this.pending = next.rest;
            this.act(next);
        }
    }

    act({ kind, flags, body }) {
        if (kind === CONNACK) this.connected();
        if (kind === PUBACK || kind === SUBACK) this.waiting.get(body.readUInt16BE(0))?.();
        if (kind !== PUBLISH) return;
        const length = body.readUInt16BE(0);
        const qos = (flags >> 1) & 3;
        const topic = body.subarray(2, 2 + length).toString();
        if (qos > 0) this.socket.write(packet(PUBACK, 0, body.subarray(2 + length, 4 + length)));
        this.onMessage(topic, body.subarray(2 + length + (qos > 0 ? 2 : 0)).toString(), (flags & 1) === 1);
    }

    acknowledged(kind, flags, id, ...parts) {
        return new Promise((resolve) => {
            this.waiting.set(id, resolve);
            this.socket.write(packet(kind, flags, ...parts));
        });
    }

    nextId() {
        this.lastId = (this.lastId % 65535) + 1;
        return this.lastId;
    }

    subscribe(filter) {
        const id = this.nextId();
        return this.acknowledged(SUBSCRIBE, 2, id, number(id), text(filter), Buffer.from([1]));
    }

    publish(topic, payload, { retain = false } = {}) {
        const id = this.nextId();
        return this.acknowledged(PUBLISH, 2 | (retain ? 1 : 0), id, text(topic), number(id), Buffer.from(payload));
    }

    close() {
        this.socket.end(packet(DISCONNECT, 0));
    }
}
