import type { Config } from "../config/config.ts";
import { stopSeconds } from "../config/stop-seconds.ts";
import type { LogEvent } from "../monitoring/log-event.ts";
import type { LogLevel } from "../monitoring/log-event.ts";
import type { Log } from "../monitoring/log.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ServerControl } from "./control/server-control.ts";
import type { FollowedConfiguration } from "./followed-configuration.ts";
import type { SuccessorCheck } from "./successor-check.ts";
import { RestartSignal } from "./restart-signal/restart-signal.ts";
import type { SeenSignal } from "./restart-signal/restart-signal-watch.ts";

/** What a run works with from its start to its end. */
export interface RunParts {
  readonly configuration: FollowedConfiguration;
  readonly control: ServerControl;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Where reloads are reported. */
  readonly reloadLog: Log;
  /** Whether a restart would come up again. */
  readonly check: SuccessorCheck;
  /** How much the process prints; set again with each reload. */
  readonly verbosity: { apply(level: LogLevel): void };
  /** The entry of `reverb:restart` that the process before this one has seen last. */
  readonly seenSignal?: SeenSignal | undefined;
}

/** What a run of one server does otherwise than a run of several workers. */
export interface RunActions {
  /** Stops gracefully, and at once when called again. `siblingsStay` is whether other workers of the same parent go on. */
  readonly stop: (siblingsStay: boolean) => void;
  /** Serves by the configuration that has just been read; `before` is the one until now. */
  readonly apply: (before: Config) => AppliedReload | Promise<AppliedReload>;
  /** Restarts; `cause` is for people. */
  readonly restart: (cause: string) => void;
  /** Whether the restart itself finds out first that the new configuration cannot be used. */
  readonly checksItself: boolean;
}

/** What became of a new configuration that can be used. */
export interface AppliedReload {
  /** False when a worker has refused it. */
  readonly accepted: boolean;
  /** For the log: `The configuration was read again`. */
  readonly headline: string;
  readonly lines: readonly ReloadLine[];
}

/** A line about what a reload has changed, or could not: for the log, and for the caller of `resound reload`. */
export interface ReloadLine {
  readonly level: "info" | "warning" | "error";
  readonly event: LogEvent;
  readonly text: string;
}

/** Seconds that a stop may take after the clients have been closed: running calls, slow readers. */
const LAST_CALLS = 20;

/** A server, or several workers, between start and end: what control asks of it, reloads, and Laravel's restart signal. */
export class Run {
  readonly #parts: RunParts;
  readonly #actions: RunActions;
  readonly #restartSignal: RestartSignal | undefined;
  #isStopping = false;
  #isChecking = false;
  /** The cause of a restart that was asked for during a check. */
  #checkAfter: string | undefined;

  constructor(parts: RunParts, actions: RunActions) {
    this.#parts = parts;
    this.#actions = actions;
    const { control, runtime, log } = parts;
    if (!control.watchesRestartSignal) {
      this.#restartSignal = new RestartSignal({
        ...{ runtime, log, wallClock: () => Date.now() },
        restart: () => void this.restart("php artisan reverb:restart"),
      }, parts.seenSignal);
    }
    control.attach({
      stop: (cause, siblingsStay) => this.stop(cause, siblingsStay),
      reload: () => void this.#reload(),
      restart: () => void this.restart("resound restart"),
    });
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Seconds that a graceful stop may take. */
  get stopSeconds(): number {
    return stopSeconds(this.#parts.configuration.config.server) + LAST_CALLS;
  }

  /** Clients may come: from now on Laravel may restart the server, and the service manager counts on it. */
  begin(): void {
    const { control, configuration } = this.#parts;
    control.ready();
    this.#restartSignal?.follow(configuration.config.restartSignal);
  }

  /** The next process watches for Laravel's restart signal from now on. Returns what this one has seen last. */
  pauseRestartSignal(): SeenSignal | undefined {
    return this.#restartSignal?.pause();
  }

  /** This process watches again. */
  followRestartSignal(): void {
    this.#restartSignal?.follow(this.#parts.configuration.config.restartSignal);
  }

  /** Stops gracefully, and at once when called again; `cause` is for people, `siblingsStay` as in `RunActions.stop`. */
  stop(cause: string, siblingsStay = false): void {
    this.#isStopping = true;
    this.#parts.control.stopping(cause, this.stopSeconds);
    this.#actions.stop(siblingsStay);
  }

  /**
   * Restarts, unless the program on disk cannot use the configuration that it would start with: what serves is not given up for what
   * does not. What is asked for during a check is checked after it: the configuration may have been corrected since. `cause` is for people.
   */
  async restart(cause: string): Promise<void> {
    if (this.#isStopping) return;
    if (this.#actions.checksItself) return this.#actions.restart(cause);
    if (this.#isChecking) return void (this.#checkAfter = cause);
    this.#isChecking = true;
    const wrong = await this.#parts.check();
    this.#isChecking = false;
    if (this.#isStopping) return;
    const { control, log } = this.#parts, again = this.#checkAfter;
    this.#checkAfter = undefined;
    if (wrong.length === 0) {
      control.restarted({ accepted: true, messages: [] });
      return this.#actions.restart(cause);
    }
    for (const message of wrong) log.error("restart_refused", message);
    log.error(
      "restart_refused",
      `The restart (${cause}) is refused: the new server could not start. This one goes on`,
    );
    control.restarted({ accepted: false, messages: wrong });
    if (again !== undefined) await this.restart(again);
  }

  /** Reads the configuration again for this process alone. Returns what is wrong with it; then everything stays as it was. */
  readAgain(): readonly string[] | undefined {
    const errors = this.#parts.configuration.readAgain();
    if (errors === undefined) this.#follow();
    return errors;
  }

  /** It has stopped. */
  async end(): Promise<void> {
    await this.#restartSignal?.stop();
    this.#parts.control.ended();
  }

  /** Reads the configuration again and serves by it, or refuses all of it: then everything goes on as it was. */
  async #reload(): Promise<void> {
    const { control, configuration } = this.#parts;
    if (this.#isStopping) return control.reloadRefused();
    control.reloading();
    const before = configuration.config, errors = configuration.readAgain();
    const outcome = errors === undefined ? await this.#actions.apply(before) : undefined;
    const messages = outcome === undefined
      ? [...errors ?? [], "The new configuration is refused, the old one stays in use"]
      : outcome.lines.map(({ text }) => text);
    this.#report(outcome, messages);
    this.#follow();
    const seconds = stopSeconds(configuration.config.server);
    control.reloaded({ accepted: outcome?.accepted === true, messages }, seconds);
    control.ready();
  }

  #report(outcome: AppliedReload | undefined, messages: readonly string[]): void {
    const { reloadLog: log } = this.#parts;
    if (outcome?.accepted !== true) {
      for (const message of messages) log.error("reload_refused", message);
      return;
    }
    log.info("reloaded", outcome.headline);
    for (const { level, event, text } of outcome.lines) log[level](event, text);
  }

  /** What every process follows of its configuration. */
  #follow(): void {
    const { configuration: { config }, verbosity } = this.#parts;
    verbosity.apply(config.server.logLevel);
    this.#restartSignal?.follow(config.restartSignal);
  }
}
