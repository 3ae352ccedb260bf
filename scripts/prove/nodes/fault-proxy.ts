import { connect, createServer, type Server, type Socket } from "node:net";

/** What a network does with the bytes of its connections. */
export type ProxyMode =
  | "pass"
  /** Closes connections and refuses new ones. */
  | "refuse"
  /** Nothing passes in either direction, and connections stay open; what was sent arrives at the end. */
  | "half-open"
  /** What the connecting side sends waits until the end. */
  | "deaf"
  /** What the listening side answers waits until the end. */
  | "mute"
  /** Everything takes longer. */
  | "slow"
  /** Connections break now and then. */
  | "lossy";

/** One connection and its other half. */
interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** One of the two ways of a connection. */
interface Direction {
  readonly from: Socket;
  readonly to: Socket;
  /** How much of it waits because the network is slow. */
  slowed: number;
}

/** Milliseconds that bytes wait in a slow network. */
const DELAY = 80;
/** How many pieces pass a lossy network before one breaks its connection, on average. */
const LOSSY_PIECES = 40;

/** A TCP connection between two programs that breaks as its owner wishes. */
export class FaultProxy implements AsyncDisposable {
  /** The port of 127.0.0.1 that it listens on, the same for its whole life. */
  readonly port: number;
  readonly #target: () => Promise<number | undefined>;
  readonly #random: () => number;
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #mode: ProxyMode = "pass";
  #arriving = 0;

  private constructor(port: number, target: () => Promise<number | undefined>, random: () => number) {
    this.port = port;
    this.#target = target;
    this.#random = random;
  }

  /**
   * Listens on a port, which must be free.
   *
   * @param target the port that a new connection is forwarded to, which may take a while; `undefined` closes it
   * @param random a number in [0, 1)
   */
  static async open(
    port: number,
    target: () => Promise<number | undefined>,
    random: () => number,
  ): Promise<FaultProxy> {
    const proxy = new FaultProxy(port, target, random);
    await proxy.#listen();
    return proxy;
  }

  /** How many connections are forwarded. */
  get connections(): number {
    return this.#links.size;
  }

  /** How many wait to be forwarded. */
  get arriving(): number {
    return this.#arriving;
  }

  /** Changes what happens to bytes and connections from now on; resolves when it is so. */
  async become(mode: ProxyMode): Promise<void> {
    const before = this.#mode;
    this.#mode = mode;
    if (mode === "refuse") {
      await this.#stopListening();
      this.cut();
      return;
    }
    if (before === "refuse") await this.#listen();
    for (const link of this.#links) this.#apply(link);
  }

  /** Resets all connections, on both sides. */
  cut(): void {
    for (const { client, upstream } of [...this.#links]) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopListening();
    for (const { client, upstream } of [...this.#links]) {
      client.destroy();
      upstream.destroy();
    }
  }

  async #listen(): Promise<void> {
    const server = this.#server = createServer((client) => void this.#accept(client));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    // Its callback waits for the connections, which may stay.
    server?.close();
    await Promise.resolve();
  }

  async #accept(client: Socket): Promise<void> {
    // "close" follows every error.
    client.on("error", () => {});
    client.pause();
    this.#arriving++;
    const port = await this.#target();
    this.#arriving--;
    if (port === undefined || client.destroyed || this.#mode === "refuse") {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(port, "127.0.0.1"), link: Link = { client, upstream };
    this.#links.add(link);
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      const direction: Direction = { from, to, slowed: 0 };
      from.setNoDelay(true);
      from.on("data", (bytes: Buffer) => this.#forward(link, direction, bytes));
      if (from === upstream) from.on("error", () => {});
      from.on("close", () => {
        this.#links.delete(link);
        this.#after(direction, () => to.destroy());
      });
    }
    this.#apply(link);
  }

  #forward(link: Link, direction: Direction, bytes: Buffer): void {
    const { from, to } = direction;
    if (this.#mode === "lossy" && this.#random() * LOSSY_PIECES < 1) {
      link.client.resetAndDestroy();
      link.upstream.resetAndDestroy();
      return;
    }
    this.#after(direction, () => {
      if (to.destroyed || to.write(bytes)) return;
      from.pause();
      to.once("drain", () => this.#apply(link));
    });
  }

  /** At once, or in a slow network later. What was slowed down comes first, also when the network is slow no more. */
  #after(direction: Direction, action: () => void): void {
    if (this.#mode !== "slow" && direction.slowed === 0) return action();
    direction.slowed++;
    setTimeout(() => {
      direction.slowed--;
      action();
    }, DELAY);
  }

  /** Reads from each side as the mode has it. */
  #apply({ client, upstream }: Link): void {
    const isHeld = this.#mode === "half-open";
    if (isHeld || this.#mode === "deaf") client.pause();
    else client.resume();
    if (isHeld || this.#mode === "mute") upstream.pause();
    else upstream.resume();
  }
}
