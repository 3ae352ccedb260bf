import { expect, test } from "bun:test";
import { serverSdk } from "../support/client-libraries.ts";
import { type ClusterNode, startCluster } from "../support/cluster.ts";
import { CuttingRelay } from "../support/cutting-relay.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import { untilTrue } from "./browser-page.ts";
import { noBrowser, openBrowser } from "./chromium.ts";
import { CHANNELS, faultsOf, type Got, publish, servePages, untilSubscribed } from "./recovery-pages.ts";
import { SteadyPublisher } from "./steady-publisher.ts";

const skipped = skipWhen(noBrowser !== undefined, `recovery: ${noBrowser}`) || skipWhen(!HAS_REDIS, NO_REDIS);

/** How many events come before each cut, and while its clients are away. */
const STEP = 25;

test.skipIf(skipped)(
  "untouched pusher-js and Echo lose no event over a killed node and an absent Redis, or hear of a gap",
  async () => {
    await using redis = await startRedis({ appendOnly: true });
    await using cluster = await startCluster({
      nodes: 2,
      redis,
      // Longer than a busy machine keeps Redis waiting, and no longer: calls wait for it where Redis is away.
      env: {
        REVERB_APP_RECOVERY_ENABLED: "true",
        REVERB_MAX_REQUEST_SIZE: "100000",
        REVERB_SCALING_COMMAND_TIMEOUT: "4",
      },
    });
    // `home` is the node that clients are sent to, `caller` the one that is called.
    const [one, two] = [cluster.node(0), cluster.node(1)];
    let home = one, caller = one;
    await using relay = await CuttingRelay.open(() => home.port);
    const pages = servePages(serverSdk(one), { port: relay.port });
    try {
      await using browser = await openBrowser();
      const tabs = [browser.page, await browser.context.newPage()];
      for (const [index, page] of tabs.entries()) {
        const query = new URLSearchParams({ library: ["pusher-js 8", "Echo"][index]! });
        await page.goto(`http://page-${index}.localhost:${pages.port}/page?${query}`);
      }
      for (const page of tabs) await untilSubscribed(page, 1);
      /** By which node each event was published: those of one node come in order. */
      const publishers: ClusterNode[] = [];
      using publisher = new SteadyPublisher(async (n) => {
        publishers[n - 1] = caller;
        // A call that the killed node has not answered is made again, at the other.
        return await publish(serverSdk(caller), n).then(() => true, () => false);
      });
      publisher.limit = STEP;
      /** Has clients cut off by `act` while events come, and waits until they are back and have what they get. */
      const cut = async (act: () => Promise<void>): Promise<void> => {
        await publisher.until(publisher.limit);
        const before = await Promise.all(tabs.map((page) => page.evaluate("connects") as Promise<number>));
        publisher.limit += STEP;
        await act();
        for (const [index, page] of tabs.entries()) await untilSubscribed(page, before[index]! + 1);
        await publisher.until(publisher.limit);
        // One more is live, and comes behind all that is sent again.
        publisher.limit++;
        const last = publisher.limit;
        for (const page of tabs) {
          await untilTrue(
            page,
            `Object.entries(got).every(([name, each]) => name === "whisper" || each.includes(${last}))`,
          );
        }
      };
      await cut(async () => {
        home = two;
        await relay.cut("socket");
      });
      await cut(async () => {
        home = caller = one;
        await relay.cut("half-open");
      });
      await cut(async () => {
        // A client that finds no server where it comes back waits for fifteen seconds.
        home = two;
        process.kill(one.pid, "SIGKILL");
        await one.exited;
        caller = two;
      });
      await cut(async () => {
        await redis.kill();
        await relay.cut("socket");
      });
      await redis.start();
      home = await cluster.add();
      await cut(() => relay.cut("socket"));

      for (const [index, page] of tabs.entries()) {
        const got = await page.evaluate("got") as Got;
        const gaps = await page.evaluate("gaps") as { readonly channel: string; readonly connects: number }[];
        let again = 0;
        for (const channel of CHANNELS) {
          // What a node has begun a moment before it is killed, or Redis has not got while it was away, may be a gap, which is told.
          const told = gaps.filter((gap) => gap.channel === channel).map(({ connects }) => connects);
          const { missing, twice } = faultsOf(got[channel], publisher.published);
          again += twice;
          if (told.length === 0) expect([channel, missing]).toEqual([channel, []]);
          // Its own memory is enough for a node while Redis is away.
          expect(told).not.toContain(5);
          for (const node of [one, two]) {
            const own = [...new Set(got[channel])].filter((n) => publishers[n - 1] === node);
            if (told.length === 0) expect([channel, own]).toEqual([channel, own.toSorted((a, b) => a - b)]);
          }
        }
        console.log(
          `page ${index}: ${publisher.published} events, 5 cuts, ${again} twice, gaps: ${
            JSON.stringify(gaps)
          }`,
        );
      }
    } finally {
      pages.stop();
    }
  },
);
