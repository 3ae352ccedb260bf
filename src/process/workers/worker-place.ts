import { errorMessage } from "../../failures/error-reason.ts";
import type { Log } from "../../monitoring/log.ts";
import type { Refusal } from "../../monitoring/refusal.ts";
import { StartBackoff } from "./start-backoff.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";
import { describeEnd, type SpawnWorker, type WorkerEnd } from "./worker-process.ts";
import type { Delay } from "./worker-questions.ts";
import { Worker } from "./worker.ts";

/** What all places have in common. */
export interface PlaceParts {
  readonly spawn: SpawnWorker;
  readonly log: Log;
  readonly delay: Delay;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Milliseconds that a graceful stop may take; asked for with each. */
  readonly stopPatience: () => number;
  /** Of the parent, as a worker says its own. */
  readonly version: string;
}

/** The supervisor, as its places see it. */
export interface PlaceOwner {
  /** Whether the places are filled for the first time, kept filled, or emptied. */
  readonly phase: "starting" | "up" | "stopping";
  /** Whether all processes are being replaced: none is started anew meanwhile. */
  readonly isReplacing: boolean;
  /** A worker listens. */
  listening(): void;
  /** A worker has ended; `name` says which. */
  ended(name: string, end: WorkerEnd): void;
}

/** Milliseconds within which a new process has to listen. */
const START_PATIENCE = 30_000;
/** Milliseconds for the webhooks of a process whose clients have moved, and some to spare. */
const LAST_WEBHOOKS = 65_000;
/** Milliseconds for a stop at once. */
const HURRY_PATIENCE = 5000;

/** The place of one worker: a process that serves under its number, and after it the next. The place starts and replaces them. */
export class WorkerPlace {
  /** From 1. */
  readonly number: number;
  /** How many times the process has been replaced by another. */
  replacements = 0;
  readonly #parts: PlaceParts;
  readonly #owner: PlaceOwner;
  /** The process that serves. */
  #worker: Worker | undefined;
  /** The process that replaces it once it listens. */
  #successor: Worker | undefined;
  /** Those two, and processes that are stopping. */
  readonly #alive = new Set<Worker>();
  #cancelStart: (() => void) | undefined;
  readonly #backoff = new StartBackoff();

  constructor(number: number, parts: PlaceParts, owner: PlaceOwner) {
    this.number = number;
    this.#parts = parts;
    this.#owner = owner;
  }

  /** The process that serves. */
  get pid(): number | undefined {
    return this.#worker?.pid;
  }

  get isListening(): boolean {
    return this.#worker?.isListening === true;
  }

  /** Whether no process of this place is alive. */
  get isEmpty(): boolean {
    return this.#alive.size === 0;
  }

  /** Starts the first process. Throws when the system gives no process. */
  begin(): void {
    this.#worker = this.#start();
  }

  /** Stops every process of the place, at once when `hurry` is set, and starts no other. */
  stop(hurry: boolean): void {
    this.#cancelStart?.();
    for (const worker of this.#alive) {
      if (hurry) worker.hurry(HURRY_PATIENCE);
      else worker.stop(this.#parts.stopPatience(), false);
    }
  }

  /** The worker reads its configuration again; `undefined` when it does not answer. */
  async reload(): Promise<ReloadOutcome | undefined> {
    // A process that is still starting reads the new configuration anyway.
    return this.isListening ? await this.#worker?.reload() : { accepted: true, messages: [] };
  }

  /** Its metrics as Prometheus reads them; `undefined` when it is not up or does not answer. */
  async metrics(): Promise<string | undefined> {
    return await this.#worker?.metrics();
  }

  /** Has it count and log a refusal. */
  refused(refusal: Refusal): void {
    this.#worker?.refused(refusal);
  }

  /** Checks that the worker's event loop turns; a process whose does not is killed and replaced. */
  ping(): void {
    const worker = this.#worker;
    if (worker === undefined || worker.ping()) return;
    this.#parts.log.error("worker_silent", `${nameOf(worker)} does not answer and is killed`);
  }

  /** Starts the process that is to take the place of the one that serves. Resolves when it listens, or with the reason why none does. */
  async prepare(): Promise<string | undefined> {
    this.#cancelStart?.();
    this.#cancelStart = undefined;
    // A process that has not come up yet is new enough.
    if (this.#worker !== undefined && !this.#worker.isListening && !this.#worker.isLeaving) {
      if (await this.#worker.up) return undefined;
    }
    const next = this.#successor = this.#tryStart();
    if (next !== undefined && await next.up) return undefined;
    return `No new process came up for worker ${this.number}; its log says why. ` +
      "The restart stops here, and the others go on as they are.";
  }

  /** The process that was prepared is not needed after all. */
  abandon(): void {
    const next = this.#successor;
    this.#successor = undefined;
    next?.hurry(HURRY_PATIENCE);
    this.fill();
  }

  /** Has the process that was prepared, and its like in other places, take every new connection. */
  steer(before: number, next: number): void {
    (this.#successor ?? this.#worker)?.steer(before, next);
  }

  /** The process that was prepared serves from now on. Resolves when the clients of the one before have moved. */
  async handOver(): Promise<void> {
    const before = this.#worker, next = this.#successor;
    if (next === undefined) return;
    this.#worker = next;
    this.#successor = undefined;
    this.#backoff.reset();
    before?.handOver(this.#parts.stopPatience() + LAST_WEBHOOKS);
    await before?.moved;
  }

  /** Starts a process where there is none any more. */
  fill(): void {
    if (this.#worker === undefined && this.#cancelStart === undefined && this.#owner.phase === "up") {
      this.#startAgain();
    }
  }

  #start(): Worker {
    const { spawn, delay, now } = this.#parts;
    const worker = new Worker({
      ...{ number: this.number, spawn, delay, now, startPatience: START_PATIENCE },
      listening: (worker) => this.#listening(worker),
      ended: (worker, end) => this.#ended(worker, end),
    });
    this.#alive.add(worker);
    return worker;
  }

  /** `undefined` when the system gives no process. */
  #tryStart(): Worker | undefined {
    try {
      return this.#start();
    } catch (error) {
      this.#parts.log.error(
        "worker_ended",
        `Worker ${this.number} cannot be started: ${errorMessage(error)}`,
      );
      return undefined;
    }
  }

  #startAgain(): void {
    const { log, delay } = this.#parts, milliseconds = this.#backoff.delay;
    if (milliseconds > 0) {
      log.warning("worker_waits", `Worker ${this.number} is started again in ${milliseconds / 1000} s`);
    }
    this.#cancelStart = delay(milliseconds, () => {
      this.#cancelStart = undefined;
      this.#worker = this.#tryStart();
      if (this.#worker !== undefined) return;
      this.#backoff.failed();
      this.#startAgain();
    });
  }

  #listening(worker: Worker): void {
    const { log, version } = this.#parts;
    if (this.#owner.phase === "up") {
      this.replacements++;
      log.info("worker_started", `Worker ${worker.number} is now process ${worker.pid}`);
      if (worker.version !== version) {
        log.warning(
          "worker_version",
          `${
            nameOf(worker)
          } runs Resound ${worker.version}, its parent still ${version}. To renew the parent as well, stop and ` +
            "start the server (systemctl restart)",
        );
      }
    }
    this.#owner.listening();
  }

  #ended(worker: Worker, end: WorkerEnd): void {
    this.#alive.delete(worker);
    if (this.#successor === worker) this.#successor = undefined;
    const wasServing = this.#worker === worker;
    if (wasServing) this.#worker = undefined;
    if (this.#owner.phase === "up" && !worker.isLeaving) this.#lost(worker, end, wasServing);
    this.#owner.ended(nameOf(worker), end);
  }

  /** A process has ended without an order of its parent. */
  #lost(worker: Worker, end: WorkerEnd, wasServing: boolean): void {
    // A process that ends without an error was asked to, by `resound restart --all` or a signal.
    const asked = wasServing && end.code === 0 && worker.age > 0;
    this.#parts.log[asked ? "info" : "error"]("worker_ended", `${nameOf(worker)} ${describeEnd(end)}`);
    if (!wasServing) return;
    if (asked) this.#backoff.reset();
    else this.#backoff.failed(worker.age);
    if (this.#successor === undefined && !this.#owner.isReplacing) this.#startAgain();
  }
}

function nameOf({ number, pid }: Worker): string {
  return `Worker ${number} (process ${pid})`;
}
