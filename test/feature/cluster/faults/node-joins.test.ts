import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../../support/api-client.ts";
import { startCluster } from "../../../support/cluster.ts";
import { endLease } from "../../../support/end-lease.ts";
import { eventually } from "../../../support/eventually.ts";
import { succeeded } from "../../../support/frames.ts";
import { HAS_REDIS, NO_REDIS } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { Peer } from "../../../support/peer.ts";
import { startServer } from "../../../support/start-server.ts";

/** How often nodes join, how many at once, and how many events each of them must hear; more by hand with RESOUND_TEST_JOINS. */
const ROUNDS = Number(process.env["RESOUND_TEST_JOINS"] ?? 2), AT_ONCE = 2, EVENTS = 20;

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a node that joins one that was alone", () => {
  test("misses no event from its first subscription on, also after nodes were killed", async () => {
    // A beat a second, so that the first node soon knows that the others were killed.
    await using cluster = await startCluster({ nodes: 1, leaseSeconds: 5 });
    const first = cluster.node(0), api = new ApiClient(first);
    let next = 0, goesOn = true;
    const load = (async () => {
      for (; goesOn; next++) expect((await api.trigger("news", "tick", `${next}`)).status).toBe(200);
    })();
    const env = {
      ...cluster.redis.env,
      ...{ REVERB_SCALING_ENABLED: "true", REVERB_SCALING_LEASE_SECONDS: "5" },
    };
    for (let round = 0; round < ROUNDS; round++) {
      // What is published is not sent any more.
      await eventually(async () => {
        const before = next, sent = await first.metric("resound_bus_published_total");
        await eventually(() => next > before + 1);
        return await first.metric("resound_bus_published_total") === sent;
      });
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        const joining = await startServer({ env });
        const peer = await Peer.connect(joining);
        expect(await peer.subscribe("news")).toBe(succeeded("news"));
        // The call that is under way may be over before the subscription.
        const from = next + 1, heard: number[] = [];
        while ((heard.at(-1) ?? 0) < from + EVENTS) {
          heard.push(Number((JSON.parse(await peer.next()) as { data: string }).data));
        }
        const expected = Array.from({ length: EVENTS + 1 }, (_, index) => from + index);
        expect(heard.filter((number) => number >= from)).toEqual(expected);
        await joining.kill();
        await endLease([cluster.redis], joining.pid);
      }));
    }
    goesOn = false;
    await load;
  });
});
