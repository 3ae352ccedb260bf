import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import { type ConfigSource, loadProcessConfig } from "../../config/load-process-config.ts";
import { fixedChanges } from "../../config/settings/server-changes.ts";
import type { Log } from "../../monitoring/log.ts";
import type { RestartSignalWatch } from "../restart-signal/restart-signal-watch.ts";
import { watchRestartSignal } from "../restart-signal/watch-restart-signal.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Supervisor } from "./supervisor.ts";
import type { WorkerReload } from "./worker-message.ts";
import { readCertificates } from "../certificates.ts";
import type { OwnKeeper } from "../own-keeper.ts";
import { LAST_CALLS } from "../server-run.ts";

/** What a run of several workers works with from its start to its end. */
export interface WorkersRunParts {
  readonly source: ConfigSource;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly keeper: OwnKeeper;
  readonly supervisor: Supervisor;
}

/** The workers of a server between start and end, with everything that reaches them from outside: signals, and Laravel's restart signal. */
export class WorkersRun {
  /** Resolves when all have stopped. */
  readonly ended: Promise<void>;
  readonly #parts: WorkersRunParts;
  readonly #first: Config;
  #config: Config;
  #isStopping = false;
  #restartSignal: RestartSignalWatch | undefined;

  constructor(parts: WorkersRunParts, config: Config) {
    this.#parts = parts;
    this.#first = this.#config = config;
    this.ended = parts.supervisor.ended.then(() => this.#end());
    parts.keeper.attach({
      stop: (cause) => this.#stop(cause),
      reload: () => void this.#reload(),
      restart: () => void this.#restart("resound restart"),
    });
  }

  /** Milliseconds that a worker's graceful stop may take. */
  get stopPatience(): number {
    return (this.#config.server.drainSeconds + LAST_CALLS) * 1000;
  }

  /** All listen: from now on Laravel may restart them, and the service manager counts on them. */
  announced(): void {
    this.#parts.keeper.ready();
    this.#restartSignal = this.#watchRestartSignal();
  }

  #stop(cause: string): void {
    this.#isStopping = true;
    this.#parts.keeper.stopping(cause, this.stopPatience / 1000);
    this.#parts.supervisor.stop();
  }

  /** Goes by the configuration as it stands now, with all workers, or refuses it whole. */
  async #reload(): Promise<void> {
    const { keeper, supervisor, log } = this.#parts;
    if (this.#isStopping) return keeper.reloadRefused();
    keeper.reloading();
    const errors = this.#follow();
    const outcome = errors === undefined ? await supervisor.reload() : refusal(errors);
    // What workers were told by their parent they cannot find changed.
    const { host, port, reusePort } = this.#config.server;
    const fixed = fixedChanges(this.#first.server, { ...this.#first.server, host, port, reusePort });
    const messages = [
      ...new Set([...fixed.map((name) => `${name} stays as it was until a restart`), ...outcome.messages]),
    ];
    if (outcome.accepted) log.info("reloaded", "The configuration was read again, by all workers");
    for (const message of messages) {
      if (outcome.accepted) log.info("reloaded", message);
      else log.error("reload_refused", message);
    }
    keeper.reloaded({ accepted: outcome.accepted, messages }, this.#config.server.drainSeconds);
    keeper.ready();
  }

  /** Puts others in the place of all workers, one by one. */
  async #restart(cause: string): Promise<void> {
    const { keeper, supervisor, log } = this.#parts;
    if (this.#isStopping) return;
    log.info("workers_restarting", `Restarting the workers one by one (${cause})`);
    // A configuration that cannot be used keeps the first of them from coming up, and so ends the restart.
    this.#follow();
    const outcome = await supervisor.restart();
    if (outcome.accepted) log.info("workers_restarted", "All workers have been restarted");
    else for (const message of outcome.messages) log.error("workers_restarted", message);
    keeper.restarted(outcome);
  }

  /** Goes by the configuration as it stands now, as far as the parent is concerned; answers with what is wrong with it. */
  #follow(): readonly string[] | undefined {
    const { source, runtime, log } = this.#parts;
    const before = this.#config;
    try {
      const next = loadProcessConfig(source);
      readCertificates(next, source.directory, runtime);
      this.#config = next;
    } catch (error) {
      // Also for what nobody foresaw: a server that runs does not end because a file cannot be read.
      return error instanceof ConfigError
        ? error.messages
        : [`The configuration could not be read: ${error}`];
    }
    log.level = this.#config.server.logLevel;
    if (JSON.stringify(this.#config.restartSignal) !== JSON.stringify(before.restartSignal)) {
      this.#watchAnew();
    }
    return undefined;
  }

  #watchAnew(): void {
    void this.#restartSignal?.stop();
    this.#restartSignal = this.#watchRestartSignal();
  }

  #watchRestartSignal(): RestartSignalWatch | undefined {
    const { runtime, log } = this.#parts;
    return watchRestartSignal(this.#config.restartSignal, {
      runtime,
      log,
      wallClock: () => Date.now(),
      restart: () => {
        void this.#restart("php artisan reverb:restart");
        // A watch has seen enough with one signal, but this process goes on.
        this.#watchAnew();
      },
    });
  }

  async #end(): Promise<void> {
    await this.#restartSignal?.stop();
    this.#parts.keeper.ended();
  }
}

function refusal(errors: readonly string[]): WorkerReload {
  return {
    accepted: false,
    messages: [...errors, "The new configuration is refused, the old one stays in use"],
  };
}
