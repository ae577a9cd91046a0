#!/usr/bin/env node
// However garaged ends, who looks at the broker knows of it: killed, stopped, or behind a cable that was cut.
import { inHouse } from "./lib/house.mjs";
import { cleanUp } from "./lib/process.mjs";
import { finish, test } from "./lib/report.mjs";
import { waitFor } from "./lib/wait.mjs";

const isTold = (house) => waitFor("garaged to tell", () => house.mqtt.latest("garaged/status") === "online" && house.mqtt.state()?.car_state === "asleep");
const isOffline = (house) => waitFor("offline", () => house.mqtt.latest("garaged/status") === "offline");

async function endsBy(house, end) {
    await house.startBroker();
    await house.startSimulator("--car", "aze0-30", ...house.scenario("0 asleep"));
    await house.startGaraged();
    await isTold(house);
    const before = Date.now();
    end(house);
    await isOffline(house);
    return (Date.now() - before) / 1000;
}

// A garaged that is stopped holds its connection and says nothing, as behind a cable that was cut.
async function offlineInTime() {
    const ends = ["SIGKILL", "SIGTERM", "SIGSTOP"];
    const seconds = await Promise.all(ends.map((signal) => {
        let taken;
        return inHouse(async (house) => {
            taken = await endsBy(house, () => house.garaged.kill(signal));
            if (signal !== "SIGSTOP") return;
            house.garaged.kill("SIGCONT");
            await waitFor("online again", () => house.mqtt.latest("garaged/status") === "online");
        }).then(() => taken);
    }));
    console.log(`# offline after ${seconds.map((each, i) => `${ends[i]} ${each.toFixed(1)} s`).join(", ")}`);
}

try {
    await test("offline: killed, stopped or cut off, garaged is shown as offline within 1.5 keepalives", offlineInTime);
} finally {
    await cleanUp();
}
finish();
