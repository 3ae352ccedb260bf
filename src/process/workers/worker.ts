import type { Refusal } from "../../monitoring/refusal.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";
import type { WorkerOrder, WorkerReport } from "./worker-message.ts";
import type { SpawnWorker, WorkerEnd, WorkerLink } from "./worker-process.ts";
import { type Delay, WorkerQuestions } from "./worker-questions.ts";

/** What a worker is made with. */
export interface WorkerParts {
  readonly number: number;
  readonly spawn: SpawnWorker;
  readonly delay: Delay;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Milliseconds within which it has to listen; beyond them it is killed. */
  readonly startPatience: number;
  /** Called once, when it listens. */
  readonly listening: (worker: Worker) => void;
  /** Called once, when it has ended. */
  readonly ended: (worker: Worker, end: WorkerEnd) => void;
}

/** Pings that may be left without an answer. */
const UNANSWERED_PINGS = 2;

/** One process of a worker, from its start to its end; the next one has the same number. */
export class Worker {
  readonly number: number;
  /** Resolves when it listens with true, when it ends before with false. */
  readonly up: Promise<boolean>;
  /** Resolves when its clients have moved to others, at the latest when it has ended. */
  readonly moved: Promise<void>;
  /** Of Resound, as it reports it once it listens. */
  version: string | undefined;
  readonly #parts: WorkerParts;
  readonly #link: WorkerLink;
  #listeningSince: number | undefined;
  #hasEnded = false;
  #isLeaving = false;
  #unanswered = 0;
  readonly #questions: WorkerQuestions;
  readonly #settle: { readonly up: (up: boolean) => void; readonly moved: () => void };
  #cancelPatience: () => void;

  /** Starts the process. Throws when the system gives no process. */
  constructor(parts: WorkerParts) {
    this.number = parts.number;
    this.#parts = parts;
    const up = Promise.withResolvers<boolean>(), moved = Promise.withResolvers<void>();
    this.up = up.promise;
    this.moved = moved.promise;
    this.#settle = { up: up.resolve, moved: moved.resolve };
    const link = this.#link = parts.spawn(parts.number, {
      report: (report) => this.#hear(report),
      ended: (end) => this.#end(end),
    });
    this.#questions = new WorkerQuestions((order) => link.send(order), parts.delay);
    this.#cancelPatience = parts.delay(parts.startPatience, () => this.#link.kill());
  }

  get pid(): number {
    return this.#link.pid;
  }

  get isListening(): boolean {
    return this.#listeningSince !== undefined && !this.#hasEnded && !this.#isLeaving;
  }

  /** Whether it was asked to stop. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Milliseconds for which it has listened; 0 when it never has. */
  get age(): number {
    return this.#listeningSince === undefined ? 0 : this.#parts.now() - this.#listeningSince;
  }

  /** Stops it gracefully, and kills it after `patience` milliseconds. */
  stop(patience: number, othersStay: boolean): void {
    this.#leave({ type: "stop", othersStay }, patience);
  }

  /** Stops it because others have taken its place and get every new connection, and kills it after `patience` milliseconds. */
  handOver(patience: number): void {
    this.#leave({ type: "stop", othersStay: true, handsOver: true }, patience);
  }

  /** Has the last `next` sockets of a port take every new connection; its own is one of them, and `before` are others. */
  steer(before: number, next: number): void {
    this.#link.send({ type: "steer", before, next });
  }

  /** Stops it at once, and kills it after `patience` milliseconds. */
  hurry(patience: number): void {
    this.#leave({ type: "hurry" }, patience);
  }

  /** It reads its configuration again; `undefined` when it does not answer. */
  reload(): Promise<ReloadOutcome | undefined> {
    return this.isListening ? this.#questions.reload() : Promise.resolve(undefined);
  }

  /** It counts and logs a refusal. */
  refused(refusal: Refusal): void {
    this.#link.send({ type: "refused", refusal });
  }

  /** Its metrics as Prometheus reads them; `undefined` when it does not answer. */
  metrics(): Promise<string | undefined> {
    return this.isListening ? this.#questions.metrics() : Promise.resolve(undefined);
  }

  /**
   * Asks whether its event loop turns. Kills it, and returns false, when the last two pings have no answer. Pings are counted and
   * not time: after the machine was suspended much time has passed, and still no worker was silent.
   */
  ping(): boolean {
    if (!this.isListening) return true;
    if (this.#unanswered >= UNANSWERED_PINGS) {
      this.#link.kill();
      return false;
    }
    this.#unanswered++;
    this.#link.send({ type: "ping" });
    return true;
  }

  #leave(order: WorkerOrder, patience: number): void {
    if (this.#hasEnded) return;
    this.#isLeaving = true;
    this.#link.send(order);
    this.#cancelPatience();
    this.#cancelPatience = this.#parts.delay(patience, () => this.#link.kill());
  }

  #hear(report: WorkerReport): void {
    switch (report.type) {
      case "listening":
        if (this.#listeningSince !== undefined) return;
        this.#listeningSince = this.#parts.now();
        this.version = report.version;
        if (!this.#isLeaving) this.#cancelPatience();
        this.#settle.up(true);
        return this.#parts.listening(this);
      case "reloaded":
      case "metrics":
        return this.#questions.answered(report);
      case "moved":
        return this.#settle.moved();
      case "alive":
        this.#unanswered = 0;
    }
  }

  #end(end: WorkerEnd): void {
    this.#hasEnded = true;
    this.#cancelPatience();
    this.#questions.giveUp();
    this.#settle.up(false);
    this.#settle.moved();
    this.#parts.ended(this, end);
  }
}
