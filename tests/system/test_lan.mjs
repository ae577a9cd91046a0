#!/usr/bin/env node
// garaged on a network, in network namespaces: the house's own network, a guest network on the same machine, a peer with a
// public address, an interface that comes late, an address that changes, and what leaves the machine. Needs no root where
// users may make namespaces; says so and is skipped elsewhere.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { House } from "./lib/house.mjs";
import { Neighbour, capture, ip } from "./lib/networks.mjs";
import { cleanUp, top } from "./lib/process.mjs";
import { finish, skip, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const RECORDING = join(top, "tests/recordings/fixtures/bus.log");
const INSIDE = "GARAGED_TEST_LAN";

function goInside() {
    const tried = spawnSync("unshare", ["-rn", "sh", "-c", "ip link set lo up && ip link add name try0 type veth peer name try1 && perl -e 1"]);
    if (tried.status !== 0) {
        skip("lan: garaged on a network", "no network namespace can be made here, or iproute2 or perl is missing");
        process.exit(0);
    }
    const inside = spawnSync("unshare", ["-rn", process.execPath, fileURLToPath(import.meta.url)], { stdio: "inherit", env: { ...process.env, [INSIDE]: "1" } });
    process.exit(inside.status ?? 1);
}

if (!process.env[INSIDE]) goInside();

const house = new House();
let lan;
let guest;
let packets;

const at = (address, path = "/", scheme = "https") => `${scheme}://${address}:${house.port}${path}`;
const isServed = async (neighbour, url, options) => (await neighbour.ask(url, options)).status === 200;
const refused = async (neighbour, url, options) => {
    const answer = await neighbour.ask(url, options);
    assert.ok(answer.error, `${url}: ${JSON.stringify(answer)}`);
    return answer.error;
};
const system = async () => (await house.admin.call("GET", "/api/v1/system")).json;

async function build() {
    await ip("link", "set", "lo", "up");
    packets = await capture();
    lan = await Neighbour.plugIn("eth0");
    guest = await Neighbour.plugIn("guest0");
    await ip("address", "add", "192.168.77.1/24", "dev", "eth0");
    await ip("address", "add", "fd77::1/64", "dev", "eth0", "nodad");
    await ip("address", "add", "2001:db8:77::1/64", "dev", "eth0", "nodad");
    await ip("route", "add", "203.0.113.0/24", "dev", "eth0");
    await ip("address", "add", "192.168.88.1/24", "dev", "guest0");
    for (const address of ["192.168.77.2/24", "203.0.113.5/24", "fd77::2/64", "2001:db8:77::2/64"])
        await lan.ip("address", "add", address, "dev", "eth0", ...(address.includes("::") ? ["nodad"] : []));
    await guest.ip("address", "add", "192.168.88.2/24", "dev", "guest0");
    await guest.ip("route", "add", "192.168.77.0/24", "via", "192.168.88.1");
    house.car = { adapter: "replay", port: RECORDING };
}

async function open(settings, ...listen) {
    house.listen = `( ${["127.0.0.1", ...listen].map((item) => `"${item}"`).join(", ")} )`;
    house.webSettings = settings;
    await house.garaged?.stop();
    await house.startGaraged();
    house.admin = await house.login();
}

// ---- with listen = eth0 and late0 ----

async function servesTheHouse() {
    assert.equal((await lan.ask(at("192.168.77.1"))).status, 200);
    assert.equal((await lan.ask(at("192.168.77.1", "/api/v1/state"))).status, 401);
    const hint = await lan.ask(at("192.168.77.1", "/", "http"));
    assert.equal(hint.status, 400);
    assert.match(hint.text, /speaks TLS/);
}

async function knowsTheAddressOfTheConnection() {
    const called = async (Host) => (await lan.ask(at("192.168.77.1"), { headers: { Host } })).status;
    assert.equal(await called(`192.168.77.1:${house.port}`), 200);
    assert.equal(await called(`${hostname().split(".")[0]}.local:${house.port}`), 200);
    for (const host of ["192.168.88.1", "127.0.0.1", "localhost", "[fd77::1]", "[::1]", "evil.example"])
        assert.equal(await called(`${host}:${house.port}`), 421, host);
    assert.equal(await called("192.168.77.1"), 421, "without its port");
}

// S19: the machine itself would answer for its address of the house on any network.
async function answersNoGuests() {
    for (const address of ["192.168.77.1", "192.168.88.1"]) await refused(guest, at(address));
}

// S02
async function closesOnPublicPeers() {
    const before = (await system()).refused_peers;
    await refused(lan, at("192.168.77.1"), { from: "203.0.113.5" });
    await refused(lan, at("192.168.77.1", "/", "http"), { from: "203.0.113.5" });
    await refused(lan, at("[2001:db8:77::1]"), { from: "2001:db8:77::2" });
    assert.equal((await system()).refused_peers, before + 3);
    assert.match(house.garaged.err, /203\.0\.113\.5 called on eth0 and was refused: not an address of the house/);
}

async function servesIpv6OfTheHouse() {
    assert.ok(await isServed(lan, at("[fd77::1]"), { from: "fd77::2" }));
    assert.equal((await lan.ask(at("[fd77::1]"), { headers: { Host: `[2001:db8:77::1]:${house.port}` } })).status, 421);
    await refused(guest, at("[fd77::1]"));
}

async function followsTheAddress() {
    await ip("address", "delete", "192.168.77.1/24", "dev", "eth0");
    await ip("address", "add", "192.168.77.9/24", "dev", "eth0");
    assert.ok(await isServed(lan, at("192.168.77.9")), "its new address");
    assert.equal((await lan.ask(at("192.168.77.9"), { headers: { Host: `192.168.77.1:${house.port}` } })).status, 421, "its old name");
}

async function waitsForInterfaces() {
    assert.equal(house.garaged.err.match(/not listening on late0( \(IPv6\))? now: no interface has it/g)?.length, 2, "once for IPv4 and for IPv6");
    const late = await Neighbour.plugIn("late0");
    await ip("address", "add", "192.168.99.1/24", "dev", "late0");
    await late.ip("address", "add", "192.168.99.2/24", "dev", "late0");
    await waitFor("late0 to be served", () => isServed(late, at("192.168.99.1")), 15_000);
    await ip("link", "delete", "late0");
    await late.plug("late0");
    await ip("address", "add", "192.168.99.1/24", "dev", "late0");
    await late.ip("address", "add", "192.168.99.2/24", "dev", "late0");
    await waitFor("the new late0 to be served", () => isServed(late, at("192.168.99.1")), 15_000);
}

// ---- with listen = 192.168.77.9, in clear, for one network only ----

async function bindsAnAddressToItsInterface() {
    assert.ok(await isServed(lan, at("192.168.77.9", "/", "http")));
    await refused(guest, at("192.168.77.9", "/", "http"));
    await ip("address", "add", "192.168.77.10/24", "dev", "eth0");
    await refused(lan, at("192.168.77.10", "/", "http"));
}

// F13
async function saysThatItIsInClear() {
    assert.match(house.garaged.err, /web\.tls is off: passwords .* in clear/);
    const { cookie, csrf } = house.admin;
    assert.equal((await house.admin.call("GET", "/api/v1/session")).json.plain, false, "on loopback");
    const outside = await lan.ask(at("192.168.77.9", "/api/v1/session", "http"), { headers: { Cookie: cookie } });
    assert.deepEqual(JSON.parse(outside.text), { ...JSON.parse(outside.text), plain: true });
    for (const path of ["/api/v1/commands/climate", "/api/v1/commands/unlock"]) {
        const asked = await house.admin.call("POST", path, { csrf });
        assert.equal(asked.status, 404, "there are no commands, in clear or not");
    }
}

async function allowNarrows() {
    await lan.ip("address", "add", "192.168.77.3/24", "dev", "eth0");
    await refused(lan, at("192.168.77.9", "/", "http"), { from: "192.168.77.3" });
    assert.match(house.garaged.err, /192\.168\.77\.3 called .* not in web\.allow/);
    assert.equal((await system()).refused_peers, 1);
}

// S20: of UDP nothing at all: no DNS, NTP, mDNS, SSDP; of TCP only answers.
function nothingElseLeaves() {
    const seen = packets();
    const isOurs = (line) => {
        const [name, protocol, from, to] = line.split(" ");
        if (name === "arp" || (name === "ipv6" && (protocol === "58" || protocol === "0"))) return true; // neighbours, multicast groups
        if (name === "ipv4" && protocol === "1") return true; // the kernel's "no such host" to the guests
        return protocol === "6" && (Number(from) === house.port || Number(to) === house.port);
    };
    assert.ok(seen.some((line) => line.startsWith(`ipv4 6 ${house.port} `)), "the answers were seen");
    assert.deepEqual(seen.filter((line) => !isOurs(line)), []);
}

try {
    await build();
    await open("ipv6 = true;", "eth0", "late0");
    await test("lan: serves the house over TLS", servesTheHouse);
    await test("lan: knows the address of the connection", knowsTheAddressOfTheConnection);
    await test("lan: answers no guests", answersNoGuests);
    await test("lan: closes on public peers", closesOnPublicPeers);
    await test("lan: serves IPv6 of the house", servesIpv6OfTheHouse);
    await test("lan: follows an address that changes", followsTheAddress);
    await test("lan: waits for interfaces", waitsForInterfaces);
    await ip("address", "replace", "192.168.77.9/24", "dev", "eth0");
    await open('tls = "off"; allow = ( "192.168.77.2" );', "192.168.77.9");
    await test("lan: binds an address to its interface", bindsAnAddressToItsInterface);
    await test("lan: says that it is in clear", saysThatItIsInClear);
    await test("lan: allow narrows", allowNarrows);
    await test("lan: nothing else leaves", nothingElseLeaves);
} catch (error) {
    console.log(house.story().replace(/^/gm, "    | "));
    throw error;
} finally {
    await house.close();
    await cleanUp();
}
finish();
