import { expect, test } from "bun:test";
import { readKept, withAddition } from "../../src/hub/recovery/kept-connection.ts";
import { ApiClient } from "../support/api-client.ts";
import { type ClusterNode, startCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../support/redis-server.ts";
import { type Arrived, ReturningPusher } from "../support/returning-pusher.ts";
import { serverTarget } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";

const isSkipped = skipWhen(!HAS_REDIS, NO_REDIS) ||
  skipWhen(serverTarget() !== "bun", "recovery of pusher-js in a cluster: tested on Bun alone");

const CHANNEL = "news";

/** Publishes to nodes, one event after the other. Each has the node's number and counts up there. */
class Publisher {
  /** For each node the events that it has answered. */
  readonly answered = [new Set<number>(), new Set<number>()];
  readonly #apis: readonly ApiClient[];
  readonly #last = [0, 0];

  constructor(nodes: readonly ClusterNode[]) {
    this.#apis = nodes.map((node) => new ApiClient(node));
  }

  /** Returns the data of the last one. */
  async publish(count: number, ...nodes: readonly number[]): Promise<string> {
    let data = "";
    for (let round = 0; round < count; round++) {
      for (const node of nodes) {
        const number = ++this.#last[node]!;
        data = `${node} ${number}`;
        const event = { name: "n", channels: [CHANNEL], data };
        expect((await this.#apis[node]!.post("/events", event)).status).toBe(200);
        this.answered[node]!.add(number);
      }
    }
    return data;
  }

  /** What is wrong with what a client has got: an answered event that is missing without a gap, or one that came too early. */
  faultOf(arrived: readonly Arrived[]): string | undefined {
    const last = [0, 0], gapSince = [false, false];
    for (const one of arrived) {
      if (typeof one !== "string") {
        gapSince.fill(true);
        continue;
      }
      const [node = 0, number = 0] = one.split(" ").map(Number);
      if (number > last[node]! + 1 && !gapSince[node]) return `${one} follows ${last[node]}`;
      last[node] = Math.max(last[node]!, number);
      gapSince[node] = false;
    }
    const lost = this.answered.findIndex((numbers, node) => last[node]! < numbers.size && !gapSince[node]);
    return lost === -1
      ? undefined
      : `${last[lost]} of ${this.answered[lost]!.size} of node ${lost} at the end`;
  }
}

test.skipIf(isSkipped)(
  "pusher-js in a cluster loses nothing over dead nodes and an absent Redis, or hears of it",
  async () => {
    await using cluster = await startCluster({
      nodes: 2,
      leaseSeconds: 60,
      // Longer than a busy machine keeps Redis waiting, and no longer: it is waited for where Redis is away and a node stands still.
      env: { REVERB_APP_RECOVERY_ENABLED: "true", REVERB_SCALING_COMMAND_TIMEOUT: "4" },
    });
    const [one, two] = [cluster.node(0), cluster.node(1)], { redis } = cluster;
    const publisher = new Publisher(cluster.nodes), pages: ReturningPusher[] = [];
    await using _pages = {
      [Symbol.asyncDispose]: async () => {
        for (const page of pages) await page[Symbol.asyncDispose]();
      },
    };
    for (const node of [one, two, one, two]) pages.push(await ReturningPusher.open(node, CHANNEL));
    const [stays, hops, moves, flees] = pages as [
      ReturningPusher,
      ReturningPusher,
      ReturningPusher,
      ReturningPusher,
    ];
    const gaps = (): number =>
      pages.flatMap(({ arrived }) => arrived).filter((one) => typeof one !== "string").length;

    /** Publishes through nodes until all clients have got it. */
    async function settle(...nodes: readonly number[]): Promise<void> {
      for (const page of pages) await page.isBack();
      for (const node of nodes) {
        const data = await publisher.publish(1, node);
        for (const page of pages) await page.has(data);
      }
    }

    /** Resolves when Redis has the place of each client that a node would leave there if it died now. */
    async function written(...clients: readonly ReturningPusher[]): Promise<void> {
      for (const client of clients) {
        await eventually(async () => {
          const text = await redis.command("GET", `resound:reverb:{return:${client.resume}}`);
          const kept = typeof text === "string" ? readKept(text) : undefined;
          const key = `resound:reverb:{return:${kept?.place}}:open`;
          const addition = await redis.command("HGET", key, client.resume!);
          return kept !== undefined &&
            withAddition(kept, typeof addition === "string" ? addition : undefined).ids.some(([, id]) =>
              id !== ""
            );
        });
      }
    }

    await settle(0, 1);
    // A node that stands still: its client comes back to the other one, which waits for it no longer than for Redis.
    await written(hops, flees);
    two.freeze();
    await hops.moveTo(one, "half-open");
    await publisher.publish(20, 0);
    await hops.isBack();
    two.thaw();
    await settle(0, 1);
    expect(gaps()).toBe(0);

    // Redis is away: what cannot be proved whole is a gap.
    await redis.stop();
    await publisher.publish(5, 0, 1);
    await moves.moveTo(one, "socket");
    await publisher.publish(5, 0, 1);
    await flees.moveTo(one, "socket");
    await publisher.publish(5, 0, 1);
    // It is back, and has lost all that it had.
    await redis.start();
    await cluster.settled(2);
    await settle(0, 1);

    // A node is killed.
    await flees.moveTo(two, "socket");
    await settle(0, 1);
    await written(...pages);
    const before = gaps();
    await publisher.publish(20, 0, 1);
    for (const page of [stays, moves, hops]) page.comesTo(two);
    await one.kill();
    await publisher.publish(20, 1);
    await settle(1);
    expect(gaps()).toBe(before);

    expect(pages.map(({ arrived }) => publisher.faultOf(arrived))).toEqual(pages.map(() => undefined));
  },
);
