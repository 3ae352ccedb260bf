import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APPLICATION, type Contender, resound, sourceCommand } from "./contender.ts";
import { send } from "./fan-out.ts";
import { cpuSeconds } from "./process-usage.ts";

const PAYLOAD = "x".repeat(100);
const ONE_BY_ONE = 2000, AT_ONCE = 20_000, JOINERS = 100, ROUNDS = 30;

/**
 * Measures three nodes on a Redis of their own: what the way to another node adds to a delivery, what events cost a node that
 * has no subscriber for them, how many come through, and how fast users join. Prints a line each; there is nobody to compare with.
 */
export async function measureCluster(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "resound-bench-"));
  const socket = join(folder, "redis.sock");
  const redis = Bun.spawn(
    ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const kind = resound("Resound (source)", sourceCommand(), {
    REVERB_SCALING_ENABLED: "true",
    REDIS_HOST: socket,
  });
  const nodes: Contender[] = [];
  try {
    while (!await Bun.file(socket).stat().then(() => true, () => false)) await Bun.sleep(20);
    for (let count = 0; count < 3; count++) nodes.push(await kind.start());
    const [here, there, idle] = nodes as [Contender, Contender, Contender];
    await measureDeliveries(here, there, idle);
    await measureJoins(there);
  } finally {
    for (const node of nodes) await node.stop();
    redis.kill();
    await redis.exited;
    rmSync(folder, { recursive: true });
  }
}

async function measureDeliveries(here: Contender, there: Contender, idle: Contender): Promise<void> {
  const [near, far] = [await Listener.open(here, "bench"), await Listener.open(there, "bench")];
  const added: number[] = [];
  for (let event = 1; event <= ONE_BY_ONE; event++) {
    await send(here.trigger(PAYLOAD));
    added.push(await far.arrival(event) - await near.arrival(event));
  }
  const sorted = added.toSorted((one, other) => one - other);
  const percentile = (share: number): string => sorted[Math.floor(share * sorted.length)]!.toFixed(2);
  console.log(
    `A delivery on another node comes ${percentile(0.5)} ms later at the median, ${
      percentile(0.99)
    } ms at p99`,
  );

  const before = cpuSeconds(idle.pid), beforeThere = cpuSeconds(there.pid), start = performance.now();
  for (let sent = 0; sent < AT_ONCE; sent += 32) {
    await Promise.all(Array.from({ length: 32 }, () => send(here.trigger(PAYLOAD))));
  }
  await far.arrival(ONE_BY_ONE + AT_ONCE);
  const seconds = (performance.now() - start) / 1000;
  const each = (from: number, pid: number): string => ((cpuSeconds(pid) - from) / AT_ONCE * 1e6).toFixed(1);
  console.log(
    `${
      Math.round(AT_ONCE / seconds)
    } events a second came through (one API call each, 32 at once); each cost ` +
      `${each(beforeThere, there.pid)} µs CPU on the node with a subscriber, ${
        each(before, idle.pid)
      } µs on one without`,
  );
  near.close();
  far.close();
}

async function measureJoins(node: Contender): Promise<void> {
  const members = await Promise.all(Array.from({ length: JOINERS }, () => Listener.open(node)));
  const start = performance.now();
  await Promise.all(members.map(async (member, number) => {
    for (let round = 0; round < ROUNDS; round++) {
      await member.join(`presence-${number}-${round}`, String(number));
    }
  }));
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${
      Math.round(JOINERS * ROUNDS / seconds)
    } presence joins a second, each the first of its channel (${JOINERS} ` +
      "clients at once)",
  );
  for (const member of members) member.close();
}

/** A client that notes when each event came. */
class Listener {
  readonly #socket: WebSocket;
  #socketId = "";
  readonly #arrivals: number[] = [];
  #confirmed = 0;
  #changed = Promise.withResolvers<void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const frame = String(data);
      if (frame.includes('"event":"bench-event"')) this.#arrivals.push(performance.now());
      else if (frame.includes("subscription_succeeded")) this.#confirmed++;
      else this.#socketId ||= /socket_id\\":\\"([\d.]+)/.exec(frame)?.[1] ?? "";
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    });
  }

  /** Connects, and subscribes where a public channel is named. */
  static async open({ port, socketPath }: Contender, channel?: string): Promise<Listener> {
    const listener = new Listener(new WebSocket(`ws://127.0.0.1:${port}${socketPath}`));
    await listener.#until(() => listener.#socketId !== "");
    if (channel !== undefined) await listener.#subscribe({ channel });
    return listener;
  }

  /** Resolves with when the nth event came, in milliseconds. */
  async arrival(number: number): Promise<number> {
    await this.#until(() => this.#arrivals.length >= number);
    return this.#arrivals[number - 1]!;
  }

  /** Joins a presence channel as a user; resolves when that is confirmed. */
  async join(channel: string, userId: string): Promise<void> {
    const channelData = JSON.stringify({ user_id: userId });
    const text = `${this.#socketId}:${channel}:${channelData}`;
    const signature = createHmac("sha256", APPLICATION.secret).update(text).digest("hex");
    await this.#subscribe({
      channel,
      channel_data: channelData,
      auth: `${APPLICATION.key}:${signature}`,
    });
  }

  close(): void {
    this.#socket.close();
  }

  async #subscribe(data: Readonly<Record<string, string>>): Promise<void> {
    const confirmed = this.#confirmed + 1;
    this.#socket.send(JSON.stringify({ event: "pusher:subscribe", data }));
    await this.#until(() => this.#confirmed >= confirmed);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#changed.promise;
  }
}
