import type { Log } from "../../monitoring/log.ts";
import type { Refusal } from "../../monitoring/refusal.ts";
import type { SocketGroup } from "../../runtime/runtime.ts";
import type { ServerRun } from "../server-run.ts";
import type { ServerActions, ServerControl } from "../control/server-control.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";
import type { ParentLink } from "./parent-link.ts";

/** What a worker answers its parent with. */
export interface ParentControlParts {
  readonly link: ParentLink;
  readonly log: Log;
  readonly version: string;
  readonly metrics: () => Promise<string>;
  /** Has this worker and its like take every new connection. */
  readonly steer: (group: SocketGroup) => void;
  /** Counts and logs a refusal of the parent's. */
  readonly refused: (refusal: Refusal) => void;
}

/** The cause of a stop that the parent has ordered. */
const PARENT = "the parent stops it";

/**
 * Control of a worker: its parent orders, and hears what becomes of it. Ctrl-C and service managers signal the parent and all
 * workers at once; so a worker leaves SIGINT and SIGHUP to its parent, and takes SIGTERM only for a first order. SIGTERM to one
 * worker alone stops it, and the parent starts another.
 */
export class ParentControl implements ServerControl {
  readonly watchesRestartSignal = true;
  readonly #parts: ParentControlParts;
  #isStopping = false;
  #run: ServerRun | undefined;

  constructor(parts: ParentControlParts) {
    this.#parts = parts;
  }

  attach({ stop, reload }: ServerActions): void {
    const stopOnce = (cause: string, siblingsStay = false): void => {
      if (!this.#isStopping) stop(cause, siblingsStay);
    };
    process.on("SIGTERM", () => stopOnce("SIGTERM"));
    process.on("SIGINT", () => {});
    process.on("SIGHUP", () => {});
    const { link, metrics, refused } = this.#parts;
    link.listen({
      order: (order) => {
        switch (order.type) {
          case "stop":
            return order.handsOver === true
              ? void this.#handOver(stopOnce)
              : stopOnce(PARENT, order.othersStay);
          case "steer":
            return this.#parts.steer({ before: order.before, next: order.next });
          case "hurry":
            return stop(PARENT);
          case "reload":
            return reload();
          case "metrics":
            return void metrics().then((text) => link.report({ type: "metrics", id: order.id, text }));
          case "ping":
            return link.report({ type: "alive" });
          case "refused":
            return refused(order.refusal);
        }
      },
      orphaned: () => stopOnce("its parent has ended"),
    });
  }

  /** This is the server. */
  running(run: ServerRun): void {
    this.#run = run;
  }

  async #handOver(stop: (cause: string, siblingsStay: boolean) => void): Promise<void> {
    if (this.#run === undefined) return stop(PARENT, true);
    if (await this.#run.handOver(() => {})) this.#parts.link.report({ type: "moved" });
  }

  ready(): void {
    this.#parts.link.report({ type: "listening", version: this.#parts.version });
  }

  reloading(): void {}

  reloaded(outcome: ReloadOutcome): void {
    this.#parts.link.report({ type: "reloaded", outcome });
  }

  restarted(): void {}

  stopping(cause: string): void {
    this.#isStopping = true;
    // Of its own order the parent has logged a line for all workers.
    if (cause !== PARENT) this.#parts.log.info("server_stopping", `Stopping (${cause})`);
  }

  reloadRefused(): void {
    const messages = ["is stopping, and does not read its configuration again"];
    this.#parts.link.report({ type: "reloaded", outcome: { accepted: true, messages } });
  }

  ended(): void {
    this.#parts.link.close();
  }
}
