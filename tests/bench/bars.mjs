#!/usr/bin/env node
// A year of daily bars: from the choice to the painted chart, by the wall clock and by the time the page's thread worked.
// Prints `bench NAME VALUE UNIT budget BUDGET`. The diary is the stand-in's made-up one, so that no daemon is measured.
import { join } from "node:path";
import { launch, openPage, ROOT } from "../web/browser.mjs";
import { Fake } from "../web/fake.mjs";
import { madeUpDiary } from "../web/made_up.mjs";
import { charging, dayOfPoints } from "../web/states.mjs";

const ROUNDS = 15;

function median(values) {
    return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

// Chooses a width of the bars; ms until the frame after the chart's canvas is another one.
function chooseGrain(page, name) {
    return page.evaluate(
        (wanted) =>
            new Promise((done) => {
                const before = document.querySelector("#chart canvas");
                const begin = performance.now();
                [...document.querySelectorAll("#chart .segments__one")].find((each) => each.textContent === wanted).click();
                const look = () => {
                    const now = document.querySelector("#chart canvas");
                    if (now && now !== before) requestAnimationFrame(() => done(performance.now() - begin));
                    else requestAnimationFrame(look);
                };
                look();
            }),
        name,
    );
}

const fake = new Fake(join(ROOT, "build/web"), charging());
fake.loggedIn = true;
fake.history = dayOfPoints();
fake.diary = madeUpDiary(730);
await fake.start();
const browser = await launch();
const page = await openPage(browser, fake.url, { width: 1280, height: 900 });
await page.goto(`${fake.url}#/mileage?period=${Number(fake.state.time.slice(0, 4)) - 1}&by=month`);
await page.waitForSelector("#chart canvas");
const control = await page.context().newCDPSession(page);
await control.send("Performance.enable", { timeDomain: "threadTicks" });
const busy = async () => (await control.send("Performance.getMetrics")).metrics.find((each) => each.name === "TaskDuration").value * 1000;
const wall = [];
const thread = [];
for (let i = 0; i < ROUNDS; i++) {
    const before = await busy();
    wall.push(await chooseGrain(page, "Day"));
    thread.push((await busy()) - before);
    await chooseGrain(page, "Month");
}
console.log(`bench year_of_daily_bars ${median(wall).toFixed(0)} ms budget 50`);
console.log(`bench year_of_daily_bars_thread ${median(thread).toFixed(0)} ms budget 50`);
await browser.close();
await fake.stop();
process.exit(0);
