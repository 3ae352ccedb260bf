import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { runResound } from "../../support/run-resound.ts";
import { FaithfulSubscriber } from "../../support/faithful-subscriber.ts";

const RESTARTS = 10, SUBSCRIBERS = 8, CHANNEL = "news";

const cannotShare = skipWhen(serverTarget() === "deno", "this runtime cannot share a port (reuse_port)");

/** The next server on the same port, which the one before still has. */
function startNext(
  before?: RunningServer,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const port = String(before?.port ?? 0);
  return startServer({
    args: ["--port", port, "--reuse-port"],
    env: { REVERB_DRAIN_SECONDS: "0.2", ...env },
  });
}

/** Publishes one event after the other until it is stopped; each call on a connection of its own, as PHP makes them. */
class Publisher {
  /** For each event that was answered 200, how many subscribers the answer says it went to. */
  readonly taken = new Map<string, number>();
  /** Calls that ended without an answer. */
  readonly unanswered: string[] = [];
  readonly otherAnswers: string[] = [];
  readonly #api: ApiClient;
  #next = 0;
  #stopped = false;
  readonly #ended: Promise<void>;

  constructor(server: { readonly url: string }) {
    this.#api = new ApiClient(server);
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const id = String(this.#next++);
      try {
        const answer = await this.#api.post("/events", {
          name: "counted",
          data: id,
          channels: [CHANNEL],
          info: "subscription_count",
        }, { headers: { Connection: "close" } });
        const count = /"subscription_count":(\d+)/.exec(answer.text)?.[1];
        if (answer.status === 200) this.taken.set(id, Number(count ?? 0));
        else this.otherAnswers.push(`${answer.status} ${answer.text}`);
      } catch (error) {
        this.unanswered.push(error instanceof Error && "code" in error ? String(error.code) : String(error));
      }
    }
  }
}

test.skipIf(cannotShare)(
  "through ten handovers every event that was answered 200 reaches all that the answer counts",
  async () => {
    let server = await startNext();
    const subscribers = Array.from({ length: SUBSCRIBERS }, () => new FaithfulSubscriber(server, CHANNEL));
    await Promise.all(subscribers.map((each) => each.subscribed(1)));
    const publisher = new Publisher(server);
    for (let restart = 1; restart <= RESTARTS; restart++) {
      const before = server;
      server = await startNext(before);
      expect(await before.stop()).toBe(0);
      await Promise.all(subscribers.map((each) => each.subscribed(restart + 1)));
    }
    await publisher.stop();
    await Promise.all(subscribers.map((each) => each.readAll()));

    const { taken, unanswered, otherAnswers } = publisher;
    const lost = [...taken].filter(([id, count]) => {
      const arrived = subscribers.reduce((sum, { received }) => sum + (received.get(id) ?? 0), 0);
      return arrived !== count;
    });
    expect(lost).toEqual([]);
    expect(otherAnswers).toEqual([]);
    expect(subscribers.flatMap(({ oddCloses }) => oddCloses)).toEqual([]);
    for (const { received } of subscribers) {
      expect([...received.values()].filter((times) => times > 1))
        .toEqual([]);
    }

    // Without a cluster this is not promised. It is printed, so that a change for the worse is seen.
    const missed = [...taken.values()].reduce((sum, count) => sum + SUBSCRIBERS - count, 0);
    const refused = subscribers.reduce((sum, each) => sum + each.refused, 0);
    console.log(
      `${RESTARTS} handovers on ${serverTarget()}: ${taken.size} events answered 200 for ${SUBSCRIBERS} subscribers; ` +
        `${missed} of ${taken.size * SUBSCRIBERS} deliveries fell between two processes; ` +
        `${unanswered.length} calls and ${refused} subscriptions were reset (${
          [...new Set(unanswered)].join(", ")
        })`,
    );
    await Promise.all(subscribers.map((each) => each.leave()));
    expect(await server.stop()).toBe(0);
  },
);

test.skipIf(cannotShare || skipWhen(!HAS_REDIS, NO_REDIS))(
  "with scaling, an event that one of two servers takes reaches the clients of both",
  async () => {
    await using redis = await startRedis();
    // Without a notice of a second for load balancers: test/feature/monitoring has that.
    const env = { REVERB_SCALING_ENABLED: "true", REVERB_DRAIN_DELAY: "0.1", ...redis.env };
    await using elsewhere = await startServer({ env });
    const steady = new FaithfulSubscriber(elsewhere, CHANNEL);
    await steady.subscribed(1);
    let server = await startNext(undefined, env);
    const publisher = new Publisher(server);
    for (let restart = 1; restart <= RESTARTS; restart++) {
      const before = server;
      server = await startNext(before, env);
      expect(await before.stop()).toBe(0);
    }
    await publisher.stop();
    expect(publisher.taken.size).toBeGreaterThan(RESTARTS);
    await eventually(async () => {
      await steady.readAll();
      return [...publisher.taken.keys()].filter((id) => !steady.received.has(id));
    }, (missing) => missing.length === 0);
    expect([...steady.received.values()].filter((times) => times !== 1)).toEqual([]);
    expect(publisher.otherAnswers).toEqual([]);
    await steady.leave();
    expect(await server.stop()).toBe(0);
  },
);

test("without reuse_port a second start on the port is refused", async () => {
  await using server = await startServer();
  const { code, stderr } = await runResound(["start", "--host", "127.0.0.1", "--port", String(server.port)]);
  expect([code, stderr.at(-1)]).toEqual([1, expect.stringContaining("the port is taken")]);
});

test.skipIf(cannotShare)("both servers of a handover are found by restart", async () => {
  const first = await startNext();
  const second = await startServer({
    directory: first.directory,
    args: ["--port", String(first.port), "--reuse-port"],
  });
  const { code, stdout } = await runResound(["restart", "--laravel", first.directory]);
  expect([code, stdout.filter((line) => line.includes("has ended")).length]).toEqual([0, 2]);
  expect([await first.exited, await second.exited]).toEqual([0, 0]);
});
