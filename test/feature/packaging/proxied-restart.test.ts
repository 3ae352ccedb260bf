import { beforeAll, describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connectPusher, type PusherClient } from "../../support/client-libraries.ts";
import { EventLog } from "../../support/event-log.ts";
import { freePort } from "../../support/free-port.ts";
import { startCaddy, startHaproxy, startNginx } from "../../support/proxies.ts";
import type { RunningProxy } from "../../support/proxy-process.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { APPLICATION_ENV, type FinishedRun, runResound } from "../../support/run-resound.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";

// `resound restart --all`, and then a stop and start by a process manager, behind what docs/web-server.md shows for several servers,
// which test/support/proxies.ts takes from that page: three nodes, with all proxies in front of them at the same time.

const proxies = [
  ["nginx", skipWhen(Bun.which("nginx") === null, "nginx is not installed"), startNginx],
  ["HAProxy", skipWhen(Bun.which("haproxy") === null, "HAProxy is not installed"), startHaproxy],
  ["Caddy", skipWhen(Bun.which("caddy") === null, "Caddy is not installed"), startCaddy],
] as const;
const noRedis = skipWhen(!HAS_REDIS, NO_REDIS);
// What a proxy meets is the same on each.
const isOtherTarget = serverTarget() !== "bun";

const NODES = 3, CLIENTS = 30;
/** Milliseconds between two calls of a caller. */
const PAUSE = 100;
/** Milliseconds by which a close may be read later than the answers to calls that came after it: it crosses the proxy by another way. */
const LATE_CLOSE = 3000;

/** A node of a process manager's: when it ends, it is started again on the same port. */
class ManagedNode implements AsyncDisposable {
  readonly port: number;
  readonly #start: () => Promise<RunningServer>;
  #server: Promise<RunningServer>;
  #isOver = false;

  private constructor(port: number, start: () => Promise<RunningServer>) {
    this.port = port;
    this.#start = start;
    this.#server = this.#run();
  }

  static async start(env: Readonly<Record<string, string>>): Promise<ManagedNode> {
    const port = await freePort();
    const node = new ManagedNode(port, () => startServer({ args: ["--port", String(port)], env }));
    await node.#server;
    return node;
  }

  async #run(): Promise<RunningServer> {
    const server = await this.#start();
    void server.exited.then(() => {
      if (!this.#isOver) this.#server = this.#run();
    });
    return server;
  }

  /** As a process manager does: a stop, then a start. */
  async restart(): Promise<void> {
    expect(await (await this.#server).kill("SIGTERM")).toBe(0);
    await this.#server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await (await this.#server)[Symbol.asyncDispose]();
  }
}

/** A client with a subscription, and the numbers of the events that it has got. */
class Subscriber implements Disposable {
  readonly #client: PusherClient;
  readonly #events: EventLog;
  readonly numbers = new Set<number>();
  /** Numbers that were under way while it changed from one node to another. */
  readonly missable = new Set<number>();

  private constructor(client: PusherClient, channel: string) {
    this.#client = client;
    const subscribed = client.pusher.subscribe(channel);
    this.#events = EventLog.of(subscribed);
    subscribed.bind("event", ({ number }: { readonly number: number }) => this.numbers.add(number));
  }

  /** Notes from now on which events it may miss. */
  watch(calls: Pick<Traffic, "answered" | "answeredAt">): void {
    let left: number | undefined;
    this.#client.pusher.connection.bind("connecting", () => left ??= this.#firstMissable(calls));
    this.#client.pusher.channels.all()[0]!.bind("pusher:subscription_succeeded", () => {
      for (let number = left ?? Infinity; number <= calls.answered; number++) this.missable.add(number);
      left = undefined;
    });
  }

  /** The first event behind a close that is read now: of the last ones those that have not come. */
  #firstMissable({ answered, answeredAt }: Pick<Traffic, "answered" | "answeredAt">): number {
    const since = performance.now() - LATE_CLOSE;
    let first = answered - 1;
    while (first > 0 && !this.numbers.has(first - 1) && answeredAt[first - 1]! >= since) first--;
    return first;
  }

  static async connect(proxy: RunningProxy, channel: string): Promise<Subscriber> {
    const subscriber = new Subscriber(await connectPusher(proxy), channel);
    await subscriber.next("pusher:subscription_succeeded");
    return subscriber;
  }

  async next(event: string): Promise<void> {
    await this.#events.nextOf(event);
  }

  /** How often it has connected again, and how often an attempt failed: pusher-js is "unavailable" then, for the rest of 15 seconds. */
  get again(): { readonly returns: number; readonly failures: number } {
    const count = (state: string): number =>
      this.#client.connection.all.filter(({ name }) => name === state).length;
    return { returns: count("connected") - 1, failures: count("unavailable") };
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}

/** Clients, and a caller of the API, through one proxy. */
class Traffic implements Disposable {
  readonly #api: ApiClient;
  readonly #channel: string;
  readonly subscribers: readonly Subscriber[];
  /** What was not answered with 200. */
  readonly failures: string[] = [];
  /** How many calls were. */
  answered = 0;
  /** When each was, by `performance.now()`. */
  readonly answeredAt: number[] = [];
  #isOver = false;
  readonly #calling: Promise<void>;

  private constructor(proxy: RunningProxy, channel: string, subscribers: readonly Subscriber[]) {
    this.#api = new ApiClient(proxy);
    this.#channel = channel;
    this.subscribers = subscribers;
    for (const subscriber of subscribers) subscriber.watch(this);
    this.#calling = this.#callOnAndOn();
  }

  static async start(proxy: RunningProxy, channel: string): Promise<Traffic> {
    const clients = Array.from({ length: CLIENTS }, () => Subscriber.connect(proxy, channel));
    return new Traffic(proxy, channel, await Promise.all(clients));
  }

  async #callOnAndOn(): Promise<void> {
    while (!this.#isOver) {
      try {
        const { status, text } = await this.#api.trigger(this.#channel, "event", { number: this.answered });
        if (status === 200) {
          this.answered++;
          this.answeredAt.push(performance.now());
        } else this.failures.push(`${status} ${text}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      await Bun.sleep(PAUSE);
    }
  }

  /** Ends the calls; resolves when an event behind them has come to every client. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#calling;
    expect((await this.#api.trigger(this.#channel, "last", {})).status).toBe(200);
    await Promise.all(this.subscribers.map((subscriber) => subscriber.next("last")));
  }

  [Symbol.dispose](): void {
    for (const subscriber of this.subscribers) subscriber[Symbol.dispose]();
  }
}

describe.skipIf(noRedis || isOtherTarget)("restart --all of three nodes, and a stop and start of one", () => {
  const traffic = new Map<string, Traffic>();
  let run: FinishedRun;

  beforeAll(async () => {
    await using stack = new AsyncDisposableStack();
    const redis = stack.use(await startRedis());
    const env = {
      ...{ REVERB_SCALING_ENABLED: "true", REVERB_SCALING_LEASE_SECONDS: "30" },
      ...{ REVERB_DRAIN_SECONDS: "0.5", REVERB_TRUSTED_PROXIES: "127.0.0.1" },
      ...redis.env,
    };
    const starts = Array.from({ length: NODES }, () => ManagedNode.start(env));
    const nodes = (await Promise.all(starts)).map((node) => stack.use(node));
    for (const [name, missing, start] of proxies) {
      if (missing) continue;
      const proxy = stack.use(await start({ upstream: nodes.map(({ port }) => port), prefix: "" }));
      traffic.set(name, stack.use(await Traffic.start(proxy, `news-${name}`)));
    }
    run = await runResound(["restart", "--all"], { env: { ...APPLICATION_ENV, ...env } });
    await nodes[0]!.restart();
    for (const each of traffic.values()) await each.end();
  });

  test("waits for each node's clients", () => {
    expect(run.stderr).toEqual([]);
    const count = (start: string): number => run.stdout.filter((line) => line.startsWith(start)).length;
    expect([run.code, count("Restarting Node"), count("The clients of Node")]).toEqual([0, NODES, NODES]);
  });

  test.each(proxies.filter(([, missing]) => !missing).map(([name]) => name))(
    "behind %s fails no call, and every client comes back at its first attempt and gets all events but those meanwhile",
    (name) => {
      const { failures, answered, subscribers } = traffic.get(name)!;
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(10);
      for (const { again, numbers, missable } of subscribers) {
        // Every client was on some node.
        expect(again.returns).toBeWithin(1, NODES + 2);
        expect(again.failures).toBe(0);
        const missed = Array.from({ length: answered }, (_, number) => number).filter((n) => !numbers.has(n));
        expect(missed.filter((number) => !missable.has(number))).toEqual([]);
      }
    },
  );
});
