#!/usr/bin/env node
// The page over TLS, from outside: versions, cookies, websockets, long answers, who stalls, and a certificate that changes
// under way.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import tls from "node:tls";
import { House, inHouse } from "./lib/house.mjs";
import { openWebsocket, request } from "./lib/http.mjs";
import { figures, launch, missing, openHouse } from "./lib/page.mjs";
import { build, cleanUp, run, top } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { sleep, waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");

async function open(house, ...args) {
    house.car = { adapter: "replay", port: RECORDING };
    house.withTls = true;
    await house.startGaraged(...args);
}

// Sends bytes; resolves with what came until the server closed.
function say(port, bytes, waitMs = 10_000) {
    return new Promise((resolve) => {
        const socket = net.connect(port, "127.0.0.1");
        let heard = "";
        const end = (how) => {
            socket.destroy();
            resolve({ how, heard, afterMs: performance.now() - begin });
        };
        const begin = performance.now();
        socket.on("data", (data) => (heard += data.toString("latin1")));
        socket.on("error", () => {});
        socket.on("close", () => end("closed"));
        setTimeout(() => end("open"), waitMs).unref();
        if (bytes) socket.write(bytes);
    });
}

// A handshake; what was agreed, or the error.
function shake(port, options = {}) {
    return new Promise((resolve) => {
        const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
        socket.on("secureConnect", () => {
            const agreed = { protocol: socket.getProtocol(), cipher: socket.getCipher().name, alpn: socket.alpnProtocol,
                certificate: socket.getPeerX509Certificate(), reused: socket.isSessionReused(), ticket: false };
            socket.on("session", () => (agreed.ticket = true));
            setTimeout(() => {
                socket.destroy();
                resolve(agreed);
            }, 50);
        });
        socket.on("error", (error) => resolve({ error: error.code ?? error.message }));
    });
}

// ---- what is agreed ----

async function speaksOnlyWhatIsSafe(house) {
    await open(house);
    const { port } = house;
    assert.equal((await shake(port)).protocol, "TLSv1.3");
    assert.equal((await shake(port, { maxVersion: "TLSv1.2" })).protocol, "TLSv1.2");
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" };
    assert.ok((await shake(port, old)).error, "TLS 1.1");
    for (const ciphers of ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256", "NULL", "RC4"])
        assert.ok((await shake(port, { maxVersion: "TLSv1.2", ciphers: `${ciphers}:@SECLEVEL=0` }).catch((error) => ({ error }))).error, ciphers);
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"]) assert.equal((await shake(port, { maxVersion })).ticket, false, "nothing to resume");
    assert.equal((await shake(port, { servername: "somebody.example" })).certificate.subject, "CN=garaged", "any name");
}

async function speaksHttp11Only(house) {
    await open(house);
    const { port } = house;
    assert.equal((await shake(port, { ALPNProtocols: ["h2", "http/1.1"] })).alpn, "http/1.1");
    const onlyH2 = await shake(port, { ALPNProtocols: ["h2"] });
    assert.ok(onlyH2.error || onlyH2.alpn === false, "no h2");
    const preface = await new Promise((resolve) => {
        const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"] });
        let heard = "";
        socket.on("data", (data) => (heard += data.toString("latin1")));
        socket.on("error", () => {});
        socket.on("close", () => resolve(heard));
        socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    });
    assert.ok(preface === "" || /^HTTP\/1\.\d 4/.test(preface), preface.slice(0, 60));
    const upgrade = await request(port, "GET", "/", { withTls: true, headers: { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "AAMAAABkAARAAAAAAAIAAAAA" } });
    assert.equal(upgrade.status, 400);
}

// A fixed hint and nothing else, whatever is asked for.
async function plainHttpIsToldSo(house) {
    await open(house);
    const host = `Host: 127.0.0.1:${house.port}`;
    const hints = new Set();
    for (const head of [`GET / HTTP/1.1\r\n${host}`, `GET /api/v1/state HTTP/1.1\r\n${host}\r\nX-Forwarded-For: 1.2.3.4`, "GET /x HTTP/1.1\r\nHost: evil.example",
        `GET /api/v1/live HTTP/1.1\r\n${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://127.0.0.1:${house.port}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==`]) {
        const { heard } = await say(house.port, `${head}\r\n\r\n`);
        assert.match(heard, /^HTTP\/1\.1 400 /, head);
        hints.add(heard);
    }
    assert.equal(hints.size, 1, "one hint");
    assert.match([...hints][0], /this port speaks TLS/);
    const post = await say(house.port, `POST /api/v1/login HTTP/1.1\r\n${host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);
    assert.match(post.heard, /^HTTP\/1\.1 400 /);
    assert.equal((await say(house.port, "\x00\x00nonsense\r\n\r\n")).how, "closed");
}

async function tlsOnAPlainPortIsClosed(house) {
    house.car = { adapter: "replay", port: RECORDING };
    await house.startGaraged();
    assert.ok((await shake(house.port)).error);
    assert.equal((await request(house.port, "GET", "/api/v1/state")).status, 401, "alive");
}

// ---- cookies and origins ----

async function cookiesBelongToTheirKindOfDoor(house) {
    await open(house);
    const code = await house.pairingCode();
    const pair = await request(house.port, "POST", "/api/v1/pair", { withTls: true, body: { code, user: "anna", password: "correct horse battery" } });
    assert.equal(pair.status, 201);
    const [cookie] = pair.headers["set-cookie"];
    assert.match(cookie, /^__Host-garaged=[0-9a-f]{64}; Secure; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/);
    const id = /=([0-9a-f]{64})/.exec(cookie)[1];
    const state = (Cookie) => request(house.port, "GET", "/api/v1/state", { withTls: true, headers: { Cookie } });
    assert.equal((await state(`__Host-garaged=${id}`)).status, 200);
    assert.equal((await state(`garaged=${id}`)).status, 401, "the plain name");
    assert.equal((await state(`garaged=${"0".repeat(64)}; __Host-garaged=${id}`)).status, 200, "a planted one beside it");
    const csrf = JSON.parse(pair.text).csrf;
    await house.garaged.stop();
    house.withTls = false;
    await house.startGaraged();
    const plain = (Cookie) => request(house.port, "GET", "/api/v1/state", { headers: { Cookie } });
    assert.equal((await plain(`__Host-garaged=${id}`)).status, 401, "the name of TLS without TLS");
    assert.equal((await plain(`garaged=${id}`)).status, 200);
    await house.garaged.stop();
    house.withTls = true;
    await house.startGaraged();
    const out = await request(house.port, "POST", "/api/v1/logout", { withTls: true, headers: { Cookie: `__Host-garaged=${id}`, "X-CSRF-Token": csrf }, body: {} });
    assert.deepEqual(out.headers["set-cookie"], ["__Host-garaged=; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"]);
}

async function theOriginIsHttps(house) {
    await open(house);
    const session = await house.login();
    const to = (origin) => openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie, origin, withTls: true }).then(({ status, close }) => (close(), status));
    assert.equal(await to(`https://127.0.0.1:${house.port}`), 101);
    assert.equal(await to(`http://127.0.0.1:${house.port}`), 403);
    assert.equal(await to("https://evil.example"), 403);
    const get = (origin) => request(house.port, "GET", "/api/v1/session", { withTls: true, headers: { Cookie: session.cookie, Origin: origin } });
    assert.equal((await get(`http://127.0.0.1:${house.port}`)).status, 403);
    assert.equal((await get(`https://127.0.0.1:${house.port}`)).status, 200);
}

// ---- what is carried ----

async function carriesAllKindsOfAnswers(house) {
    await open(house, "--demo");
    const session = house.newSession();
    const [, code] = await house.garaged.says(/#code=(\d+)/);
    assert.equal((await session.call("POST", "/api/v1/pair", { code })).status, 201);
    const texts = [], codes = [];
    const door = { cookie: session.cookie, origin: `https://127.0.0.1:${house.port}`, withTls: true, onClose: (code) => codes.push(code) };
    const live = await openWebsocket(house.port, "/api/v1/live", door, (text) => texts.push(JSON.parse(text)));
    assert.equal(live.status, 101);
    await waitFor("the first state and a change", () => texts.length >= 2);
    assert.equal(texts[0].type, "state");
    const sequence = (await session.state()).seq;
    const polled = await session.call("GET", `/api/v1/state?wait=20&after=${sequence}`);
    assert.equal(polled.status, 200);
    assert.ok(polled.json.seq > sequence, "a long poll ends with a change");
    await session.call("POST", "/api/v1/logout", {});
    await waitFor("the end of the websocket", () => codes.length > 0);
    assert.equal(codes[0], 4401);
}

// The page itself, which finds its websocket by its own address.
async function isLiveInABrowser(house) {
    await open(house, "--demo");
    const session = house.newSession();
    const [, code] = await house.garaged.says(/#code=(\d+)/);
    await session.call("POST", "/api/v1/pair", { code });
    const page = await openHouse(browser, house.port, session, { context: { ignoreHTTPSErrors: true } });
    const told = [];
    page.on("websocket", (socket) => socket.on("framereceived", () => told.push(socket.url())));
    await page.reload();
    await waitFor("a figure", async () => (await figures(page)).soc > 0);
    assert.equal(await waitFor("a message by websocket", () => told[0]), `wss://127.0.0.1:${house.port}/api/v1/live`);
    assert.equal(await page.evaluate(() => window.isSecureContext), true);
    assert.equal(await page.evaluate(() => document.cookie), "", "HttpOnly");
    const worker = await page.evaluate(async () => (await navigator.serviceWorker.ready).active.scriptURL);
    assert.equal(worker, `https://127.0.0.1:${house.port}/sw.js`);
    await page.context().close();
}

// A file of 1.5 MB, quickly, slowly and by halves.
async function carriesLongAnswers(house) {
    const folder = house.path("data/web");
    await run("mkdir", "-p", join(folder, "assets"));
    await run("cp", "-r", join(top, "config/vehicles"), house.path("data/vehicles"));
    const bytes = Buffer.alloc(1_500_000);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7919) >> 8;
    writeFileSync(join(folder, "index.html"), "<!doctype html>");
    writeFileSync(join(folder, "assets/big.01234567.js"), bytes);
    await open(house, "--data", house.path("data"));
    const fetched = await Promise.all([0, 0, 5, 20].map((pauseMs) => fetchSlowly(house.port, "/assets/big.01234567.js", pauseMs)));
    for (const got of fetched) assert.ok(got.equals(bytes), `${got.length} bytes`);
    const before = cpuMs(house.garaged.pid);
    const stalled = tls.connect({ port: house.port, host: "127.0.0.1", rejectUnauthorized: false });
    stalled.on("error", () => {});
    stalled.pause();
    stalled.write(`GET /assets/big.01234567.js HTTP/1.1\r\nHost: 127.0.0.1:${house.port}\r\n\r\n`);
    await sleep(2000);
    assert.ok(cpuMs(house.garaged.pid) - before < 500, "a reader who stalls costs nothing");
    stalled.destroy();
    assert.equal((await request(house.port, "GET", "/", { withTls: true })).status, 200);
}

function fetchSlowly(port, path, pauseMs) {
    return new Promise((resolve, reject) => {
        const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
        let got = Buffer.alloc(0);
        socket.on("data", (data) => {
            got = Buffer.concat([got, data]);
            if (pauseMs === 0) return;
            socket.pause();
            setTimeout(() => socket.resume(), pauseMs);
        });
        socket.on("error", reject);
        socket.on("close", () => resolve(got.subarray(got.indexOf("\r\n\r\n") + 4)));
        socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    });
}

function cpuMs(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
}

// One TLS record may hold more than a request: what is left over inside of OpenSSL must neither be served nor keep the
// loop spinning while the answer is waited for.
async function whatFollowsARequestCostsNothing(house) {
    await open(house);
    const session = await house.login();
    const poll = async (length) => {
        const { seq } = await session.state();
        const head = `GET /api/v1/state?wait=3&after=${seq} HTTP/1.1\r\nHost: 127.0.0.1:${house.port}\r\nCookie: ${session.cookie}\r\n\r\n`;
        return exchange(house.port, `${head}GET / HTTP/1.1\r\nHost: 127.0.0.1:${house.port}\r\n\r\n`.padEnd(length, "x"));
    };
    let before, answers;
    await waitFor("three seconds without news", async () => {
        before = cpuMs(house.garaged.pid);
        answers = await Promise.all([0, 3000, 6000, 12_000, 16_384, 20_480].map(poll));
        return answers.every(({ afterMs }) => afterMs > 2500);
    }, 30_000);
    assert.ok(cpuMs(house.garaged.pid) - before < 1000, `${cpuMs(house.garaged.pid) - before} ms of work`);
    for (const { heard } of answers) assert.equal((heard.match(/HTTP\/1\.1 /g) ?? []).length, 1, "one answer");
}

function exchange(port, text) {
    return new Promise((resolve) => {
        const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
        const begin = performance.now();
        let heard = "";
        socket.on("data", (data) => (heard += data.toString("latin1")));
        socket.on("error", () => {});
        socket.on("close", () => resolve({ heard, afterMs: performance.now() - begin }));
        socket.write(text);
    });
}

// A refusal can be read though the body was not: also one that nobody would wait for.
async function refusesBodies(house) {
    await open(house);
    const post = (headers, body) => exchange(house.port, `POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1:${house.port}\r\n${headers}\r\n\r\n${body}`);
    const json = "Content-Type: application/json";
    assert.match((await post(`${json}\r\nTransfer-Encoding: chunked`, `4000\r\n${"x".repeat(0x4000)}`)).heard, /^HTTP\/1\.1 400 /);
    assert.match((await post(`${json}\r\nContent-Length: 500000`, "x".repeat(500_000))).heard, /^HTTP\/1\.1 413 /);
    assert.match((await post(`${json}\r\nContent-Length: 12000000`, "x".repeat(60_000))).heard, /^HTTP\/1\.1 413 /);
    assert.match((await post(`${json}\r\nContent-Length: 17`, '{"user":"a","pas')).heard, /^$/, "half a body: closed");
    assert.match((await post(`${json}\r\nContent-Length: 29`, '{"user":"a","password":"abc"}')).heard, /^HTTP\/1\.1 401 /);
}

// S11: nobody who is in the middle of something keeps the house from ending.
async function endsInTheMiddleOfEverything(house) {
    await open(house);
    const session = await house.login();
    const { seq } = await session.state();
    const hello = await clientHello();
    const sockets = [net.connect(house.port, "127.0.0.1"), tls.connect({ port: house.port, host: "127.0.0.1", rejectUnauthorized: false })];
    sockets[0].write(hello);
    for (const socket of sockets) socket.on("error", () => {}).pause();
    const poll = session.call("GET", `/api/v1/state?wait=30&after=${seq}`).catch(() => null);
    await openWebsocket(house.port, "/api/v1/live", { cookie: session.cookie, origin: `https://127.0.0.1:${house.port}`, withTls: true });
    await sleep(300);
    const begin = performance.now();
    house.garaged.kill("SIGTERM");
    assert.equal((await house.garaged.finished()).code, 0);
    assert.ok(performance.now() - begin < 5000, "within 5 s");
    await poll;
    for (const socket of sockets) socket.destroy();
}

// ---- who stalls ----

async function stalledHandshakesAreClosed(house) {
    await open(house);
    const hello = await clientHello();
    const stalled = [say(house.port, ""), say(house.port, hello.subarray(0, 1)), say(house.port, hello.subarray(0, 60)), say(house.port, hello), say(house.port, "\x16")];
    const shaken = new Promise((resolve) => {
        const socket = tls.connect({ port: house.port, host: "127.0.0.1", rejectUnauthorized: false });
        const begin = performance.now();
        socket.on("data", () => {});
        socket.on("error", () => {});
        socket.on("close", () => resolve({ how: "closed", afterMs: performance.now() - begin }));
    });
    for (const { how, afterMs } of await Promise.all([...stalled, shaken])) {
        assert.equal(how, "closed");
        assert.ok(afterMs < 8000, `after ${Math.round(afterMs)} ms`);
    }
}

// The first bytes of a real client.
function clientHello() {
    return new Promise((resolve) => {
        const server = net.createServer((socket) => {
            socket.on("error", () => {});
            socket.once("data", (data) => {
                socket.destroy();
                server.close();
                resolve(data);
            });
        });
        server.listen(0, "127.0.0.1", () => tls.connect(server.address().port, "127.0.0.1").on("error", () => {}));
    });
}

// As many as one peer may have, none of which says goodbye, and an honest one between them.
async function starvesNobody(house) {
    await open(house);
    const hello = await clientHello();
    const idle = [];
    const keep = (socket, bytes) => {
        socket.on("error", () => {});
        socket.pause();
        if (bytes) socket.write(bytes);
        idle.push(socket);
    };
    for (let i = 0; i < 60; i++) {
        const bytes = i % 3 === 0 ? undefined : i % 3 === 1 ? hello : hello.subarray(0, 20);
        keep(net.connect({ port: house.port, host: "127.0.0.1", allowHalfOpen: true }), bytes);
        if (i % 10 === 9) assert.equal((await request(house.port, "GET", "/api/v1/state", { withTls: true })).status, 401);
    }
    for (let i = 0; i < 60; i++) {
        keep(tls.connect({ port: house.port, host: "127.0.0.1", rejectUnauthorized: false, allowHalfOpen: true }), "GET / HTTP/1.1\r\n\r\n");
        if (i % 10 === 9) assert.equal((await request(house.port, "GET", "/api/v1/state", { withTls: true })).status, 401);
    }
    for (const socket of idle) socket.destroy();
}

// ---- the certificate ----

async function theCertificateIsTheOneThatGaragectlNames(house) {
    await open(house);
    const told = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "certificate", "--json");
    assert.equal(told.code, 0, told.err);
    const { key_sha256, certificate_sha256, names, file } = JSON.parse(told.out);
    const { certificate } = await shake(house.port);
    assert.equal(certificate.fingerprint256.replaceAll(":", "").toLowerCase(), certificate_sha256);
    assert.equal(file, house.path("state/tls.crt"));
    assert.ok(names.includes("127.0.0.1") && names.includes("localhost"), String(names));
    assert.ok(certificate.checkIP("127.0.0.1") && certificate.checkHost("localhost"));
    assert.equal(statSync(house.path("state/tls.key")).mode & 0o777, 0o600);
    const status = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "status");
    assert.ok(status.out.includes(key_sha256));
    await house.garaged.stop();
    const offline = await run(join(build, "garagectl"), "--config", house.path("garaged.conf"), "certificate", "--json");
    assert.equal(offline.out, told.out, "with the daemon and without");
    await house.startGaraged();
    assert.equal((await shake(house.port)).certificate.fingerprint256, certificate.fingerprint256, "and after a new start");
}

async function makePair(house, name, subject) {
    const made = await run("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "30", "-subj", subject,
        "-keyout", house.path(`${name}.key`), "-out", house.path(`${name}.crt`));
    assert.equal(made.code, 0, made.err);
}

async function theOwnersPairIsShown(house) {
    await makePair(house, "one", "/CN=one");
    house.webSettings = `cert_file = "${house.path("one.crt")}"; key_file = "${house.path("one.key")}";`;
    await open(house);
    assert.equal((await shake(house.port)).certificate.subject, "CN=one");
    await house.garaged.stop();
    await run("chmod", "644", house.path("one.key"));
    const refused = await run(join(build, "garaged"), "--config", house.path("garaged.conf"));
    assert.equal(refused.code, 78);
    assert.equal(refused.err, `web.key_file: ${house.path("one.key")}: others may read it: chmod 600\n`);
}

const why = missing();
const browser = why ? null : await launch(["--ignore-certificate-errors"]);
const cases = [
    ["speaks only what is safe", speaksOnlyWhatIsSafe],
    ["speaks HTTP/1.1 only", speaksHttp11Only],
    ["plain http is told so", plainHttpIsToldSo],
    ["tls on a plain port is closed", tlsOnAPlainPortIsClosed],
    ["cookies belong to their kind of door", cookiesBelongToTheirKindOfDoor],
    ["the origin is https", theOriginIsHttps],
    ["carries all kinds of answers", carriesAllKindsOfAnswers],
    ["is live in a browser", isLiveInABrowser, browser],
    ["carries long answers", carriesLongAnswers],
    ["what follows a request costs nothing", whatFollowsARequestCostsNothing],
    ["refuses bodies in words", refusesBodies],
    ["ends in the middle of everything", endsInTheMiddleOfEverything],
    ["stalled handshakes are closed", stalledHandshakesAreClosed],
    ["starves nobody", starvesNobody],
    ["the certificate is the one that garagectl names", theCertificateIsTheOneThatGaragectlNames],
    ["the owners pair is shown", theOwnersPairIsShown],
];
try {
    await Promise.all(cases.map(([name, body, needed]) => {
        if (needed === null) return skip(`tls: ${name}`, why);
        return test(`tls: ${name}`, () => inHouse(body));
    }));
} finally {
    await browser?.close();
    await cleanUp();
}
finish();
