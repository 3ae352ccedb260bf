import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { BridgePlace } from "../../bridge/bridge-place.ts";
import { waitAtMost } from "../../failures/deadline.ts";
import { ExitCode } from "../exit-code.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";
import { type CheckedPlan, type ListeningServer, parseServingReport, type Room } from "./handover-message.ts";
import type { ServingOrder, ServingReport } from "./handover-message.ts";
import type { Life } from "./life.ts";

/** What the main process hears of a process that serves. */
export interface SuccessorEvents {
  readonly reloading: () => void;
  readonly reloaded: (outcome: ReloadOutcome, stopSeconds: number) => void;
  readonly ready: () => void;
  readonly restart: (cause: string) => void;
  readonly stopping: (cause: string, seconds: number) => void;
}

/** What became of an attempt: what was asked for, or sentences about why it failed; none where the process has ended without a word. */
export type Attempt<T> = { readonly done: T } | { readonly refused: readonly string[] };

/** Milliseconds for an answer; to listen a server may have to wait for its cluster and its turn, a minute at most. */
const PATIENCE = 90_000;
/** Pings that may be left without an answer. */
const UNANSWERED_PINGS = 2;

/** A process that takes the place of the one that serves, as the main process sees it, from its start to its end. */
export class Successor implements Life {
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #events: SuccessorEvents;
  /** Called with each report that answers something. */
  #hear: ((report: ServingReport) => void) | undefined;
  #hasEnded = false;
  #unanswered = 0;
  #isStopping = false;
  #stopSeconds = 0;

  /** Starts the process of a command. Throws when the system gives none. */
  constructor([program, ...args]: readonly [string, ...string[]], folder: string, events: SuccessorEvents) {
    this.#events = events;
    const child = this.#child = spawn(program, args, {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    // Without a process there is an error event as well, which adds nothing to the error below.
    child.on("error", () => {});
    if (child.pid === undefined) throw new Error(`the system starts no process for ${program}`);
    child.on("message", (message: unknown) => {
      const report = parseServingReport(message);
      if (report !== undefined) this.#report(report);
    });
    const ended = Promise.withResolvers<number>();
    this.ended = ended.promise;
    child.once("exit", (code, signal) => {
      this.#hasEnded = true;
      ended.resolve(code ?? 128 + signalNumber(signal));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves with what it would be, once it has checked its configuration. */
  checked(): Promise<Attempt<CheckedPlan>> {
    return this.#answer((report) => report.type === "checked" ? report.plan : undefined);
  }

  async enter(place: BridgePlace): Promise<string | undefined> {
    this.#send({ type: "enter", place });
    const answer = await this.#answer((report) =>
      report.type === "entered" ? { refusal: report.refusal } : undefined
    );
    return "done" in answer ? answer.done.refusal : "it does not answer";
  }

  /** Has it listen. */
  async listen(room: Room): Promise<Attempt<ListeningServer>> {
    this.#send({ type: "listen", room });
    const answer = await this.#answer((report) => report.type === "listening" ? report.server : undefined);
    if ("done" in answer) this.#stopSeconds = answer.done.stopSeconds;
    return answer;
  }

  async makeRoom(): Promise<Room> {
    this.#send({ type: "make_room" });
    const answer = await this.#answer((report) => report.type === "room" ? report.room : undefined);
    return "done" in answer ? answer.done : { places: [], unshared: "it does not answer" };
  }

  async handOver(closed: () => void): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#hear = (report) => {
      if (report.type === "closed") closed();
      else if (report.type === "moved") resolve(report.done);
    };
    this.#send({ type: "hand_over" });
    // It may have been killed: then there are no clients left that could move.
    const outcome = await Promise.race([promise, this.ended.then(() => true)]);
    this.#hear = undefined;
    return outcome;
  }

  stay(): void {
    this.#send({ type: "stay" });
  }

  settle(): void {
    this.#send({ type: "settle" });
  }

  leave(): void {
    this.stop();
  }

  stop(cause?: string): void {
    if (cause !== undefined) this.#events.stopping(cause, this.#stopSeconds);
    this.#send({ type: this.#isStopping ? "hurry" : "stop" });
    this.#isStopping = true;
  }

  reload(): void {
    this.#send({ type: "reload" });
  }

  ping(): boolean {
    if (this.#unanswered >= UNANSWERED_PINGS) {
      this.kill();
      return false;
    }
    this.#unanswered++;
    this.#send({ type: "ping" });
    return true;
  }

  /** Ends it at once (SIGKILL). */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Waits for the report that answers; a refusal, the end of the process and a silence that is too long answer as well. */
  async #answer<T>(take: (report: ServingReport) => T | undefined): Promise<Attempt<T>> {
    const { promise, resolve } = Promise.withResolvers<Attempt<T>>();
    this.#hear = (report) => {
      if (report.type === "refused") return resolve({ refused: report.messages });
      const done = take(report);
      if (done !== undefined) resolve({ done });
    };
    const answer = await waitAtMost(PATIENCE, Promise.race([promise, this.#silentEnd()]));
    this.#hear = undefined;
    if (answer !== undefined) return answer;
    this.kill();
    return { refused: [`The new process has not answered within ${PATIENCE / 1000} s, and was ended`] };
  }

  /** Its end, when no report has come with it. */
  async #silentEnd(): Promise<Attempt<never>> {
    const code = await this.ended;
    // The last report may be read after the end of the process.
    await new Promise((resolve) => setTimeout(resolve, 100));
    // An earlier version ends so, since it does not know the option by which it is told what it is.
    if (code === ExitCode.usage) return { refused: [] };
    return {
      refused: [
        `The new process ${this.pid} has ended with ${code} before it could serve; its own lines in the log say why`,
      ],
    };
  }

  #report(report: ServingReport): void {
    const events = this.#events;
    switch (report.type) {
      case "alive":
        return void (this.#unanswered = 0);
      case "reloading":
        return events.reloading();
      case "reloaded":
        return events.reloaded(report.outcome, report.stopSeconds);
      case "ready":
        return events.ready();
      case "restart":
        return events.restart(report.cause);
      case "stopping":
        return events.stopping(report.cause, report.seconds);
      default:
        this.#hear?.(report);
    }
  }

  #send(order: ServingOrder): void {
    if (!this.#hasEnded && this.#child.connected) this.#child.send(order, () => {});
  }
}

/** The number of a signal, as shells add it to 128. */
function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
