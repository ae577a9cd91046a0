// A dongle that is played by the bench itself, so that both ends of the line share one clock.
import net from "node:net";

function hex(value) {
    return value.toString(16).toUpperCase().padStart(2, "0");
}

// For some of the driver's listening filters a frame that changes a signal with each n.
const frames = {
    ATCF500: (n) => ({ signal: "gids", line: `5B378AA410000${hex(100 + (n % 150))}0000` }),
    ATCF600: (n) => ({ signal: "trunk", line: `60D${n % 2 === 0 ? "80" : "00"}00000000000000` }),
    ATCF300: (n) => ({ signal: "tyre_fl", line: `3850000${hex(120 + (n % 40))}A0A0A00000` }),
};

// An ELM327 that echoes, says OK to every AT command and, while it monitors, prints the lines it is given.
export class Dongle {
    async listen() {
        this.server = net.createServer((socket) => this.serve(socket));
        await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
        return this.server.address().port;
    }

    serve(socket) {
        this.socket = socket;
        socket.setNoDelay(true);
        let line = "";
        socket.on("error", () => {});
        socket.on("data", (data) => {
            for (const byte of data.toString("latin1")) {
                if (this.isMonitoring) {
                    this.isMonitoring = false;
                    socket.write("STOPPED\r\r>");
                    line = byte === "\r" ? "" : byte;
                    continue;
                }
                socket.write(byte);
                if (byte === "\r") {
                    this.answer(line.replace(/\s/g, "").toUpperCase());
                    line = "";
                } else {
                    line += byte;
                }
            }
        });
    }

    answer(command) {
        if (/^AT(CF|CRA)/.test(command)) this.filter = command;
        if (command === "ATMA") {
            this.isMonitoring = true;
            return;
        }
        const texts = { ATZ: "\r\rELM327 v1.5", ATI: "ELM327 v1.5", "AT@1": "?", STI: "?", ATRV: "12.6V", ATDPN: "6" };
        const text = texts[command] ?? (command.startsWith("AT") ? "OK" : /^[0-9A-F]+$/.test(command) ? "NO DATA" : "?");
        this.socket.write(`${text}\r\r>`);
    }

    // A frame that the driver would hear now and that changes a signal with each n; null when its filter passes none.
    frame(n) {
        return this.isMonitoring ? (frames[this.filter]?.(n) ?? null) : null;
    }
}
