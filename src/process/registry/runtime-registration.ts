import { hostname } from "node:os";
import type { Log } from "../../monitoring/log.ts";
import { identifyProcess } from "./process-identity.ts";
import { RuntimeFile } from "./runtime-file.ts";
import { runtimePlaces } from "./runtime-places.ts";
import type { ReloadOutcome, RestartOutcome } from "./runtime-record.ts";

/** Milliseconds between two signs of life of a runtime file. */
const REFRESH_INTERVAL = 3_600_000;

/** What is written down of a server that listens. */
export interface RunningServerDescription {
  readonly folder: string;
  readonly address: string;
  readonly version: string;
  readonly stopSeconds: number;
  /** How many server processes this one looks after, if it does. */
  readonly workers?: number;
  /** Whether a restart hands the clients over to another process. */
  readonly handsOver?: true | undefined;
}

/** This server, written down where `resound restart` and `resound reload` look; a failure to write is a warning. */
export class RuntimeRegistration {
  readonly #file: RuntimeFile | undefined;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #reloads = 0;
  #restarts = 0;

  constructor({ folder, ...description }: RunningServerDescription, log: Log) {
    const created = RuntimeFile.create(runtimePlaces(folder), {
      ...description,
      folder,
      pid: process.pid,
      started: identifyProcess(process.pid)?.started,
      machine: hostname(),
      // Windows has no such signal.
      checksRestart: process.platform === "win32" ? undefined : true,
    });
    if (typeof created === "string") log.warning("runtime_file", created);
    else {
      this.#file = created;
      this.#timer = setInterval(() => created.refresh(), REFRESH_INTERVAL);
    }
  }

  /** Answers a request to reload. */
  reloaded(outcome: ReloadOutcome, stopSeconds: number): void {
    this.#file?.update({ reload: { ...outcome, count: ++this.#reloads }, stopSeconds });
  }

  /** Answers a request to restart. */
  restarted(outcome: RestartOutcome): void {
    this.#file?.update({ isRestarting: false, restart: { ...outcome, count: ++this.#restarts } });
  }

  /** A restart has begun. */
  restarting(): void {
    this.#file?.update({ isRestarting: true });
  }

  /** Another process serves now. */
  replacedBy(server: Pick<RunningServerDescription, "address" | "version" | "stopSeconds">): void {
    this.#file?.update(server);
  }

  /** The server has ended. */
  remove(): void {
    clearInterval(this.#timer);
    this.#file?.remove();
  }
}
