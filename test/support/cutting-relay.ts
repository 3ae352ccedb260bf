import { connect, createServer, type Socket } from "node:net";
import { WireNotes } from "./wire-notes.ts";

/** One client's connection through a {@link CuttingRelay}. */
interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly notes: WireNotes;
}

/** How a network breaks. */
export type Cut =
  /** Both sides notice at once. */
  | "socket"
  /** What the server sends is swallowed for a while before both sides notice. */
  | "swallowed"
  /** Only the client notices; to the server the connection looks open. */
  | "half-open";

/** Milliseconds for which bytes are swallowed. */
const SWALLOWED = 300;

/** A network between clients and a server that breaks when a test says so. */
export class CuttingRelay implements AsyncDisposable {
  readonly port: number;
  readonly #links = new Set<Link>();
  readonly #ghosts = new Set<Socket>();
  readonly #close: () => Promise<void>;
  #mayComeTwice = 0;
  #isSwallowing = false;

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port;
    this.#close = close;
  }

  /** Listens on a free port and forwards each connection to the port that `target` gives then. */
  static async open(target: () => number): Promise<CuttingRelay> {
    let relay: CuttingRelay | undefined;
    const server = createServer((client) => relay?.accept(client, connect(target(), "127.0.0.1")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The relay got no port");
    return relay = new CuttingRelay(
      address.port,
      () => new Promise((resolve) => server.close(() => resolve())),
    );
  }

  /** Breaks all connections. */
  async cut(kind: Cut): Promise<void> {
    if (kind === "swallowed") {
      this.#isSwallowing = true;
      await new Promise((resolve) => setTimeout(resolve, SWALLOWED));
    }
    for (const link of [...this.#links]) {
      const { client, upstream } = link;
      if (kind === "half-open") {
        this.#ghosts.add(upstream);
        upstream.removeAllListeners("data");
        // It reads and answers nothing.
        upstream.resume();
      } else upstream.resetAndDestroy();
      client.resetAndDestroy();
      this.#ended(link);
    }
    this.#isSwallowing = false;
  }

  /** Events that came on connections that have ended, and of which the server cannot know that they have arrived: they may come twice. */
  get mayComeTwice(): number {
    return this.#mayComeTwice;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client, upstream } of this.#links) {
      client.destroy();
      upstream.destroy();
    }
    for (const ghost of this.#ghosts) ghost.destroy();
    await this.#close();
  }

  private accept(client: Socket, upstream: Socket): void {
    const link = { client, upstream, notes: new WireNotes() };
    this.#links.add(link);
    client.on("data", (bytes: Buffer) => {
      if (this.#isSwallowing) return;
      link.notes.toServer(bytes);
      upstream.write(bytes);
    });
    upstream.on("data", (bytes: Buffer) => {
      if (this.#isSwallowing) return;
      link.notes.toClient(bytes);
      client.write(bytes);
    });
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      // "close" follows every error.
      from.on("error", () => {});
      from.on("close", () => {
        this.#ended(link);
        // What came before still arrives, so that a close frame makes a clean end, also where a server has gone right behind it.
        if (!this.#ghosts.has(to)) to.end();
      });
    }
  }

  #ended(link: Link): void {
    if (this.#links.delete(link)) this.#mayComeTwice += link.notes.unproven;
  }
}
