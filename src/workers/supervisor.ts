import type { Log } from "../monitoring/log.ts";
import { LONG_LIFE, restartDelay } from "./restart-delay.ts";
import { mergeReloads } from "./merge-reloads.ts";
import type { WorkerReload } from "./worker-message.ts";
import type { WorkerMetrics } from "./metrics-sum.ts";
import { describeEnd, type SpawnWorker, type WorkerEnd } from "./worker-process.ts";
import { type Delay, Worker } from "./worker.ts";

/** What a supervisor needs. */
export interface SupervisorParts {
  /** How many workers there are; they are numbered from 1. */
  readonly count: number;
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

/** What became of a start. */
export type StartOutcome =
  | { readonly type: "up" }
  /** Somebody stopped them meanwhile. */
  | { readonly type: "stopped" }
  /** All are being ended; `reason` is a sentence for the operator. */
  | { readonly type: "failed"; readonly reason: string };

/** How one of the workers does, for those who watch. */
export interface WorkerState extends WorkerMetrics {
  /** How many times another process has come in its place. */
  readonly replacements: number;
}

/** Milliseconds within which a new process has to listen. */
const START_PATIENCE = 30_000;
/** Milliseconds for a stop that waits for nobody. */
const HURRY_PATIENCE = 5000;

/** The place of a worker: the process that has it now, or what is to come. */
interface Place {
  readonly number: number;
  worker: Worker | undefined;
  /** One that is to take its place when it listens. */
  successor: Worker | undefined;
  cancelStart: (() => void) | undefined;
  failures: number;
  replacements: number;
}

/** Keeps a number of workers alive: starts them, replaces those that end, and lets others take their place one by one. */
export class Supervisor {
  /** Resolves when all listen, or when that is not going to be. */
  readonly started: Promise<StartOutcome>;
  /** Resolves when all have ended and none is to come. */
  readonly ended: Promise<void>;
  readonly #parts: SupervisorParts;
  readonly #places: readonly Place[];
  readonly #alive = new Set<Worker>();
  readonly #settle: { readonly started: (outcome: StartOutcome) => void; readonly ended: () => void };
  #isStarted = false;
  #isStopping = false;
  #rolling: Promise<unknown> = Promise.resolve();
  #waiting: Promise<WorkerReload> | undefined;

  /** Starts them all. Throws when the system gives no process. */
  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    const started = Promise.withResolvers<StartOutcome>(), ended = Promise.withResolvers<void>();
    this.started = started.promise;
    this.ended = ended.promise;
    this.#settle = { started: started.resolve, ended: ended.resolve };
    this.#places = Array.from({ length: parts.count }, (_, index) => ({
      ...{ number: index + 1, worker: undefined, successor: undefined, cancelStart: undefined },
      ...{ failures: 0, replacements: 0 },
    }));
    for (const place of this.#places) place.worker = this.#start(place);
  }

  /** The processes that serve, in the order of their numbers. */
  get processes(): readonly number[] {
    return this.#places.flatMap(({ worker }) => worker === undefined ? [] : [worker.pid]);
  }

  /** Whether any of them listens. */
  get isAnyUp(): boolean {
    return this.#places.some(({ worker }) => worker?.isListening === true);
  }

  /** Has all of them stop gracefully, and at once when called again. */
  stop(): void {
    const again = this.#isStopping;
    this.#isStopping = true;
    this.#settle.started({ type: "stopped" });
    for (const place of this.#places) place.cancelStart?.();
    for (const worker of this.#alive) {
      if (again) worker.hurry(HURRY_PATIENCE);
      else worker.stop(this.#parts.stopPatience());
    }
    this.#settleEnd();
  }

  /** Has all of them read their configuration again. */
  async reload(): Promise<WorkerReload> {
    const answers = await Promise.all(this.#places.map(async ({ number, worker }) => ({
      number,
      // One that is starting reads the new configuration anyway.
      outcome: worker?.isListening === true ? await worker.reload() : { accepted: true, messages: [] },
    })));
    return mergeReloads(answers);
  }

  /**
   * Puts another process in the place of each worker, one after the other: the new one listens before the old one is asked to go,
   * and the next one's turn comes when the old one has gone. Ends with the first that does not come up. Calls meanwhile are
   * answered by one more round.
   */
  restart(): Promise<WorkerReload> {
    return this.#waiting ??= this.#rolling = this.#rolling.then(() => {
      this.#waiting = undefined;
      return this.#roll();
    }) as Promise<WorkerReload>;
  }

  /** Sees that their event loops turn; one whose does not is killed, and replaced. */
  ping(): void {
    for (const { worker } of this.#places) {
      if (worker?.ping() === false) {
        this.#parts.log.error("worker_silent", `${nameOf(worker)} does not answer and is killed`);
      }
    }
  }

  /** How each of them does. */
  states(): Promise<readonly WorkerState[]> {
    return Promise.all(this.#places.map(async ({ number, worker, replacements }) => ({
      number,
      replacements,
      pid: worker?.pid,
      metrics: await worker?.metrics(),
    })));
  }

  #start(place: Place): Worker {
    const { spawn, delay, now } = this.#parts;
    const worker = new Worker({
      ...{ number: place.number, spawn, delay, now, startPatience: START_PATIENCE },
      listening: (worker) => this.#listening(place, worker),
      ended: (worker, end) => this.#ended(place, worker, end),
    });
    this.#alive.add(worker);
    return worker;
  }

  #listening(place: Place, worker: Worker): void {
    const { log, version } = this.#parts;
    if (!this.#isStarted) {
      if (!this.#places.every((each) => each.worker?.isListening)) return;
      this.#isStarted = true;
      return this.#settle.started({ type: "up" });
    }
    place.replacements++;
    log.info("worker_started", `${nameOf(worker)} has come in its place`);
    if (worker.version === version) return;
    log.warning(
      "worker_version",
      `${
        nameOf(worker)
      } runs Resound ${worker.version}, this parent still ${version}: stop and start the server ` +
        "(systemctl restart) when the parent should be the new one too",
    );
  }

  #ended(place: Place, worker: Worker, end: WorkerEnd): void {
    this.#alive.delete(worker);
    if (place.successor === worker) place.successor = undefined;
    const wasServing = place.worker === worker;
    if (wasServing) place.worker = undefined;
    if (this.#isStopping) return this.#settleEnd();
    if (!this.#isStarted) {
      const reason = `${nameOf(worker)} ${
        describeEnd(end)
      } before it listened; what it said of that is above.`;
      this.#settle.started({ type: "failed", reason });
      return this.stop();
    }
    if (worker.isLeaving) return;
    // What ends by itself without an error was asked to, by `resound restart --all` or a signal.
    const asked = end.code === 0 && worker.age > 0;
    const message = `${nameOf(worker)} ${describeEnd(end)}`;
    if (!wasServing) return this.#parts.log.error("worker_ended", message);
    if (asked) this.#parts.log.info("worker_ended", message);
    else this.#parts.log.error("worker_ended", message);
    place.failures = asked || worker.age >= LONG_LIFE ? 0 : place.failures;
    if (!asked) place.failures++;
    if (place.successor === undefined) this.#startAgain(place);
  }

  #startAgain(place: Place): void {
    const milliseconds = restartDelay(place.failures);
    if (milliseconds > 0) {
      const seconds = milliseconds / 1000;
      this.#parts.log.warning("worker_waits", `Worker ${place.number} is started again in ${seconds} s`);
    }
    place.cancelStart = this.#parts.delay(milliseconds, () => {
      place.cancelStart = undefined;
      place.worker = this.#tryStart(place);
      if (place.worker !== undefined) return;
      place.failures++;
      this.#startAgain(place);
    });
  }

  /** `undefined` when the system gives no process. */
  #tryStart(place: Place): Worker | undefined {
    try {
      return this.#start(place);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.log.error("worker_ended", `Worker ${place.number} cannot be started: ${reason}`);
      return undefined;
    }
  }

  async #roll(): Promise<WorkerReload> {
    const messages: string[] = [];
    for (const place of this.#places) {
      const refused = await this.#replace(place);
      if (this.#isStopping) return { accepted: false, messages: [...messages, "The server is stopping"] };
      if (refused !== undefined) return { accepted: false, messages: [...messages, refused] };
      messages.push(`Worker ${place.number} of ${this.#places.length} is now process ${place.worker?.pid}`);
    }
    return { accepted: true, messages };
  }

  /** Puts another process in one place; answers with why that could not be. */
  async #replace(place: Place): Promise<string | undefined> {
    if (this.#isStopping) return undefined;
    place.cancelStart?.();
    place.cancelStart = undefined;
    // One that has not come up yet is new enough.
    if (place.worker !== undefined && !place.worker.isListening && !place.worker.isLeaving) {
      if (await place.worker.up) return undefined;
    }
    const next = this.#tryStart(place);
    place.successor = next;
    if (next === undefined || !(await next.up)) {
      if (place.worker === undefined && !this.#isStopping) this.#startAgain(place);
      return `No other process came up in the place of worker ${place.number}; its log says why. ` +
        "The restart stops here, and the others go on as they are.";
    }
    const before = place.worker;
    place.worker = next;
    place.successor = undefined;
    place.failures = 0;
    before?.stop(this.#parts.stopPatience());
    await before?.gone;
    return undefined;
  }

  #settleEnd(): void {
    if (this.#isStopping && this.#alive.size === 0) this.#settle.ended();
  }
}

function nameOf({ number, pid }: Worker): string {
  return `Worker ${number} (process ${pid})`;
}
