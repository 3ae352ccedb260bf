import { join } from "node:path";
import type { BridgePlace } from "../../src/bridge/bridge-place.ts";
import type { HostOrder } from "./bridge-host.ts";

/** A process of bridge-host.ts. */
export class BridgeProcess implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>;
  readonly #lines: AsyncIterator<string>;

  private constructor(args: readonly string[]) {
    this.#child = spawn(args);
    this.#lines = linesOf(this.#child.stdout);
  }

  /** An owner at a path, and where it is. */
  static async owner(path: string, beat: number): Promise<[BridgeProcess, BridgePlace]> {
    const owner = new BridgeProcess(["owner", path, String(beat)]);
    return [owner, JSON.parse(await owner.#line())];
  }

  /** A node that has joined. */
  static async node(place: BridgePlace): Promise<BridgeProcess> {
    const node = new BridgeProcess(["node", JSON.stringify(place)]);
    await node.#line();
    return node;
  }

  /** Has a node do something; resolves once it has done it. */
  async does(order: HostOrder): Promise<void> {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    void this.#child.stdin.flush();
    await this.#line();
  }

  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("the process has ended");
    return value;
  }
}

function spawn(args: readonly string[]): Bun.Subprocess<"pipe", "pipe", "inherit"> {
  return Bun.spawn([process.execPath, join(import.meta.dir, "bridge-host.ts"), ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
