// What a process listens on, as the kernel lists it.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTEN = "0A";

function inodesOf(pid) {
    const inodes = new Set();
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        try {
            const found = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`));
            if (found) inodes.add(found[1]);
        } catch {
            // closed meanwhile
        }
    }
    return inodes;
}

function addressOf(hex) {
    if (hex.length > 8) return `[${hex}]`;
    return hex.match(/../g).reverse().map((byte) => parseInt(byte, 16)).join(".");
}

// The process's sockets: { udp, isListening, local, remote }; IPv6 addresses as the hexadecimal of /proc/net/tcp6.
function socketsOf(pid) {
    const inodes = inodesOf(pid);
    const found = [];
    const name = (text) => {
        const [address, port] = text.split(":");
        return `${addressOf(address)}:${parseInt(port, 16)}`;
    };
    for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
        for (const line of readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n").slice(1)) {
            const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
            if (!inode || !inodes.has(inode)) continue;
            const udp = table.startsWith("udp");
            found.push({ udp, isListening: udp || state === LISTEN, local: name(local), remote: name(remote) });
        }
    }
    return found;
}

// [ "127.0.0.1:8080", ... ]
export function listensOn(pid) {
    return socketsOf(pid).filter((each) => each.isListening).map((each) => each.local);
}

// With whom it speaks now: "127.0.0.1:1883" for TCP, "udp LOCAL REMOTE" for anything else.
export function peersOf(pid) {
    const all = socketsOf(pid).filter((each) => each.udp || !each.isListening);
    return all.map((each) => (each.udp ? `udp ${each.local} ${each.remote}` : each.remote));
}

export function memoryKb(pid) {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}
