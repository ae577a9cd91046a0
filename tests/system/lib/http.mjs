// HTTP as a browser on the same machine would speak it, with every header in our hands, and a small websocket client.
import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";

// `withTls`: whatever certificate is shown will do. `from`: the client's own address.
export function request(port, method, path, { headers = {}, body, withTls = false, from } = {}) {
    return new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
        const all = { ...headers };
        if (text !== undefined) {
            all["Content-Type"] ??= "application/json";
            all["Content-Length"] = Buffer.byteLength(text);
        }
        const options = { host: "127.0.0.1", port, method, path, headers: all, agent: false, rejectUnauthorized: false, localAddress: from };
        const call = (withTls ? https : http).request(options, (answer) => {
            let data = "";
            answer.on("data", (chunk) => (data += chunk));
            answer.on("error", reject); // cut off in the middle
            answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text: data }));
        });
        call.on("error", reject);
        call.setTimeout(35_000, () => call.destroy(new Error("no answer")));
        call.end(text);
    });
}

// A logged-in client: cookie and CSRF token.
export class Session {
    constructor(port, withTls = false) {
        this.port = port;
        this.withTls = withTls;
        this.cookie = null;
        this.csrf = null;
    }

    async call(method, path, body) {
        const headers = {};
        if (this.cookie) headers.Cookie = this.cookie;
        if (this.csrf) headers["X-CSRF-Token"] = this.csrf;
        const answer = await request(this.port, method, path, { headers, body, withTls: this.withTls });
        const cookie = answer.headers["set-cookie"]?.[0];
        if (cookie) this.cookie = cookie.split(";")[0];
        let json = null;
        try {
            json = JSON.parse(answer.text);
        } catch {
            // not every answer has a body
        }
        if (json?.csrf) this.csrf = json.csrf;
        return { ...answer, json };
    }

    async state(query = "") {
        const answer = await this.call("GET", `/api/v1/state${query}`);
        if (answer.status !== 200) throw new Error(`state: ${answer.status} ${answer.text}`);
        return answer.json;
    }
}

// Opens a websocket; `onText` gets each message. Resolves with { status, close } once the server answered.
export function openWebsocket(port, path, { cookie, origin, authorization, protocol = "garaged.v1", host, withTls = false, onClose = () => {} } = {}, onText = () => {}) {
    return new Promise((resolve, reject) => {
        const key = randomBytes(16).toString("base64");
        const socket = withTls ? tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false }) : net.connect(port, "127.0.0.1");
        const lines = [`GET ${path} HTTP/1.1`, `Host: ${host ?? `127.0.0.1:${port}`}`, "Upgrade: websocket", "Connection: Upgrade",
            `Sec-WebSocket-Key: ${key}`, "Sec-WebSocket-Version: 13"];
        if (origin) lines.push(`Origin: ${origin}`);
        if (cookie) lines.push(`Cookie: ${cookie}`);
        if (authorization) lines.push(`Authorization: ${authorization}`);
        if (protocol) lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
        let pending = Buffer.alloc(0);
        let open = false;
        const wanted = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
        socket.on("error", reject);
        socket.on("close", () => {
            onClose();
            resolve({ status: 0, close() {} });
        });
        socket.write(`${lines.join("\r\n")}\r\n\r\n`);
        socket.on("data", (data) => {
            pending = Buffer.concat([pending, data]);
            if (!open) {
                const end = pending.indexOf("\r\n\r\n");
                if (end < 0) return;
                const head = pending.subarray(0, end).toString();
                pending = pending.subarray(end + 4);
                const status = Number(head.split(" ")[1]);
                open = status === 101 && head.includes(wanted);
                resolve({ status, close: () => socket.destroy() });
            }
            pending = open ? takeFrames(pending, { onText, onClose, onPing: (payload) => socket.write(pong(payload)) }) : pending;
        });
    });
}

// A client's frames are masked; with zeros the payload stays as it is.
function pong(payload) {
    return Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

// Server frames are short and unmasked; text matters here, that pings are answered, and with which code it ends.
function takeFrames(bytes, { onText, onPing, onClose }) {
    for (;;) {
        if (bytes.length < 2) return bytes;
        const small = bytes[1] & 0x7f;
        const header = small < 126 ? 2 : small === 126 ? 4 : 10;
        if (bytes.length < header) return bytes;
        const length = small < 126 ? small : small === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
        if (bytes.length < header + length) return bytes;
        const payload = bytes.subarray(header, header + length);
        if ((bytes[0] & 0x0f) === 1) onText(payload.toString());
        if ((bytes[0] & 0x0f) === 9) onPing(payload);
        if ((bytes[0] & 0x0f) === 8) onClose(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
        bytes = bytes.subarray(header + length);
    }
}
