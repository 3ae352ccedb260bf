import { errorMessage } from "../../failures/error-reason.ts";
import type { Log } from "../../monitoring/log.ts";
import { LONG_LIFE, restartDelay } from "./restart-delay.ts";
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

/** Who looks after all places. */
export interface PlaceOwner {
  /** Whether the places are filled for the first time, kept filled, or emptied. */
  readonly phase: "starting" | "up" | "stopping";
  /** A worker listens. */
  listening(): void;
  /** A worker has ended; `name` says which. */
  ended(name: string, end: WorkerEnd): void;
}

/** Milliseconds within which a new process has to listen. */
const START_PATIENCE = 30_000;
/** Milliseconds for a stop that waits for nobody. */
const HURRY_PATIENCE = 5000;

/** The place of one worker, in which there is to be a process that serves: another one comes when it ends, or takes it over. */
export class WorkerPlace {
  /** From 1. */
  readonly number: number;
  /** How many times another process has come in the place of the first one. */
  replacements = 0;
  readonly #parts: PlaceParts;
  readonly #owner: PlaceOwner;
  /** The process that has the place. */
  #worker: Worker | undefined;
  /** One that is to have it when it listens. */
  #successor: Worker | undefined;
  /** Those two, and any that is leaving. */
  readonly #alive = new Set<Worker>();
  #cancelStart: (() => void) | undefined;
  /** How many processes in a row have ended by an error before they were old. */
  #failures = 0;

  constructor(number: number, parts: PlaceParts, owner: PlaceOwner) {
    this.number = number;
    this.#parts = parts;
    this.#owner = owner;
  }

  /** The process that has the place. */
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

  /** Starts the first process. Throws when the system gives none. */
  begin(): void {
    this.#worker = this.#start();
  }

  /** Has every process of it stop, at once when `hurry` is set; none is to come. */
  stop(hurry: boolean): void {
    this.#cancelStart?.();
    for (const worker of this.#alive) {
      worker.stop(hurry ? HURRY_PATIENCE : this.#parts.stopPatience(), hurry);
    }
  }

  /** Has it read its configuration again; `undefined` when it does not answer. */
  async reload(): Promise<ReloadOutcome | undefined> {
    // One that is starting reads the new configuration anyway.
    return this.isListening ? await this.#worker?.reload() : { accepted: true, messages: [] };
  }

  /** Its metrics as Prometheus reads them; `undefined` when it is not up or does not answer. */
  async metrics(): Promise<string | undefined> {
    return await this.#worker?.metrics();
  }

  /** Sees that its event loop turns; when it does not, its process is killed, and replaced. */
  ping(): void {
    const worker = this.#worker;
    if (worker === undefined || worker.ping()) return;
    this.#parts.log.error("worker_silent", `${nameOf(worker)} does not answer and is killed`);
  }

  /** Puts another process in its place: it listens before the old one is asked to go. Answers with why that could not be. */
  async replace(): Promise<string | undefined> {
    this.#cancelStart?.();
    this.#cancelStart = undefined;
    // One that has not come up yet is new enough.
    if (this.#worker !== undefined && !this.#worker.isListening && !this.#worker.isLeaving) {
      if (await this.#worker.up) return undefined;
    }
    const next = this.#successor = this.#tryStart();
    if (next === undefined || !(await next.up)) {
      if (this.#worker === undefined && this.#owner.phase !== "stopping") this.#startAgain();
      return `No other process came up in the place of worker ${this.number}; its log says why. ` +
        "The restart stops here, and the others go on as they are.";
    }
    const before = this.#worker;
    this.#worker = next;
    this.#successor = undefined;
    this.#failures = 0;
    before?.stop(this.#parts.stopPatience());
    await before?.gone;
    return undefined;
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
    const { log, delay } = this.#parts, milliseconds = restartDelay(this.#failures);
    if (milliseconds > 0) {
      log.warning("worker_waits", `Worker ${this.number} is started again in ${milliseconds / 1000} s`);
    }
    this.#cancelStart = delay(milliseconds, () => {
      this.#cancelStart = undefined;
      this.#worker = this.#tryStart();
      if (this.#worker !== undefined) return;
      this.#failures++;
      this.#startAgain();
    });
  }

  #listening(worker: Worker): void {
    const { log, version } = this.#parts;
    if (this.#owner.phase === "up") {
      this.replacements++;
      log.info("worker_started", `${nameOf(worker)} has come in its place`);
      if (worker.version !== version) {
        log.warning(
          "worker_version",
          `${
            nameOf(worker)
          } runs Resound ${worker.version}, this parent still ${version}: stop and start the server ` +
            "(systemctl restart) when the parent should be the new one too",
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

  /** A process has ended that nobody here has asked to. */
  #lost(worker: Worker, end: WorkerEnd, wasServing: boolean): void {
    // What ends by itself without an error was asked to, by `resound restart --all` or a signal.
    const asked = wasServing && end.code === 0 && worker.age > 0;
    this.#parts.log[asked ? "info" : "error"]("worker_ended", `${nameOf(worker)} ${describeEnd(end)}`);
    if (!wasServing) return;
    if (asked) this.#failures = 0;
    else this.#failures = worker.age >= LONG_LIFE ? 1 : this.#failures + 1;
    if (this.#successor === undefined) this.#startAgain();
  }
}

function nameOf({ number, pid }: Worker): string {
  return `Worker ${number} (process ${pid})`;
}
