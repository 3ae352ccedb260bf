import { SocketClient, socketPath } from "./socket-client.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** A subscriber that comes back at once whenever it is closed, as pusher-js does on 4200, and counts what it sees. */
export class FaithfulSubscriber {
  /** How often each event has arrived, by its data. */
  readonly received = new Map<string, number>();
  /** Connection attempts that did not become a subscription. */
  refused = 0;
  /** Closes with another code than 4200. */
  readonly oddCloses: number[] = [];
  readonly #url: string;
  readonly #channel: string;
  #socket: SocketClient | undefined;
  #subscriptions = 0;
  #leaving = false;
  #changed = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;

  constructor(server: { readonly url: string }, channel: string) {
    this.#url = server.url.replace(/^http/, "ws") + socketPath(TEST_APPLICATION.key);
    this.#channel = channel;
    this.#ended = this.#run();
  }

  /** Resolves when it has subscribed for the nth time. */
  async subscribed(times: number): Promise<void> {
    while (this.#subscriptions < times) await this.#changed.promise;
  }

  /** Resolves when everything that was sent to it has arrived. */
  async readAll(): Promise<void> {
    const socket = this.#socket!;
    socket.send({ event: "pusher:ping" });
    // An event of another node may stand behind the pong already.
    await socket.nextEvent("pusher:pong");
    this.#count(socket);
  }

  /** Leaves, and does not come back. */
  async leave(): Promise<void> {
    this.#leaving = true;
    await this.#socket?.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#leaving) {
      const socket = new SocketClient(this.#url);
      try {
        await socket.opened();
        socket.send({ event: "pusher:subscribe", data: { channel: this.#channel } });
        await socket.nextEvent("pusher_internal:subscription_succeeded");
      } catch {
        this.refused++;
        continue;
      }
      this.#socket = socket;
      this.#subscriptions++;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
      const { code } = await socket.closed;
      this.#count(socket);
      if (code !== 4200 && !this.#leaving) this.oddCloses.push(code);
    }
  }

  #count(socket: SocketClient): void {
    for (const raw of socket.received.splice(0)) {
      const frame: unknown = JSON.parse(raw);
      if (typeof frame !== "object" || frame === null || !("event" in frame) || frame.event !== "counted") {
        continue;
      }
      const data = "data" in frame ? String(frame.data) : "";
      this.received.set(data, (this.received.get(data) ?? 0) + 1);
    }
  }
}
