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

// [ "127.0.0.1:8080", ... ]; IPv6 addresses as the hexadecimal of /proc/net/tcp6.
export function listensOn(pid) {
    const inodes = inodesOf(pid);
    const found = [];
    for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
        for (const line of readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n").slice(1)) {
            const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
            if (!inode || !inodes.has(inode) || (table.startsWith("tcp") && state !== LISTEN)) continue;
            const [address, port] = local.split(":");
            found.push(`${addressOf(address)}:${parseInt(port, 16)}`);
        }
    }
    return found;
}

export function memoryKb(pid) {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}
