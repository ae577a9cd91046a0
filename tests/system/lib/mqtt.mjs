// What a real subscriber sees: mosquitto_sub, each message a line.
import { start } from "./process.mjs";

export function subscribe(port, topic = "garaged/#") {
    const program = start("mosquitto_sub", "-h", "127.0.0.1", "-p", String(port), "-t", topic, "-F", "%r %t %p");
    return {
        program,
        // The last payload of a topic, or undefined.
        latest(name) {
            const lines = program.out.split("\n").filter((line) => line.split(" ")[1] === name);
            return lines.at(-1)?.split(" ").slice(2).join(" ");
        },
        // The last flat state of a car, or null.
        state(car = "leaf") {
            const text = this.latest(`garaged/${car}/state`);
            return text ? JSON.parse(text) : null;
        },
        all: () => program.out,
    };
}
