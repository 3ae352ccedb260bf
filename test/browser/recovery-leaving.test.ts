import { afterAll, beforeAll, expect, test } from "bun:test";
import { serverSdk } from "../support/client-libraries.ts";
import { CuttingRelay } from "../support/cutting-relay.ts";
import { skipWhen } from "../support/skip-when.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { type BrowserPage, untilTrue } from "./browser-page.ts";
import { BROWSERS } from "./browsers.ts";
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

let server: RunningServer, relay: CuttingRelay, pages: ReturnType<typeof servePages>, published = 0;

beforeAll(async () => {
  server = await startServer({
    env: { REVERB_APP_RECOVERY_ENABLED: "true", REVERB_MAX_REQUEST_SIZE: "100000" },
  });
  relay = await CuttingRelay.open(() => server.port);
  pages = servePages(serverSdk(server), { port: relay.port });
});

afterAll(async () => {
  pages.stop();
  await relay[Symbol.asyncDispose]();
  await server.stop();
});

const urlOf = (library: string): string =>
  `http://localhost:${pages.port}/page?library=${encodeURIComponent(library)}`;

async function publishNext(): Promise<number> {
  await publish(serverSdk(server), ++published);
  return published;
}

/** What a page has got. On a cache channel the last event comes first, as without recovery. */
async function gotBy(page: BrowserPage): Promise<number[][]> {
  const got = await page.evaluate("got") as Got;
  return CHANNELS.filter((name) => name !== "cache-news").map((name) => [...got[name]]);
}

for (const { name, missing, open } of BROWSERS) {
  test.skipIf(skipWhen(missing !== undefined, `recovery: ${missing}`))(
    `in ${name} a page that is loaded anew, left or closed gets nothing from before, and the other tabs go on`,
    async () => {
      await using browser = await open();
      const page = await browser.newPage(), all = (n: number) => CHANNELS.slice(1).map(() => [n]);
      await page.goto(urlOf("pusher-js 8"));
      await untilSubscribed(page, 1);
      await untilReceived(page, await publishNext());
      // The server may not know yet that it has arrived.
      await page.goto(urlOf("pusher-js 8"));
      await untilSubscribed(page, 1);
      const reloaded = await publishNext();
      await untilReceived(page, reloaded);
      expect(await gotBy(page)).toEqual(all(reloaded));

      await page.goto(`http://localhost:${pages.port}/empty`);
      await publishNext();
      await page.goto(urlOf("pusher-js 8"));
      await untilSubscribed(page, 1);
      const back = await publishNext();
      await untilReceived(page, back);
      expect(await gotBy(page)).toEqual(all(back));

      const tab = await browser.newPage();
      await tab.goto(urlOf("Echo"));
      await untilSubscribed(tab, 1);
      await tab.close();
      await publishNext();
      const next = await browser.newPage();
      await next.goto(urlOf("Echo"));
      await untilSubscribed(next, 1);
      const last = await publishNext();
      await untilReceived(next, last);
      await untilReceived(page, last);
      expect(await gotBy(next)).toEqual(all(last));
      expect(await gotBy(page)).toEqual(CHANNELS.slice(1).map(() => [back, last - 1, last]));
      expect([await page.evaluate("gaps"), await next.evaluate("gaps")]).toEqual([[], []]);
    },
  );
}

test.skipIf(skipWhen(noBrowser !== undefined, `recovery: ${noBrowser}`))(
  "a page that was frozen, or had no network, is sent all that it has missed",
  async () => {
    await using browser = await openBrowser();
    const { page } = browser, devTools = await browser.context.newCDPSession(page);
    await page.goto(urlOf("pusher-js 8"));
    await untilSubscribed(page, 1);
    const first = await publishNext();
    await untilReceived(page, first);
    await devTools.send("Page.setWebLifecycleState", { state: "frozen" });
    await publishNext();
    await relay.cut("socket");
    await publishNext();
    await devTools.send("Page.setWebLifecycleState", { state: "active" });
    await untilSubscribed(page, 2);
    await untilReceived(page, await publishNext());

    // What comes while DevTools emulates no network is thrown away behind the answer to its ping, so that the link is cut at once.
    await devTools.send("Network.enable");
    const network = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await devTools.send("Network.emulateNetworkConditions", { offline: true, ...network });
    await relay.cut("socket");
    await publishNext();
    await untilTrue(page, "pusher.connection.state !== 'connected'");
    await publishNext();
    await devTools.send("Network.emulateNetworkConditions", { offline: false, ...network });
    await untilSubscribed(page, 3);
    const last = await publishNext();
    await untilReceived(page, last);
    const got = await page.evaluate("got") as Got;
    for (const channel of CHANNELS) {
      const numbers = got[channel].map((n) => n - first + 1);
      const { missing, disordered } = faultsOf(
        channel === "cache-news" ? numbers.filter((n) => n > 0) : numbers,
        last - first + 1,
      );
      expect([channel, missing, disordered]).toEqual([channel, [], 0]);
    }
    expect(await page.evaluate("gaps")).toEqual([]);
  },
);
