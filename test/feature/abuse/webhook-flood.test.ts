import { describe, expect, test } from "bun:test";
import { startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { metricsUrlOf, scrape } from "../../support/scrape.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { OWN_PLACE } from "../../support/watched-server.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";

const PING = { event: "pusher:ping" }, PONG = { event: "pusher:pong" };

/** Settings with which a flood overflows the queue within a second. As nothing is held, no stay is too short to be reported. */
const SMALL_QUEUE = {
  REVERB_WEBHOOK_QUEUE_MAX_EVENTS: "1000",
  REVERB_WEBHOOK_HOLD_SECONDS: "0",
  REVERB_DRAIN_SECONDS: "0",
  REVERB_METRICS_PORT: "0",
};

function envOf(receiver: WebhookReceiver): Record<string, string> {
  return { ...SMALL_QUEUE, REVERB_WEBHOOK_URL: receiver.url };
}

/** An attacker, who needs the public key only: subscribes to 100 new channels at a time, and leaves those of before. */
class Flood {
  readonly #peer: Peer;
  #round = 0;
  #before: readonly string[] = [];

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** One round; resolves when the server has handled it. */
  async go(): Promise<void> {
    const round = ++this.#round;
    const channels = Array.from({ length: 100 }, (_, number) => `cache-flood-${round}-${number}`);
    for (const channel of channels) this.#peer.send({ event: "pusher:subscribe", data: { channel } });
    for (const channel of this.#before) this.#peer.send({ event: "pusher:unsubscribe", data: { channel } });
    this.#before = channels;
    await this.#peer.answersTo(PING);
  }
}

/**
 * 37 clients, each of which causes four events in the middle of a flood of some 30,000: a user comes to a presence channel and sends a
 * client event. Returns these 148 events. `shop` begins the names of the channels.
 */
async function shopDuringFlood(server: RunningServer, shop: string): Promise<string[]> {
  const expected: string[] = [], flood = new Flood(await Peer.connect(server));
  for (let number = 0; number < 37; number++) {
    await flood.go();
    const peer = await Peer.connect(server),
      presence = `presence-${shop}-${number}`,
      open = `${shop}-${number}`;
    await peer.subscribed(presence, { user_id: `${number}` });
    await peer.subscribed(open);
    await peer.answersTo({ event: "client-order", channel: presence, data: `${number}` });
    expected.push(
      `channel_occupied ${presence}`,
      `member_added ${presence}`,
      `client_event ${presence}`,
      `channel_occupied ${open}`,
    );
    await flood.go();
  }
  return expected;
}

/** The accepted events of the clients of {@link shopDuringFlood}, as it writes them. */
function shopEvents(receiver: WebhookReceiver): string[] {
  return receiver.events.filter(({ channel }) => /^(?:presence-)?shop/.test(String(channel)))
    .map(({ name, channel }) => `${name} ${channel}`)
    .filter((each) => /^(?:channel_occupied|member_added|client_event) /.test(each));
}

async function outcomes(server: RunningServer): Promise<(outcome: string) => number> {
  const metrics = await scrape(await metricsUrlOf(server));
  return (outcome) => metrics.value("resound_webhook_events_total", { application: "app-id", outcome }) ?? 0;
}

test(
  "a client that floods the webhooks loses its own events, and those of 37 others arrive, also over a restart",
  async () => {
    await using receiver = await WebhookReceiver.start();
    receiver.always(() => ({ kind: "answer", status: 503 }));
    const options = {
      directory: temporaryDirectory(),
      files: OWN_PLACE,
      env: envOf(receiver),
      // A line about dropped events, with the receiver's URL, comes before it.
      startLine: /is listening on (http):\/\/127\.0\.0\.1:(\d+)/,
    };
    const first = await startServer(options);
    const expected = await shopDuringFlood(first, "shop-a");
    const count = await outcomes(first);
    expect(count("over_share")).toBeGreaterThan(10_000);
    expect([count("queue_full"), count("expired")]).toEqual([0, 0]);
    expect(await first.stop()).toBe(0);

    await using second = await startServer(options);
    expected.push(...await shopDuringFlood(second, "shop-b"));
    receiver.always(() => ({ kind: "answer", status: 200 }));
    await eventually(() => shopEvents(receiver), (events) => events.length >= expected.length, 120_000);
    expect(shopEvents(receiver).sort()).toEqual(expected.sort());
    expect((await outcomes(second))("queue_full")).toBe(0);
    await second.output.waitFor("of them because one client has caused more than its share");
  },
  240_000,
);

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("with scaling", () => {
  test(
    "a node that takes over the events of one that was flooded sends those of the other clients",
    async () => {
      await using receiver = await WebhookReceiver.start();
      receiver.always(() => ({ kind: "answer", status: 503 }));
      await using cluster = await startCluster({ nodes: 2, files: OWN_PLACE, env: envOf(receiver) });
      const expected = await shopDuringFlood(cluster.node(0), "shop-a");
      expected.push(...await shopDuringFlood(cluster.node(1), "shop-b"));
      expect(await cluster.node(0).stop()).toBe(0);
      await cluster.node(1).output.waitFor("Sending the webhooks that an earlier server left");
      receiver.always(() => ({ kind: "answer", status: 200 }));
      await eventually(() => shopEvents(receiver), (events) => events.length >= expected.length, 120_000);
      expect(shopEvents(receiver).sort()).toEqual(expected.sort());
      expect((await outcomes(cluster.node(1)))("queue_full")).toBe(0);
    },
    240_000,
  );
});

test("a client that subscribes and unsubscribes all the time costs no events, and no memory", async () => {
  await using receiver = await WebhookReceiver.start();
  await using server = await startServer({
    files: OWN_PLACE,
    env: { REVERB_WEBHOOK_URL: receiver.url, REVERB_METRICS_PORT: "0" },
  });
  const memory = async (): Promise<number> =>
    (await scrape(await metricsUrlOf(server))).value("process_resident_memory_bytes")! / 2 ** 20;
  await using peer = await Peer.connect(server);
  const before = await memory(), PAIRS = 60_000, PIECE = 500;
  for (let number = 0; number < PAIRS; number++) {
    const channel = `cache-${number}`;
    peer.send({ event: "pusher:subscribe", data: { channel } });
    peer.send({ event: "pusher:unsubscribe", data: { channel } });
    // A pong has no answer of its own, so that this waits until all that was sent is handled.
    if (number % PIECE === PIECE - 1) await peer.answersTo(PONG);
  }
  expect(await memory() - before).toBeLessThan(200);
  // What is sent within the fraction of a second between the two is reported.
  expect(receiver.events.length).toBeLessThan(PAIRS / 20);
  const metrics = await scrape(await metricsUrlOf(server));
  expect(metrics.value("resound_webhook_queued_events", { application: "app-id" })).toBeLessThan(100);
});
