import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { serverSdk } from "../support/client-libraries.ts";
import { type Cut, CuttingRelay } from "../support/cutting-relay.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { noBrowser, openBrowser } from "./chromium.ts";
import {
  CHANNELS,
  faultsOf,
  type Got,
  publish,
  servePages,
  untilReceived,
  untilSubscribed,
} from "./recovery-pages.ts";

/** More of both for the figures in docs/recovery.md. */
const EVENTS = Number(process.env["RESOUND_RECOVERY_EVENTS"] ?? 400);
const CUTS = Number(process.env["RESOUND_RECOVERY_CUTS"] ?? 6);
/** Milliseconds between two events. */
const PACE = Number(process.env["RESOUND_RECOVERY_PACE"] ?? 20);

/** Tabs that share a jar: the first has Echo, the others pusher-js. */
const TABS = Number(process.env["RESOUND_RECOVERY_TABS"] ?? 1);

const KINDS: readonly Cut[] = ["socket", "swallowed", "half-open"];

test.skipIf(skipWhen(noBrowser !== undefined, `recovery: ${noBrowser}`))(
  "untouched pusher-js and Echo lose no event over cuts of the network",
  async () => {
    await using server = await startServer({
      env: {
        REVERB_APP_RECOVERY_ENABLED: "true",
        REVERB_APP_RECOVERY_MAX_EVENTS: String(EVENTS + 10),
        REVERB_MAX_REQUEST_SIZE: "100000",
      },
    });
    const sdk = serverSdk(server);
    await using relay = await CuttingRelay.open(() => server.port);
    const pages = servePages(sdk, relay.port);
    try {
      await using browser = await openBrowser();
      const plain = browser.page, tabs: Page[] = [];
      // Another name of this machine, so that page and tabs have no cookies in common.
      await plain.goto(`http://127.0.0.1:${pages.port}/page`);
      for (let tab = 0; tab < TABS; tab++) {
        const page = await browser.context.newPage();
        await page.goto(`http://localhost:${pages.port}/page${tab === 0 ? "?echo" : ""}`);
        tabs.push(page);
      }
      const all = [plain, ...tabs];
      for (const page of all) await untilSubscribed(page, 1);
      let published = 0;
      const publishing = (async () => {
        while (published < EVENTS) {
          const due = Bun.sleep(PACE);
          await publish(sdk, published + 1);
          published++;
          await due;
        }
      })();
      for (let cut = 0; cut < CUTS; cut++) {
        // The next cut finds clients that are back, and have events that no cut has touched.
        while (published < (cut + 1) * EVENTS / (CUTS + 1)) await Bun.sleep(PACE);
        await relay.cut(KINDS[cut % KINDS.length]!);
        for (const page of all) await untilSubscribed(page, cut + 2);
      }
      await publishing;
      for (const page of all) {
        await untilReceived(page, EVENTS);
        const got = await page.evaluate("got") as Got;
        let lost = 0, again = 0;
        for (const channel of CHANNELS) {
          const { missing, twice, disordered } = faultsOf(got[channel], EVENTS);
          lost += missing.length;
          again += twice;
          expect([channel, missing, disordered]).toEqual([channel, [], 0]);
          // Tabs that were cut at once cannot be told apart: each begins where the slowest was.
          if (page !== plain && TABS > 1) continue;
          // Per cut what was sent within 20 ms and a round trip, or while bytes were swallowed.
          expect(twice).toBeLessThanOrEqual(CUTS * (1 + 340 / PACE));
        }
        const library = page === tabs[0] ? "Echo" : "pusher-js";
        console.log(
          `${library}, ${EVENTS} events on ${CHANNELS.length} channels, ${CUTS} cuts: ${lost} lost, ${again} twice`,
        );
      }
    } finally {
      pages.stop();
    }
  },
  60_000 + EVENTS * PACE * 3 + CUTS * 10_000,
);
