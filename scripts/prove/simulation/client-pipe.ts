import type { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import { Path, Route } from "./network.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a client hears of its connection. */
export interface PipeClient {
  frame(text: string): void;
  /** A ping control frame, which browsers answer by themselves. */
  pinged(payload: string): void;
  /** It is over; 1006 where no close frame came. */
  ended(code: number): void;
}

/** What a node hears of it. */
export interface PipeServer {
  message(text: string): void;
  pong(payload: string): void;
  ended(code: number): void;
}

/** The TCP connection between a client and a node, with a way of its own for faults of this client alone. */
export class ClientPipe {
  /** Of this client. */
  readonly route = new Route();
  readonly #there: Path;
  readonly #back: Path;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #process: SimulatedProcess;
  readonly #client: PipeClient;
  /** Bytes that the client has not read. */
  waiting = 0;
  isOver = false;

  constructor(clock: VirtualClock, random: SeededRandom, process: SimulatedProcess, client: PipeClient) {
    this.#clock = clock;
    this.#random = random;
    this.#process = process;
    this.#client = client;
    this.#there = new Path(clock, random, this.route, "there");
    this.#back = new Path(clock, random, this.route, "back");
  }

  toServer(call: () => void): void {
    this.#there.send(() => this.#process.run(call));
  }

  toClient(call: (client: PipeClient) => void, bytes = 0): void {
    this.waiting += bytes;
    this.#back.send(() => {
      this.waiting -= bytes;
      call(this.#client);
    });
  }

  /** The node ends it: what it has sent arrives, then the end. */
  endAtServer(code: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#there.cut();
    this.toClient((client) => client.ended(code));
  }

  /**
   * The network or the client ends it without a close frame: what is on its way is lost, and both hear of it a little later; the server
   * `noticed` milliseconds later where only the client's network has changed.
   */
  cut(server: PipeServer, noticed: number = this.#random.next() * 30): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#there.cut();
    this.#back.cut();
    const { now } = this.#clock;
    this.#clock.schedule(now + noticed, () => this.#process.run(() => server.ended(1006)));
    this.#clock.schedule(now + this.#random.next() * 30, () => this.#client.ended(1006));
  }
}
