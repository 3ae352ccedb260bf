import { describe, expect, test } from "bun:test";
import { ApiClient, type ApiResponse } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { useCluster } from "../../support/use-server.ts";

const onDeno = skipWhen(
  serverTarget() === "deno",
  "idempotency keys in a cluster: tested with the executable",
);

describe.skipIf(onDeno || skipWhen(!HAS_REDIS, NO_REDIS))(
  "calls with an idempotency key over two nodes",
  () => {
    const cluster = useCluster({ nodes: 2, env: { REVERB_SCALING_COMMAND_TIMEOUT: "8" } });

    const call = (node: 0 | 1, key: string): Promise<ApiResponse> =>
      new ApiClient(cluster.node(node)).post("/events", { name: key, data: "x", channel: "news" }, {
        headers: { "Idempotency-Key": key },
      });

    test("are delivered once to the subscribers of both, and answered alike", async () => {
      await using here = await Peer.subscribed(cluster.node(0), "news");
      await using there = await Peer.subscribed(cluster.node(1), "news");
      const nodes = Array.from({ length: 20 }, (_, index) => index % 2 as 0 | 1);
      const answers = await Promise.all(nodes.map((node) => call(node, "at-once")));
      expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(nodes.map(() => "200 {}"));
      expect(answers.filter(({ headers }) => headers.get("idempotent-replayed") === null)).toHaveLength(1);
      expect((await call(0, "first-here")).headers.get("idempotent-replayed")).toBeNull();
      expect((await call(1, "first-here")).headers.get("idempotent-replayed")).toBe("true");
      for (const each of [here, there]) {
        await each.nextEvent("at-once");
        await each.nextEvent("first-here");
        await each.expectSilence();
      }
    });

    test("are delivered though Redis is silent or away, and known to both nodes when it is back", async () => {
      await using here = await Peer.subscribed(cluster.node(0), "news");
      await call(0, "before");
      cluster.redis.freeze();
      expect((await call(0, "silent")).status).toBe(200);
      cluster.redis.thaw();
      await cluster.redis.stop();
      await eventually(
        async () => (await fetch(`${cluster.node(0).url}/up?ready`)).status,
        (status) => status === 503,
      );
      for (const key of ["away", "away", "before"]) expect((await call(0, key)).status).toBe(200);
      await cluster.redis.start();
      for (const node of cluster.nodes) {
        await eventually(
          async () => (await fetch(`${node.url}/up?ready`)).status,
          (status) => status === 200,
        );
      }
      // Brought to Redis within a second; until then the other node does not know of it.
      await eventually(
        async () => {
          const [key = "none"] = await cluster.redis.command("KEYS", "*{idempotency:*}:entries") as string[];
          return await cluster.redis.command("HEXISTS", key, "away");
        },
        (known) => known === 1,
      );
      expect((await call(1, "away")).headers.get("idempotent-replayed")).toBe("true");
      for (const name of ["before", "silent", "away"]) await here.nextEvent(name);
      await here.expectSilence();
      expect(await cluster.node(0).metric('resound_api_claims_alone_total{application="app-id"}')).toBe(2);
    });
  },
);
