// The result lines that tests/check/count.awk counts, and the exit code.
let failed = 0;

export async function test(name, body) {
    try {
        await body();
        console.log(`ok ${name}`);
    } catch (error) {
        failed++;
        console.log(String(error.stack ?? error).replace(/^/gm, "    "));
        console.log(`not ok ${name}: ${String(error.message ?? error).split("\n")[0]}`);
    }
}

export function skip(name, reason) {
    console.log(`skip ${name}: ${reason}`);
}

export function finish() {
    process.exit(failed ? 1 : 0);
}
