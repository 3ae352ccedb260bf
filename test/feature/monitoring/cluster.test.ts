import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { Peer } from "../../support/peer.ts";
import { scrape, type Scraped, startWatched } from "../../support/scrape.ts";

/** Reads until something is so; the test's own time limit ends what never is. */
async function scrapeUntil(url: string, isSo: (scraped: Scraped) => boolean): Promise<Scraped> {
  for (;;) {
    const scraped = await scrape(url);
    if (isSo(scraped)) return scraped;
    await Bun.sleep(20);
  }
}

const noRedis = skipWhen(!HAS_REDIS, NO_REDIS);

test.skipIf(noRedis)(
  "what goes between nodes is counted, and a Redis that is away makes a node not ready",
  async () => {
    await using redis = await startRedis();
    const env = { ...redis.env, REVERB_SCALING_ENABLED: "true" };
    await using one = await startWatched({ env });
    await using two = await startWatched({ env });
    await scrapeUntil(one.metricsUrl, ({ value }) => value("resound_cluster_nodes") === 2);
    await using client = await Peer.connect(two.server);
    await client.subscribe("news");
    await new ApiClient(one.server).post("/events", { name: "e", channels: ["news"], data: "{}" });
    await client.nextEvent("e");

    const sender = await scrapeUntil(
      one.metricsUrl,
      ({ value }) => value("resound_bus_published_total")! > 0,
    );
    const receiver = await scrape(two.metricsUrl);
    expect(sender.value("resound_redis_up")).toBe(1);
    expect(sender.value("resound_ready")).toBe(1);
    expect(sender.value("resound_bus_published_bytes_total")).toBeGreaterThan(0);
    expect(sender.value("resound_bus_dropped_total", { reason: "queue_full" })).toBe(0);
    expect(receiver.value("resound_bus_received_total")).toBeGreaterThan(0);
    expect(receiver.value("resound_deliveries_total", { application: "app-id" })).toBe(1);
    await scrapeUntil(one.metricsUrl, ({ value }) => value("resound_bus_round_trip_seconds_count")! > 0);

    await redis.kill();
    await scrapeUntil(one.metricsUrl, ({ value }) => value("resound_redis_up") === 0);
    expect((await scrape(one.metricsUrl)).value("resound_ready")).toBe(0);
    const ready = await fetch(`${one.server.url}/up?ready`);
    expect([ready.status, await ready.text()]).toEqual([
      503,
      '{"health":"OK","ready":false,"reasons":["redis_away"]}',
    ]);
    expect((await fetch(`${one.server.url}/up`)).status).toBe(200);

    await redis.start();
    await scrapeUntil(one.metricsUrl, ({ value }) => value("resound_ready") === 1);
    expect((await fetch(`${one.server.url}/up?ready`)).status).toBe(200);
    expect((await scrape(one.metricsUrl)).value("resound_redis_reconnects_total")).toBe(1);
  },
);

test("a server that does not scale has no metrics of a cluster", async () => {
  await using watched = await startWatched();
  expect((await scrape(watched.metricsUrl)).text).not.toMatch(/resound_(bus|redis|cluster)_/);
});
