// The page in Chromium, logged in with a session's cookie, and what it shows.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, missing, openPage } from "../../web/browser.mjs";
import { top } from "./process.mjs";
import { waitFor } from "./wait.mjs";

export { launch, missing };

const SHOTS = join(top, "build/system-shots");
const PAGE_MS = 30_000;

// A page of the house; `session` is a logged-in Session, or null for none.
export async function openHouse(browser, port, session, options = {}) {
    const isSecure = session?.withTls === true;
    const origin = `${isSecure ? "https" : "http"}://127.0.0.1:${port}`;
    const page = await openPage(browser, origin, { timeout: PAGE_MS, ...options });
    if (session?.cookie) {
        const [name, value] = session.cookie.split("=");
        await page.context().addCookies([{ name, value, url: origin, secure: isSecure, httpOnly: true }]);
    }
    await page.goto(origin + (options.hash ?? ""));
    return page;
}

// Every figure that is drawn: { soc: "54.1", ... }, "null" for an unknown one.
export function figures(page) {
    return page.evaluate(() => Object.fromEntries([...document.querySelectorAll("[data-signal]")].map((each) => [each.dataset.signal, each.dataset.value])));
}

export async function words(page) {
    return (await page.innerText("body")).replace(/\s+/g, " ");
}

// Waits until the page says it.
export async function saysSoon(page, pattern) {
    let text = "";
    return waitFor(`the page to say ${pattern}`, async () => {
        text = await words(page);
        if (!pattern.test(text)) throw new Error(text.slice(0, 500));
        return text;
    });
}

export async function shoot(page, name) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}
