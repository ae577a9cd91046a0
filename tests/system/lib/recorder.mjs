// Every reading and every state of the link that the live line told, kept to be judged at the end.
import { openWebsocket } from "./http.mjs";

// Not judged: while only the slow socket's time was heard it is that one (CONTRACT 3), the truth file has the other.
const NOT_JUDGED = ["charge_minutes"];

export class Recorder {
    constructor(house) {
        this.house = house;
        this.readings = new Map();
        this.links = [];
        this.states = [];
    }

    async start(cookie) {
        const { port } = this.house;
        const socket = await openWebsocket(port, "/api/v1/live", { cookie, origin: `http://127.0.0.1:${port}` }, (text) => this.take(JSON.parse(text)));
        if (socket.status !== 101) throw new Error(`websocket: ${socket.status}`);
        return this;
    }

    take({ cars }) {
        const car = cars?.leaf;
        if (!car) return;
        if (car.link) this.links.push(`${car.link.state}: ${car.link.reason ?? ""}`);
        if (car.state) this.states.push(car.state);
        for (const [name, signal] of Object.entries(car.signals ?? {}))
            if (signal.value !== null) this.readings.set(`${name} ${JSON.stringify(signal.value)} ${signal.at}`, [name, signal]);
    }

    // What was said and is not true, in words.
    disputes() {
        const { truth } = this.house;
        truth.refresh();
        const judged = [...this.readings.values()].filter(([name]) => truth.knows(name) && !NOT_JUDGED.includes(name));
        return judged.map(([name, signal]) => truth.dispute(name, signal)).filter((each) => each !== null);
    }

    linkSaid(pattern) {
        return this.links.some((link) => pattern.test(link));
    }
}
