import type { BridgePlace } from "../../bridge/bridge-place.ts";
import type { ServerActions, ServerControl } from "../control/server-control.ts";
import type { SignalControl } from "../control/signal-control.ts";
import { ExitCode } from "../exit-code.ts";
import type { ServerRun } from "../server-run.ts";
import type { Room } from "./handover-message.ts";
import type { Life } from "./life.ts";

/** The server that the main process runs by itself, until its first handover. */
export class OwnLife implements Life {
  readonly pid = process.pid;
  readonly ended: Promise<number>;
  readonly #settleEnd: (code: number) => void;
  #actions: ServerActions | undefined;
  #run: ServerRun | undefined;
  #hasMoved = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#settleEnd = resolve;
  }

  /**
   * Control of this server: what it reports goes on to the control of the main process. What that is asked goes to `main`, which may have
   * other processes by then.
   */
  controlled(outer: SignalControl, main: ServerActions): ServerControl {
    return {
      watchesRestartSignal: false,
      attach: (actions) => {
        this.#actions = actions;
        outer.attach(main);
      },
      ready: () => outer.ready(),
      reloading: () => outer.reloading(),
      reloaded: (outcome, stopSeconds) => outer.reloaded(outcome, stopSeconds),
      restarted: (outcome) => outer.restarted(outcome),
      reloadRefused: () => outer.reloadRefused(),
      stopping: (cause, seconds) => outer.stopping(cause, seconds),
      // The main process ends later, if another one serves.
      ended() {},
    };
  }

  /** This is the server. Its end is this life's, and nothing of it is kept then. */
  begin(run: ServerRun): void {
    this.#run = run;
    void run.ended.then(() => {
      this.#run = this.#actions = undefined;
      this.#settleEnd(ExitCode.ok);
    });
  }

  async enter(place: BridgePlace): Promise<string | undefined> {
    return await this.#run?.enter(place);
  }

  makeRoom(): Promise<Room> {
    return Promise.resolve(this.#run?.makeRoom() ?? { places: [], unshared: "it does not listen" });
  }

  async handOver(closed: () => void): Promise<boolean> {
    return this.#hasMoved = await this.#run?.handOver(closed) ?? false;
  }

  stay(): void {
    this.#run?.stay();
  }

  settle(): void {
    this.#run?.settle();
  }

  leave(): void {
    this.#hasMoved = true;
    this.#run?.leave();
  }

  stop(cause: string): void {
    if (this.#hasMoved) this.#run?.leave();
    else this.#actions?.stop(cause);
  }

  reload(): void {
    this.#actions?.reload();
  }

  ping(): boolean {
    return true;
  }
}
