import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from "../../support/redis-server.ts";
import { metricsUrlOf, scrape } from "../../support/scrape.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { appendEvent, appendFields } from "../../support/stream-entries.ts";
import { useCluster } from "../../support/use-server.ts";

const skip = skipWhen(!HAS_REDIS, NO_REDIS);
const READS = /Reads the event streams/;

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

describe.skipIf(skip)("a server that reads event streams", () => {
  let redis: RedisServer, server: RunningServer;
  const start = async (): Promise<void> => {
    const stream = {
      REVERB_STREAM_ENABLED: "true",
      REVERB_STREAM_START_DELAY: "0",
      REVERB_SCALING_COMMAND_TIMEOUT: "20",
    };
    // What was delivered can be read by the API, also where it came before any client.
    const history = { REVERB_APP_RECOVERY_ENABLED: "true", REVERB_APP_RECOVERY_HISTORY: "waited:1000:600" };
    server = await startServer({ env: { ...redis.env, ...stream, ...history, REVERB_METRICS_PORT: "0" } });
    await server.output.waitFor(READS);
  };
  const event = (data: string, channel: string, more: object = {}): Promise<string> =>
    appendEvent(redis, { name: "e", data, channel, ...more });

  beforeAll(async () => {
    if (skip) return;
    redis = await startRedis();
    await start();
  });
  afterAll(async () => {
    if (skip) return;
    await server?.stop();
    await redis[Symbol.asyncDispose]();
  });

  test("delivers an event as the API does: to others, to several channels, once for one key, of any age", async () => {
    await using ann = await Peer.subscribed(server, "news");
    await using bob = await Peer.subscribed(server, "news");
    await bob.subscribed("private-orders");
    await event("others", "news", { socket_id: ann.id });
    await appendEvent(redis, { name: "e", data: "both", channels: ["news", "private-orders"] });
    await event("key", "news", { idempotency_key: "k1" });
    await event("key", "news", { idempotency_key: "k1" });
    await appendEvent(redis, { name: "e", data: "old", channel: "news" }, { timestamp: 1_000_000_000 });
    await event("end", "news");
    const told = async (peer: Peer): Promise<string> => {
      const { channel, data } = await peer.nextEvent("e");
      return `${channel} ${data}`;
    };
    for (const text of ["news both", "news key", "news old", "news end"]) expect(await told(ann)).toBe(text);
    for (const text of ["others", "both"]) expect(await told(bob)).toBe(`news ${text}`);
    expect(await told(bob)).toBe("private-orders both");
    for (const text of ["key", "old", "end"]) expect(await told(bob)).toBe(`news ${text}`);
    // A call with the same body and key is a repetition of the entry.
    const body = { name: "e", data: "key", channel: "news", idempotency_key: "k1" };
    const repeated = await new ApiClient(server).post("/events", body);
    expect(repeated.headers.get("idempotent-replayed")).toBe("true");
    await ann.expectSilence();
  });

  test("refuses what the API would refuse, says why, and delivers what is behind it", async () => {
    await using ann = await Peer.subscribed(server, "news");
    const stranger = { id: "app-id", key: "app-key", secret: "another" };
    await appendEvent(redis, { name: "e", data: "forged", channel: "news" }, { application: stranger });
    await appendEvent(redis, { name: "e", data: "x", channel: "news" }, {
      application: { ...stranger, id: "none" },
    });
    await event("x", "#server-to-user-");
    await event("x".repeat(10_001), "news");
    await appendFields(redis, { of: "another program" });
    await event("good", "news");
    expect((await ann.nextEvent("e")).data).toBe("good");
    for (
      const text of [
        "reason=api_unauthorized",
        "reason=api_unknown_application",
        "reason=api_invalid",
        "reason=api_too_large",
      ]
    ) {
      await server.output.waitFor(new RegExp(`entry \\S+ of an event stream: .*${text}`));
    }
    const metrics = await scrape(await metricsUrlOf(server));
    expect(metrics.value("resound_stream_entries_total", { outcome: "refused" })).toBe(5);
    expect(metrics.value("resound_stream_owned")).toBe(16);
    expect(metrics.value("resound_stream_redis_up")).toBe(1);
  });

  test("delivers in order what has come while it was down", async () => {
    await server.stop();
    for (const number of range(0, 150)) await event(String(number), "waited");
    await start();
    for (const number of range(150, 160)) await event(String(number), "waited");
    const read = async (): Promise<number[]> => {
      const { text } = await new ApiClient(server).get("/channels/waited/history", { limit: "1000" });
      const { events } = JSON.parse(text) as { readonly events: readonly { readonly data: string }[] };
      return events.map(({ data }) => Number(data));
    };
    expect(await eventually(read, (numbers) => numbers.at(-1) === 159)).toEqual(range(0, 160));
  });
});

describe.skipIf(
  skip || skipWhen(serverTarget() === "deno", "event streams in a cluster: tested with the executable"),
)(
  "two nodes that read event streams",
  () => {
    const cluster = useCluster({
      nodes: 2,
      env: { REVERB_STREAM_ENABLED: "true", REVERB_STREAM_START_DELAY: "0" },
    });
    const owned = (index: number): Promise<number> => cluster.node(index).metric("resound_stream_owned");

    test("share them, and go on in order when one is killed, when one joins and when one is stopped", async () => {
      await eventually(async () => [await owned(0), await owned(1)].join(), (each) => each === "8,8");
      await using ann = await Peer.subscribed(cluster.node(1), "news");
      let sent = 0;
      const send = async (times: number): Promise<void> => {
        for (let n = 0; n < times; n++, sent++) {
          await appendEvent(cluster.redis, { name: `e${sent % 16}`, data: String(sent), channel: "news" }, {
            stream: sent % 16,
          });
        }
      };
      await send(160);
      await Promise.all([send(320), cluster.node(0).kill()]);
      await eventually(() => owned(1), (count) => count === 16);
      await cluster.add();
      await Promise.all([send(320), eventually(() => owned(2), (count) => count === 8)]);
      await Promise.all([send(160), cluster.node(2).stop()]);
      await send(16);
      for (const name of range(0, 16)) {
        await appendEvent(cluster.redis, { name: `e${name}`, data: "end", channel: "news" }, {
          stream: name,
        });
      }
      const seen = new Map<string, number[]>();
      for (let ends = 0; ends < 16;) {
        const { event, data } = JSON.parse(await ann.next()) as {
          readonly event: string;
          readonly data: string;
        };
        if (data === "end") ends++;
        else seen.set(event, [...seen.get(event) ?? [], Number(data)]);
      }
      for (const name of range(0, 16)) {
        const numbers = seen.get(`e${name}`) ?? [];
        // What the killed node had not confirmed has come once more, behind what it had delivered.
        expect(numbers.filter((number, index) => numbers.indexOf(number) === index))
          .toEqual(range(0, sent).filter((number) => number % 16 === name));
      }
    });
  },
);
