import type { Log } from "../../monitoring/log.ts";
import type { ListeningServer } from "../handover/handover-message.ts";
import type { ReloadOutcome, RestartOutcome } from "../registry/runtime-record.ts";
import { type RunningServerDescription, RuntimeRegistration } from "../registry/runtime-registration.ts";
import type { ServerActions, ServerControl } from "./server-control.ts";
import type { ServiceNotifier } from "./service-notifier.ts";
import { onSignals } from "./signals.ts";

/**
 * Control of a process that stands alone, as one server or as the parent of workers: it is asked by signals, and answers the
 * service manager (sd_notify) and, in the runtime file, `resound reload` and `resound restart`.
 */
export class SignalControl implements ServerControl {
  readonly watchesRestartSignal = false;
  readonly #notifier: ServiceNotifier;
  readonly #log: Log;
  #description: RunningServerDescription;
  readonly #isWell: (() => boolean) | undefined;
  #registration: RuntimeRegistration | undefined;

  /** The service manager's watchdog is answered for as long as `isWell`, which is always when left out. */
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

  attach(actions: ServerActions): void {
    this.#registration = new RuntimeRegistration(this.#description, this.#log);
    onSignals(actions, () => performance.now());
  }

  ready(): void {
    const { address, workers } = this.#description;
    const by = workers === undefined ? "" : ` with ${workers} workers`;
    this.#notifier.ready(`Listening on ${address}${by}`, this.#isWell);
  }

  reloading(): void {
    this.#notifier.reloading();
  }

  reloaded(outcome: ReloadOutcome, stopSeconds: number): void {
    this.#registration?.reloaded(outcome, stopSeconds);
  }

  restarted(outcome: RestartOutcome): void {
    this.#registration?.restarted(outcome);
  }

  /** A handover has begun; `restarted` follows. */
  restarting(): void {
    this.#registration?.restarting();
  }

  /** Another process serves in place of the one before. */
  replacedBy(server: ListeningServer): void {
    const { address, version, stopSeconds } = server;
    this.#description = { ...this.#description, address, version, stopSeconds };
    this.#registration?.replacedBy({ address, version, stopSeconds });
    this.ready();
  }

  stopping(cause: string, seconds: number): void {
    this.#notifier.stopping("Closing the clients", seconds);
    this.#log.info("server_stopping", `Stopping (${cause}); a second signal ends it at once`);
  }

  reloadRefused(): void {
    this.#log.warning("reload_refused", "The configuration is not read again: the server is stopping");
  }

  ended(): void {
    this.#registration?.remove();
    this.#notifier.end();
  }
}
