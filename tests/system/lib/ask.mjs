// ask.mjs '{"url": ..., "from": ..., "headers": ...}': asks once, for callers in another network namespace. Prints what came
// as JSON: { status, text } or { error }.
import http from "node:http";
import https from "node:https";

const { url, from, headers = {} } = JSON.parse(process.argv[2]);
const say = (answer) => {
    console.log(JSON.stringify(answer));
    process.exit(0);
};
const options = { localAddress: from, headers, agent: false, rejectUnauthorized: false, timeout: 3000 };
const call = (url.startsWith("https:") ? https : http).get(url, options, (answer) => {
    let text = "";
    answer.on("data", (data) => (text += data));
    answer.on("end", () => say({ status: answer.statusCode, text }));
});
call.on("timeout", () => say({ error: "no answer" }));
call.on("error", (error) => say({ error: error.code ?? error.message }));
