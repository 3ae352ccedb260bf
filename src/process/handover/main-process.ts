import type { BridgeOwner } from "../../bridge/owner/bridge-owner.ts";
import type { Log } from "../../monitoring/log.ts";
import type { SignalControl } from "../control/signal-control.ts";
import type { RestartOutcome } from "../registry/runtime-record.ts";
import type { SuccessorCheck } from "../successor-check.ts";
import type { Life } from "./life.ts";
import type { Successor, SuccessorEvents } from "./successor.ts";

/** What the main process works with. */
export interface MainProcessParts {
  readonly control: SignalControl;
  readonly log: Log;
  /** Starts the next process; says why where that cannot be. `isConfigured` is whether what serves has configured applications. */
  readonly spawn: (events: SuccessorEvents, isConfigured: boolean | undefined) => Successor | string;
  /** Opens a bridge, on which what serves and what is about to are one server; resolves with the reason where that cannot be. */
  readonly openBridge: () => Promise<BridgeOwner | string>;
  /** Whether what serves first shares its clients with other nodes through Redis; then that does what a bridge does. */
  readonly scaling: boolean;
  /** Whether the program on disk could start, where it knows nothing of handovers. */
  readonly check: SuccessorCheck;
}

/**
 * The first process, which stays: service managers, npx and containers look after it. It serves by itself until the first handover, then
 * other processes do, one after the other, each started by it. It passes signals on, starts the next process, and ends with the last one.
 */
export class MainProcess {
  /** Resolves with the exit code when nothing serves any more. */
  readonly ended: Promise<number>;
  readonly #parts: MainProcessParts;
  readonly #end: (code: number) => void;
  /** What serves. */
  #life: Life;
  /** What is about to. */
  #next: Successor | undefined;
  /** Those whose clients have moved, and that still have webhooks to send. */
  readonly #leaving = new Set<Life>();
  /** The bridge, from the first handover without scaling on. While one process alone is on it, that costs nothing. */
  #owner: BridgeOwner | undefined;
  readonly #onBridge = new WeakSet<Life>();
  #scaling: boolean;
  /** Whether the process that serves has configured applications; `undefined` before the first handover. */
  #isConfigured: boolean | undefined;
  #isStopping = false;
  #isReplacing = false;
  /** Asked for while a handover was under way. */
  #restartAfter: string | undefined;
  #reloadsAfter = false;

  constructor(life: Life, parts: MainProcessParts) {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#end = resolve;
    this.#parts = parts;
    this.#life = life;
    this.#scaling = parts.scaling;
    this.#watch(life);
  }

  /** Stops gracefully what serves and what is about to, and at once when called again; `cause` is for people. */
  stop(cause: string): void {
    this.#isStopping = true;
    for (const life of [this.#life, this.#next, ...this.#leaving]) life?.stop(cause);
  }

  /** What serves reads its configuration again; after a handover, where one is under way. */
  reload(): void {
    if (this.#isReplacing) this.#reloadsAfter = true;
    else this.#life.reload();
  }

  /** Another process takes the place of what serves; after the handover that is under way, if one is. `cause` is for people. */
  async restart(cause: string): Promise<void> {
    if (this.#isStopping) return;
    if (this.#isReplacing) return void (this.#restartAfter = cause);
    const { control, log } = this.#parts;
    this.#isReplacing = true;
    control.restarting();
    const outcome = await this.#replace(cause);
    this.#isReplacing = false;
    if (this.#isStopping) return;
    if (!outcome.accepted) {
      for (const message of outcome.messages) log.error("restart_refused", message);
      log.error(
        "restart_refused",
        `The restart (${cause}) is refused: the new server could not start. This one goes on`,
      );
    }
    control.restarted(outcome);
    if (this.#reloadsAfter) this.#life.reload();
    this.#reloadsAfter = false;
    const again = this.#restartAfter;
    this.#restartAfter = undefined;
    if (again !== undefined) void this.restart(again);
  }

  /** Checks that what serves is alive; a process whose event loop stands still is killed, and the server ends. */
  ping(): void {
    if (!this.#life.ping()) {
      this.#parts.log.error(
        "process_ended",
        `The process ${this.#life.pid}, which served, does not answer and is killed`,
      );
    }
  }

  async #replace(cause: string): Promise<RestartOutcome> {
    const { spawn, log } = this.#parts;
    log.info(
      "restarting",
      `Restarting (${cause}): another process takes the place of process ${this.#life.pid}`,
    );
    const next = spawn(this.#eventsOf(() => next as Life), this.#isConfigured);
    if (typeof next === "string") return this.#stopInstead(cause, next);
    this.#next = next;
    try {
      return await this.#replaceBy(next, cause);
    } finally {
      if (this.#isStopping) await next.ended;
      this.#next = undefined;
    }
  }

  async #replaceBy(next: Successor, cause: string): Promise<RestartOutcome> {
    const { log, check, control } = this.#parts, life = this.#life;
    const checked = await next.checked();
    if ("refused" in checked) {
      const wrong = checked.refused.length > 0 ? checked.refused : await check();
      if (wrong.length > 0 || this.#isStopping) return { accepted: false, messages: wrong };
      return this.#stopInstead(cause, "the program on disk is of a version that cannot take its place");
    }
    const { workers, scaling } = checked.done;
    if (workers !== 1) {
      next.stop();
      return this.#stopInstead(cause, "it is to have workers from now on");
    }
    const apart = await this.#join(life, next, scaling);
    const { unshared = apart, ...rest } = await life.makeRoom(), room = { ...rest, unshared };
    if (room.unshared !== undefined) {
      log.warning(
        "restart_unsteered",
        `The new process cannot listen beside this one (${room.unshared}): it listens when this one has stopped, and the clients ` +
          "come back a second later",
      );
      life.leave();
      await life.ended;
    }
    const listening = await next.listen(room);
    if ("refused" in listening) return await this.#refused(listening, life, room.unshared !== undefined);
    const { done: server } = listening;
    control.replacedBy(server);
    this.#isConfigured = server.isConfigured;
    if (room.unshared === undefined) {
      void next.ended.then(() => life === this.#life ? life.stay() : undefined);
      if (!server.takesClients) life.leave();
      else if (!await life.handOver(() => next.settle())) {
        const messages = [`The new process ${next.pid} has ended before all clients had moved to it`];
        return { accepted: false, messages: this.#isStopping ? ["The server is stopping"] : messages };
      }
    }
    this.#scaling = scaling;
    this.#leaving.add(life);
    void life.ended.then(() => this.#leaving.delete(life));
    this.#life = next;
    this.#watch(next);
    const message = `Process ${next.pid} serves ${server.address} in place of process ${life.pid} now`;
    log.info("restarted", message);
    return { accepted: true, messages: [message] };
  }

  /** Makes one server of both processes. Resolves with the reason where they cannot be. */
  async #join(life: Life, next: Successor, scaling: boolean): Promise<string | undefined> {
    if (scaling !== this.#scaling) return `scaling.enabled is ${scaling} from now on`;
    if (scaling) return undefined;
    const owner = this.#owner ?? await this.#parts.openBridge();
    if (typeof owner === "string") return `there is no place for their socket: ${owner}`;
    this.#owner = owner;
    for (const each of [life, next]) {
      const refusal = this.#onBridge.has(each) ? undefined : await each.enter(owner.place);
      if (refusal !== undefined) return refusal;
      this.#onBridge.add(each);
    }
    return undefined;
  }

  async #refused(
    { refused }: { readonly refused: readonly string[] },
    life: Life,
    isOver: boolean,
  ): Promise<RestartOutcome> {
    const messages = refused.length > 0
      ? refused
      : ["The new process has ended before it listened; its own lines in the log say why"];
    life.stay();
    if (isOver) await this.#over(1);
    return { accepted: false, messages };
  }

  /** Where there can be no handover: the server stops, for its process manager to start it again. */
  #stopInstead(cause: string, reason: string): RestartOutcome {
    if (!this.#isStopping) {
      this.#parts.log.info(
        "restarting",
        `No process takes the place of this one: ${reason}. The process manager starts the next one`,
      );
      this.stop(cause);
    }
    this.#parts.control.restarted({ accepted: true, messages: [], ends: true });
    return { accepted: true, messages: [], ends: true };
  }

  /** The server ends with what serves, unless that was replaced. */
  #watch(life: Life): void {
    void life.ended.then((code) => {
      if (life !== this.#life) return;
      if (this.#next === undefined) return void this.#over(code);
      // A process that is about to serve takes the place of one that has died. In a stop it may end by the same signal, sent to the
      // whole group before it could take it: that is no failure.
      void this.#next.ended.then((last) =>
        life === this.#life ? this.#over(this.#isStopping ? code : last) : undefined
      );
    });
  }

  async #over(code: number): Promise<void> {
    if (!this.#isStopping && code !== 0) {
      this.#parts.log.error(
        "process_ended",
        `The process ${this.#life.pid}, which served, has ended with ${code}`,
      );
    }
    for (const life of this.#leaving) life.stop("");
    await Promise.all(Array.from(this.#leaving, ({ ended }) => ended));
    this.#owner?.close();
    this.#end(code);
  }

  #eventsOf(own: () => Life): SuccessorEvents {
    const { control } = this.#parts;
    return {
      reloading: () => control.reloading(),
      reloaded: (outcome, seconds) => control.reloaded(outcome, seconds),
      ready: () => control.ready(),
      restart: (cause) => void this.restart(cause),
      stopping: (cause, seconds) => own() === this.#life ? control.stopping(cause, seconds) : undefined,
    };
  }
}
