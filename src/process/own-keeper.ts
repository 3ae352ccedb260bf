import type { Log } from "../monitoring/log.ts";
import type { ReloadOutcome } from "./registry/runtime-record.ts";
import type { ServiceNotifier } from "./service-notifier.ts";
import { onSignals, type SignalActions } from "./signals.ts";
import type { Keeper } from "./keeper.ts";
import { type RunningServerDescription, RuntimeRegistration } from "./runtime-registration.ts";

/** Keeps the server of a process that nobody but people and a service manager look after: by signals, sd_notify and the runtime file. */
export class OwnKeeper implements Keeper {
  readonly watchesRestartSignal = false;
  readonly #notifier: ServiceNotifier;
  readonly #log: Log;
  readonly #description: RunningServerDescription;
  readonly #isWell: (() => boolean) | undefined;
  #registration: RuntimeRegistration | undefined;

  /** `isWell` is what the service manager's watchdog wants to know besides that this process lives. */
  constructor(
    notifier: ServiceNotifier,
    log: Log,
    description: RunningServerDescription,
    isWell?: () => boolean,
  ) {
    this.#notifier = notifier;
    this.#log = log;
    this.#description = description;
    this.#isWell = isWell;
  }

  attach(actions: SignalActions): void {
    this.#registration = new RuntimeRegistration(this.#description, this.#log);
    onSignals(actions);
  }

  ready(): void {
    const { address, workers } = this.#description;
    const by = workers === undefined ? "" : ` with ${workers} workers`;
    this.#notifier.ready(`Listening on ${address}${by}`, this.#isWell);
  }

  reloading(): void {
    this.#notifier.reloading();
  }

  reloaded(outcome: Omit<ReloadOutcome, "count">, stopSeconds: number): void {
    this.#registration?.reloaded(outcome, stopSeconds);
  }

  /** Answers whoever asked for a restart of all workers. */
  restarted(outcome: Omit<ReloadOutcome, "count">): void {
    this.#registration?.restarted(outcome);
  }

  stopping(cause: string, seconds: number): void {
    this.#notifier.stopping("Closing the clients", seconds);
    this.#log.info("server_stopping", `Stopping (${cause}); once more ends it at once`);
  }

  reloadRefused(): void {
    this.#log.warning("reload_refused", "SIGHUP is ignored: the server is stopping");
  }

  ended(): void {
    this.#registration?.remove();
    this.#notifier.end();
  }
}
