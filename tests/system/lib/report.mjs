// The result lines that tests/check/count.awk counts, and the exit code.
// TEST='*late*' in the environment runs the tests whose names match.
let failed = 0;
const only = new RegExp(`^${(process.env.TEST ?? "*").replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`);

export async function test(name, body) {
    if (!only.test(name)) return;
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
