// Waiting for something to become true, with a limit that only a hang reaches: a silent car behind a dongle that cannot listen is known
// after 41 s, a car is asleep 30 s after its last word, and all that on a machine that is busy with other tests.
export const LIMIT_MS = 100_000;

export function sleep(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

// Calls `probe` until it returns something truthy and returns that.
export async function waitFor(what, probe, limitMs = LIMIT_MS) {
    const until = Date.now() + limitMs;
    let last;
    for (;;) {
        try {
            last = await probe();
            if (last) return last;
        } catch (error) {
            last = error;
        }
        if (Date.now() > until) throw new Error(`waited in vain for ${what}; last: ${describe(last)}`);
        await sleep(50);
    }
}

function describe(value) {
    if (value instanceof Error) return value.message;
    return JSON.stringify(value)?.slice(0, 500);
}
