import type { Refusal } from "../../monitoring/refusal.ts";
import { mergeReloads } from "./merge-reloads.ts";
import type { WorkerMetrics } from "./metrics/metrics-sum.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";
import { type PlaceOwner, type PlaceParts, WorkerPlace } from "./worker-place.ts";
import { describeEnd, type WorkerEnd } from "./worker-process.ts";

/** What a supervisor needs. */
export interface SupervisorParts extends PlaceParts {
  /** How many workers there are; they are numbered from 1. */
  readonly count: number;
}

/** What became of a start. */
export type StartOutcome =
  | { readonly type: "up" }
  /** They were stopped meanwhile. */
  | { readonly type: "stopped" }
  /** All are being ended; `reason` is a sentence for the operator. */
  | { readonly type: "failed"; readonly reason: string };

/** How one of the workers does, for the metrics. */
export interface WorkerState extends WorkerMetrics {
  /** How many times its process has been replaced by another. */
  readonly replacements: number;
}

/** Keeps a number of workers alive. What is asked of the one server that they are together, it asks of each of them. */
export class Supervisor {
  /** Resolves when all listen, or when they are not going to. */
  readonly started: Promise<StartOutcome>;
  /** Resolves when all have ended after a stop. */
  readonly ended: Promise<void>;
  readonly #places: readonly WorkerPlace[];
  readonly #settle: { readonly started: (outcome: StartOutcome) => void; readonly ended: () => void };
  #phase: PlaceOwner["phase"] = "starting";
  #isReplacing = false;
  #rolling: Promise<ReloadOutcome> = Promise.resolve({ accepted: true, messages: [] });
  #waiting: Promise<ReloadOutcome> | undefined;

  /** Starts all of them. Throws when the system gives no process. */
  constructor({ count, ...parts }: SupervisorParts) {
    const started = Promise.withResolvers<StartOutcome>(), ended = Promise.withResolvers<void>();
    this.started = started.promise;
    this.ended = ended.promise;
    this.#settle = { started: started.resolve, ended: ended.resolve };
    const phase = (): PlaceOwner["phase"] => this.#phase, isReplacing = (): boolean => this.#isReplacing;
    const owner: PlaceOwner = {
      get phase() {
        return phase();
      },
      get isReplacing() {
        return isReplacing();
      },
      listening: () => this.#listening(),
      ended: (name, end) => this.#ended(name, end),
    };
    this.#places = Array.from({ length: count }, (_, index) => new WorkerPlace(index + 1, parts, owner));
    for (const place of this.#places) place.begin();
  }

  /** The processes that serve, in the order of their numbers. */
  get processes(): readonly number[] {
    return this.#places.flatMap(({ pid }) => pid ?? []);
  }

  /** Whether any of them listens. */
  get isAnyUp(): boolean {
    return this.#places.some(({ isListening }) => isListening);
  }

  /** Stops all of them gracefully, and at once when called again. */
  stop(): void {
    const again = this.#phase === "stopping";
    this.#phase = "stopping";
    this.#settle.started({ type: "stopped" });
    for (const place of this.#places) place.stop(again);
    this.#settleEnd();
  }

  /** All of them read their configuration again. */
  async reload(): Promise<ReloadOutcome> {
    return mergeReloads(
      await Promise.all(this.#places.map(async (place) => {
        return { number: place.number, outcome: await place.reload() };
      })),
    );
  }

  /**
   * Replaces all workers by new processes: first all of these listen and take every new connection, then the old ones hand their clients
   * over. Where one does not come up, the old ones stay. All calls during a round share one more round after it.
   */
  restart(): Promise<ReloadOutcome> {
    return this.#waiting ??= this.#rolling = this.#rolling.then(() => {
      this.#waiting = undefined;
      return this.#roll();
    });
  }

  /** Checks that their event loops turn; a worker whose does not is killed and replaced. */
  ping(): void {
    for (const place of this.#places) place.ping();
  }

  /** The first worker that listens counts and logs what the parent has turned down. */
  refused(refusal: Refusal): void {
    this.#places.find(({ isListening }) => isListening)?.refused(refusal);
  }

  /** How each of them does. */
  states(): Promise<readonly WorkerState[]> {
    return Promise.all(this.#places.map(async (place) => {
      const { number, pid, replacements } = place;
      return { number, pid, replacements, metrics: await place.metrics() };
    }));
  }

  #listening(): void {
    if (this.#phase !== "starting" || !this.#places.every(({ isListening }) => isListening)) return;
    this.#phase = "up";
    this.#settle.started({ type: "up" });
  }

  #ended(name: string, end: WorkerEnd): void {
    if (this.#phase === "starting") {
      const reason = `${name} ${describeEnd(end)} before it listened; its own lines above say why.`;
      this.#settle.started({ type: "failed", reason });
      this.stop();
    } else if (this.#phase === "stopping") this.#settleEnd();
  }

  async #roll(): Promise<ReloadOutcome> {
    this.#isReplacing = true;
    const outcome = await this.#replaceAll();
    this.#isReplacing = false;
    for (const place of this.#places) place.fill();
    return outcome;
  }

  async #replaceAll(): Promise<ReloadOutcome> {
    const places = this.#places, stopping = { accepted: false, messages: ["The server is stopping"] };
    if (this.#isStopping()) return stopping;
    const refused = await firstReason(places.map((place) => place.prepare()));
    if (this.#isStopping()) return stopping;
    if (refused !== undefined) {
      for (const place of places) place.abandon();
      return { accepted: false, messages: [refused] };
    }
    places[0]?.steer(places.filter(({ isListening }) => isListening).length, places.length);
    await Promise.all(places.map((place) => place.handOver()));
    if (this.#isStopping()) return stopping;
    return {
      accepted: true,
      messages: places.map(({ number, pid }) => `Worker ${number} of ${places.length} is now process ${pid}`),
    };
  }

  /** A function, because TypeScript would take the phase for unchanged after an await. */
  #isStopping(): boolean {
    return this.#phase === "stopping";
  }

  #settleEnd(): void {
    if (this.#places.every(({ isEmpty }) => isEmpty)) this.#settle.ended();
  }
}

/** Resolves with the first reason that any of them resolves with; with nothing once all have resolved without one. */
function firstReason(attempts: readonly Promise<string | undefined>[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    for (const attempt of attempts) {
      void attempt.then((reason) => reason === undefined ? undefined : resolve(reason));
    }
    void Promise.all(attempts).then(() => resolve(undefined), reject);
  });
}
