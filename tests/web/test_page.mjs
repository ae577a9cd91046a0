#!/usr/bin/env node
// The page in a real Chromium against a stand-in for garaged. `tests/web/test_page.mjs [PART OF A NAME]`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, missing, openPage, ROOT } from './browser.mjs';
import { batteryCases } from './cases_battery.mjs';
import { doorCases } from './cases_door.mjs';
import { energyCases } from './cases_energy.mjs';
import { liveCases } from './cases_live.mjs';
import { chargesCases } from './cases_charges.mjs';
import { diaryCases } from './cases_diary.mjs';
import { dongleCases } from './cases_dongle.mjs';
import { systemCases } from './cases_system.mjs';
import { workerCases } from './cases_worker.mjs';
import { lateCases } from './cases_late.mjs';
import { keyboardCases } from './cases_keyboard.mjs';
import { setupCases } from './cases_setup.mjs';
import { everywhereCases } from './cases_everywhere.mjs';
import { houseCases } from './cases_house.mjs';
import { lookCases } from './cases_look.mjs';
import { mileageCases } from './cases_mileage.mjs';
import { printCases } from './cases_print.mjs';
import { madeUpDiary } from './made_up.mjs';
import { pageCases } from './cases_pages.mjs';
import { Fake } from './fake.mjs';
import { Report } from './report.mjs';
import { charging, dayOfPoints } from './states.mjs';

const SHOTS = join(ROOT, 'build/web-shots');
const report = new Report(process.argv[2]);
const why = missing();

/** Runs `test({ fake, open, page })` with a stand-in of its own, and fails on whatever the page complained about. */
function runner(browser) {
  return (name, test, { state = charging(), loggedIn = true, diary = null, history = null, years = 0, ...pageOptions } = {}) =>
    report.run(`page: ${name}`, async () => {
      const fake = new Fake(join(ROOT, 'build/web'), state);
      fake.loggedIn = loggedIn;
      fake.history = history ?? dayOfPoints();
      fake.diary = diary ?? madeUpDiary(years > 0 ? years * 365 : undefined);
      await fake.start();
      const pages = [];
      const open = async (options = {}, hash = '') => {
        const page = await openPage(browser, fake.url, { ...pageOptions, ...options });
        pages.push(page);
        await page.goto(fake.url + hash);
        return page;
      };
      try {
        await test({ fake, open, shots: SHOTS });
        const trouble = pages.flatMap((page) => page.trouble);
        if (trouble.length > 0) {
          throw new Error(`the page complained: ${trouble.join('; ')}`);
        }
      } finally {
        await Promise.all(pages.map((page) => page.context().close()));
        await fake.stop().catch(() => {});
      }
    });
}

if (why) {
  report.skip('page', why);
} else {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await launch();
  const run = runner(browser);
  try {
    await lookCases(run);
    await liveCases(run);
    await doorCases(run);
    await pageCases(run);
    await diaryCases(run);
    await energyCases(run);
    await batteryCases(run);
    await mileageCases(run);
    await chargesCases(run);
    await houseCases(run);
    await dongleCases(run);
    await systemCases(run);
    await setupCases(run);
    await everywhereCases(run);
    await lateCases(run);
    await keyboardCases(run);
    await printCases(run);
    await workerCases(report);
  } finally {
    await browser.close();
  }
}
process.exitCode = report.failed === 0 ? 0 : 1;
