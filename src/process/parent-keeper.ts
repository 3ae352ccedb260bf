import type { Log } from "../monitoring/log.ts";
import type { ReloadOutcome } from "./registry/runtime-record.ts";
import type { SignalActions } from "./signals.ts";
import type { ParentLink } from "./workers/parent-link.ts";
import type { Keeper } from "./keeper.ts";

/** What a parent may ask of a worker besides what it asks of every server. */
export interface ParentKeeperParts {
  readonly link: ParentLink;
  readonly log: Log;
  readonly version: string;
  readonly metrics: () => Promise<string>;
}

/** How the parent's own wish to stop is called. */
const PARENT = "the parent stops it";

/**
 * Keeps the server of a worker, as its parent wants. Signals come by the parent: Ctrl-C and service managers signal every process
 * at once, and a worker must not take its parent's order for a second signal. SIGTERM to one worker alone has it end, and the
 * parent starts another.
 */
export class ParentKeeper implements Keeper {
  readonly watchesRestartSignal = true;
  readonly #parts: ParentKeeperParts;
  #isStopping = false;

  constructor(parts: ParentKeeperParts) {
    this.#parts = parts;
  }

  attach({ stop, reload }: SignalActions): void {
    const stopOnce = (cause: string): void => {
      if (!this.#isStopping) stop(cause);
    };
    process.on("SIGTERM", () => stopOnce("SIGTERM"));
    process.on("SIGINT", () => {});
    process.on("SIGHUP", () => {});
    const { link, metrics } = this.#parts;
    link.listen({
      order: (order) => {
        switch (order.type) {
          case "stop":
            return stopOnce(PARENT);
          case "hurry":
            return stop(PARENT);
          case "reload":
            return reload();
          case "metrics":
            return void metrics().then((text) => link.tell({ type: "metrics", id: order.id, text }));
          case "ping":
            return link.tell({ type: "alive" });
        }
      },
      orphaned: () => stopOnce("its parent has ended"),
    });
  }

  ready(): void {
    this.#parts.link.tell({ type: "listening", version: this.#parts.version });
  }

  reloading(): void {}

  reloaded(outcome: Omit<ReloadOutcome, "count">): void {
    this.#parts.link.tell({ type: "reloaded", outcome });
  }

  stopping(cause: string): void {
    this.#isStopping = true;
    // The parent has said so for all.
    if (cause !== PARENT) this.#parts.log.info("server_stopping", `Stopping (${cause})`);
  }

  reloadRefused(): void {
    const messages = ["is stopping, and does not read its configuration again"];
    this.#parts.link.tell({ type: "reloaded", outcome: { accepted: true, messages } });
  }

  ended(): void {
    this.#parts.link.close();
  }
}
