import type { ServerActions, ServerControl } from "../control/server-control.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";
import type { ServingOrder } from "./handover-message.ts";
import type { ServerRun } from "../server-run.ts";
import type { MainLink } from "./main-link.ts";

/** The cause of a stop that the main process has ordered. */
const MAIN = "the main process stops it";

/**
 * Control of a process that serves under the main process, which orders, and hears what becomes of it. Ctrl-C and service managers
 * signal the main process and this one at once: so this one leaves signals to the main process, and takes SIGTERM only for a first order
 * to stop. SIGTERM to this process alone stops the server.
 */
export class SuccessorControl implements ServerControl {
  readonly watchesRestartSignal = false;
  readonly #link: MainLink;
  #isStopping = false;

  constructor(link: MainLink) {
    this.#link = link;
  }

  attach({ stop, reload }: ServerActions): void {
    const stopOnce = (cause: string): void => {
      if (!this.#isStopping) stop(cause);
    };
    process.on("SIGTERM", () => stopOnce("SIGTERM"));
    for (const signal of ["SIGINT", "SIGHUP", "SIGUSR2"] as const) process.on(signal, () => {});
    this.#stop = { once: stopOnce, again: () => stop(MAIN) };
    this.#reload = reload;
  }

  #stop: { readonly once: (cause: string) => void; readonly again: () => void } | undefined;
  #reload: (() => void) | undefined;

  /** Obeys the main process from now on, about the server of this process. */
  obey(life: ServerRun): void {
    this.#link.listen({
      order: (order) => this.#obey(order, life),
      orphaned: () => this.#stop?.once("the main process has ended"),
    });
  }

  #obey(order: ServingOrder, life: ServerRun): void {
    const link = this.#link;
    switch (order.type) {
      case "enter":
        return void life.enter(order.place).then((refusal) => link.report({ type: "entered", refusal }));
      case "make_room":
        return void link.report({ type: "room", room: life.makeRoom() });
      case "hand_over":
        return void life.handOver(() => void link.report({ type: "closed" }))
          .then((done) => link.report({ type: "moved", done }));
      case "stay":
        return life.stay();
      case "settle":
        return life.settle();
      case "stop":
        return this.#stop?.once(MAIN);
      case "hurry":
        return this.#stop?.again();
      case "reload":
        return this.#reload?.();
      case "ping":
        return void link.report({ type: "alive" });
      case "listen":
        // It listens already.
    }
  }

  ready(): void {
    void this.#link.report({ type: "ready" });
  }

  reloading(): void {
    void this.#link.report({ type: "reloading" });
  }

  reloaded(outcome: ReloadOutcome, stopSeconds: number): void {
    void this.#link.report({ type: "reloaded", outcome, stopSeconds });
  }

  restarted(): void {}

  stopping(cause: string, seconds: number): void {
    this.#isStopping = true;
    // Of its own order the main process has logged a line.
    if (cause !== MAIN) void this.#link.report({ type: "stopping", cause, seconds });
  }

  reloadRefused(): void {
    const messages = ["The configuration is not read again: the server is stopping"];
    void this.#link.report({ type: "reloaded", outcome: { accepted: false, messages }, stopSeconds: 0 });
  }

  ended(): void {
    this.#link.close();
  }
}
