import { resolve } from "node:path";
import type { LoadAnswer, LoadRequest } from "./load-client.ts";
import { pinned } from "./pinned.ts";

/** The load client as the benchmark sees it. */
export class LoadDriver {
  readonly #child: Bun.Subprocess;
  #answer: ((answer: LoadAnswer) => void) | undefined;

  constructor() {
    this.#child = Bun.spawn(pinned(1, [process.execPath, resolve(import.meta.dir, "load-client.ts")]), {
      stdio: ["ignore", "inherit", "inherit"],
      serialization: "json",
      ipc: (message) => this.#answer?.(message as LoadAnswer),
    });
  }

  /** Sends one request and resolves with its answer; throws when the load client has ended instead. */
  ask(request: LoadRequest): Promise<LoadAnswer> {
    const answered = new Promise<LoadAnswer>((done) => this.#answer = done);
    this.#child.send(request);
    const ended = this.#child.exited.then((code) => {
      throw new Error(`The load client has ended with exit code ${code}`);
    });
    return Promise.race([answered, ended]);
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
  }
}
