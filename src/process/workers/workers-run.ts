import type { Config } from "../../config/config.ts";
import { fixedChangeLines } from "../../config/settings/server-changes.ts";
import type { SignalControl } from "../control/signal-control.ts";
import { type AppliedReload, type ReloadLine, Run, type RunParts } from "../run.ts";
import type { Supervisor } from "./supervisor.ts";

/** What a run of several workers works with from its start to its end. */
export interface WorkersRunParts extends RunParts {
  readonly control: SignalControl;
  readonly supervisor: Supervisor;
}

/** The workers of a server between start and end, as their parent runs them: together they are asked what one server is asked. */
export class WorkersRun {
  /** Resolves when all have stopped. */
  readonly ended: Promise<void>;
  readonly #parts: WorkersRunParts;
  readonly #first: Config;
  readonly #run: Run;
  /** Restarts that run or wait: those that are asked for during one share the next. */
  #restarts = 0;

  constructor(parts: WorkersRunParts) {
    const { configuration, supervisor } = parts;
    this.#parts = parts;
    this.#first = configuration.config;
    this.#run = new Run(parts, {
      stop: () => supervisor.stop(),
      apply: () => this.#apply(),
      restart: (cause) => void this.#replaceWorkers(cause),
      // The first of the new workers is the check.
      checksItself: true,
    });
    this.ended = supervisor.ended.then(() => this.#run.end());
  }

  /** Milliseconds that a worker's graceful stop may take. */
  get stopPatience(): number {
    return this.#run.stopSeconds * 1000;
  }

  /** All listen, so clients may come. */
  begin(): void {
    this.#run.begin();
  }

  async #apply(): Promise<AppliedReload> {
    const { configuration, supervisor } = this.#parts;
    const { accepted, messages } = await supervisor.reload();
    // These the parent gives to its workers as options, so that a worker finds no change in them.
    const { host, port, reusePort, dashboardPort } = configuration.config.server;
    const given = { host, port, reusePort, dashboardPort };
    const fixed = fixedChangeLines(this.#first.server, { ...this.#first.server, ...given });
    const lines = [...new Set([...fixed, ...messages])].map((text): ReloadLine => ({
      level: "info",
      event: "reloaded",
      text,
    }));
    return { accepted, headline: "The configuration was read again, by all workers", lines };
  }

  /** Replaces all workers by new processes. */
  async #replaceWorkers(cause: string): Promise<void> {
    const { control, supervisor, log, check } = this.#parts;
    if (this.#run.isStopping || this.#restarts > 1) return;
    this.#restarts++;
    control.restarting();
    log.info("workers_restarting", `Restarting the workers (${cause})`);
    // A configuration that cannot be used keeps the first of them from coming up, and so ends the restart.
    this.#run.readAgain();
    const rolled = await supervisor.restart();
    // A worker that does not come up says in the log why; so does the check, for the caller of `resound restart`.
    const outcome = rolled.accepted || this.#run.isStopping
      ? rolled
      : { ...rolled, messages: [...await check(), ...rolled.messages] };
    if (outcome.accepted) log.info("workers_restarted", "All workers have been restarted");
    else for (const message of outcome.messages) log.error("workers_restarted", message);
    control.restarted(outcome);
    if (--this.#restarts > 0) control.restarting();
  }
}
