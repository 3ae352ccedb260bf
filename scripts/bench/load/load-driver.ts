import { resolve } from "node:path";
import { forgetProcess, noteProcess } from "../../../test/support/leftovers.ts";
import { CLIENT_CORE, pinned } from "../machine/pinned.ts";
import type { LoadAnswer, LoadCost, LoadProtocol, LoadRequest } from "./load-request.ts";

/** The load client as a scenario sees it. */
export class LoadDriver {
  readonly #child: Bun.Subprocess;
  #answered: ((answer: LoadAnswer) => void) | undefined;
  /** CPU seconds of all requests so far. */
  cpuSeconds = 0;

  constructor() {
    const command = pinned(CLIENT_CORE, [process.execPath, resolve(import.meta.dir, "load-client.ts")]);
    this.#child = Bun.spawn(command, {
      stdio: ["ignore", "inherit", "inherit"],
      serialization: "json",
      ipc: (message) => this.#answered?.(message as LoadAnswer),
    });
    noteProcess(this.#child.pid, () => this.#child.kill("SIGKILL"));
  }

  /** Sends one request and resolves with its answer; throws when it could not be carried out. */
  async ask<Name extends keyof LoadProtocol>(
    name: Name,
    request: LoadProtocol[Name]["request"],
  ): Promise<LoadProtocol[Name]["answer"] & LoadCost> {
    const answered = new Promise<LoadAnswer>((done) => this.#answered = done);
    // Spread over a union of requests, whose parts TypeScript does not put together again.
    this.#child.send({ do: name, ...request } as unknown as LoadRequest);
    const ended = this.#child.exited.then((code) => {
      throw new Error(`the load client has ended with exit code ${code}`);
    });
    const answer = await Promise.race([answered, ended]);
    if (answer.kind === "failed") throw new Error(answer.reason);
    this.cpuSeconds += answer.cost.cpuSeconds;
    return { ...answer.answer as LoadProtocol[Name]["answer"], ...answer.cost };
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    forgetProcess(this.#child.pid);
  }
}
