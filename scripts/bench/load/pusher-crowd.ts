import { createHash, createHmac } from "node:crypto";
import Pusher from "pusher-js";
import { APPLICATION } from "../contenders/contender.ts";

/** What became of clients and calls while something was done to the servers. */
export interface CrowdOutcome {
  /** Milliseconds for which each client that lost its connection was without its channel. */
  readonly away: readonly number[];
  /** Events that were answered 200 and did not reach a client, for each client. */
  readonly missed: readonly number[];
  readonly calls: number;
  /** Calls that were not answered 200. */
  readonly failedCalls: number;
  /** Clients that were without their channel at the end. */
  readonly lost: number;
}

const CHANNEL = "news", EVENT = "counted";

/** One untouched pusher-js client on the channel, with its own timers. */
class PusherClient {
  readonly pusher: Pusher;
  readonly received = new Set<number>();
  readonly away: number[] = [];
  #goneAt: number | undefined = performance.now();
  #hasBeen = false;

  constructor(port: number) {
    this.pusher = new Pusher(APPLICATION.key, {
      ...{ cluster: "", wsHost: "127.0.0.1", wsPort: port, forceTLS: false },
      enabledTransports: ["ws"],
    });
    this.pusher.connection.bind("state_change", ({ previous }: { readonly previous: string }) => {
      if (previous === "connected") this.#goneAt ??= performance.now();
    });
    // Where it waits before it tries again, its state stays "connected" until then.
    this.pusher.connection.bind("connecting_in", () => this.#goneAt ??= performance.now());
    const channel = this.pusher.subscribe(CHANNEL);
    channel.bind("pusher:subscription_succeeded", () => {
      if (this.#goneAt !== undefined && this.#hasBeen) this.away.push(performance.now() - this.#goneAt);
      this.#goneAt = undefined;
      this.#hasBeen = true;
    });
    channel.bind(EVENT, ({ number }: { readonly number: number }) => this.received.add(number));
  }

  get isThere(): boolean {
    return this.#goneAt === undefined;
  }
}

/** Real pusher-js clients on one channel, and API calls to it, each on a connection of its own, as PHP makes them. */
export class PusherCrowd {
  readonly #port: number;
  readonly #clients: readonly PusherClient[];
  readonly #answered: number[] = [];
  readonly #running = new Set<Promise<void>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #calls = 0;
  #failed = 0;

  constructor(port: number, clients: number) {
    this.#port = port;
    this.#clients = Array.from({ length: clients }, () => new PusherClient(port));
  }

  /** Resolves when all clients have their channel, or after so many milliseconds. */
  async areThere(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!this.#clients.every(({ isThere }) => isThere) && performance.now() < end) await Bun.sleep(20);
  }

  /** Makes so many calls a second from now on. */
  call(perSecond: number): void {
    this.#timer = setInterval(() => {
      const call = this.#call(this.#calls++);
      this.#running.add(call);
      void call.then(() => this.#running.delete(call));
    }, 1000 / perSecond);
  }

  /** Ends the calls, waits for what is on its way, and says what became of all. */
  async end(): Promise<CrowdOutcome> {
    clearInterval(this.#timer);
    await Promise.all(this.#running);
    await Bun.sleep(500);
    const outcome = {
      away: this.#clients.flatMap(({ away }) => away),
      missed: this.#clients.map(({ received }) =>
        this.#answered.filter((each) => !received.has(each)).length
      ),
      calls: this.#calls,
      failedCalls: this.#failed,
      lost: this.#clients.filter(({ isThere }) => !isThere).length,
    };
    for (const { pusher } of this.#clients) pusher.disconnect();
    return outcome;
  }

  async #call(number: number): Promise<void> {
    const body = JSON.stringify({ name: EVENT, channel: CHANNEL, data: JSON.stringify({ number }) });
    const path = `/apps/${APPLICATION.id}/events`;
    const query = new URLSearchParams({
      auth_key: APPLICATION.key,
      auth_timestamp: String(Math.floor(Date.now() / 1000)),
      auth_version: "1.0",
      body_md5: createHash("md5").update(body).digest("hex"),
    });
    const signature = createHmac("sha256", APPLICATION.secret).update(`POST\n${path}\n${query}`).digest(
      "hex",
    );
    try {
      const answer = await fetch(
        `http://127.0.0.1:${this.#port}${path}?${query}&auth_signature=${signature}`,
        {
          ...{ method: "POST", body, headers: { Connection: "close", "Content-Type": "application/json" } },
        },
      );
      await answer.text();
      if (answer.status === 200) this.#answered.push(number);
      else this.#failed++;
    } catch {
      this.#failed++;
    }
  }
}
