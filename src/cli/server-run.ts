import type { Config } from "../config/config.ts";
import { type ConfigSource, loadProcessConfig } from "../config/load-process-config.ts";
import type { Log } from "../monitoring/log.ts";
import type { Monitor } from "../monitoring/monitor.ts";
import type { ServiceNotifier } from "../process/service-notifier.ts";
import { messageCounts } from "../pulse/message-counts.ts";
import type { PulseRecorder } from "../pulse/pulse-recorder.ts";
import { recordToPulse } from "../pulse/record-to-pulse.ts";
import type { RestartSignalWatch } from "../restart-signal/restart-signal-watch.ts";
import { watchRestartSignal } from "../restart-signal/watch-restart-signal.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { RunningServer } from "../server.ts";
import type { LocalTls } from "../tls/local-tls.ts";
import { Certificates, readCertificates } from "./certificates.ts";
import { reloadConfiguration } from "./reload-configuration.ts";
import type { LogVerbosity } from "./log-verbosity.ts";
import { RuntimeRegistration } from "./runtime-registration.ts";
import { untilStopped } from "./until-stopped.ts";
import { versionText } from "./version.ts";

/** What a run works with from its start to its end. */
export interface RunParts {
  /** Where the configuration is read, at the start and again with each reload. */
  readonly source: ConfigSource;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly verbosity: LogVerbosity;
  readonly monitor: Monitor;
  readonly notifier: ServiceNotifier;
  readonly server: RunningServer;
  /** As people are told: `http://127.0.0.1:8080`. */
  readonly address: string;
}

/** Seconds that a stop may take after the clients have been closed: running calls, slow readers. */
const LAST_CALLS = 20;

/**
 * A server between start and end, with everything that can reach it from outside: signals, changed certificates, Laravel's
 * restart signal, and the runtime file by which other commands find it.
 */
export class ServerRun {
  /** Resolves when the server has stopped. */
  readonly ended: Promise<void>;
  readonly #parts: RunParts;
  readonly #stop: (cause: string) => void;
  readonly #registration: RuntimeRegistration;
  readonly #certificates: Certificates;
  #config: Config;
  #tls: LocalTls;
  #restartSignal: RestartSignalWatch | undefined;
  #pulse: PulseRecorder | undefined;

  constructor(parts: RunParts, config: Config, tls: LocalTls) {
    const { server, log, source, address } = parts;
    this.#parts = parts;
    this.#config = config;
    this.#tls = tls;
    const stopSeconds = config.server.drainSeconds;
    this.#registration = new RuntimeRegistration(
      { folder: source.directory, address, version: versionText(), stopSeconds },
      log,
    );
    this.#certificates = new Certificates(tls, {
      read: () => this.#readCertificates(this.#config),
      renew: (settings) => server.renewTls(settings),
      log,
    });
    const { stop, ended } = untilStopped({
      server,
      log,
      reload: () => this.#reload(),
      stopping: () =>
        parts.notifier.stopping("Closing the clients", this.#config.server.drainSeconds + LAST_CALLS),
    });
    this.#stop = stop;
    this.ended = ended.then(() => this.#end());
  }

  /** The server has been announced: from now on Laravel may restart it, and the service manager counts on it. */
  announced(): void {
    this.#ready();
    this.#restartSignal = this.#watchRestartSignal();
    this.#pulse = this.#recordToPulse();
  }

  /** Stops gracefully, for whoever supervises this process to start it again. */
  restart(cause: string): void {
    this.#stop(cause);
  }

  /** Goes by the configuration as it stands now, or refuses it whole. */
  #reload(): void {
    const { notifier, server, log, verbosity, source } = this.#parts;
    notifier.reloading();
    let tls = this.#tls;
    const read = (): Config => {
      const next = loadProcessConfig(source);
      tls = this.#readCertificates(next);
      return { ...next, warnings: [...next.warnings, ...tls.warnings] };
    };
    const { config, ...outcome } = reloadConfiguration(this.#config, { read, server, log });
    const before = this.#config;
    this.#config = config;
    const messages = [...outcome.messages];
    if (outcome.accepted) {
      verbosity.apply(config.server.logLevel);
      this.#tls = tls;
      const renewal = this.#certificates.replace(tls);
      if (renewal !== undefined) {
        log[renewal.level]("certificate_renewed", renewal.message);
        messages.push(renewal.message);
      }
    }
    if (JSON.stringify(config.restartSignal) !== JSON.stringify(before.restartSignal)) {
      void this.#restartSignal?.stop();
      this.#restartSignal = this.#watchRestartSignal();
    }
    if (JSON.stringify(pulseOf(config)) !== JSON.stringify(pulseOf(before))) {
      void this.#pulse?.stop();
      this.#pulse = this.#recordToPulse();
    }
    this.#registration.reloaded({ ...outcome, messages }, config.server.drainSeconds);
    this.#ready();
  }

  #ready(): void {
    this.#parts.notifier.ready(`Listening on ${this.#parts.address}`);
  }

  #readCertificates(config: Config): LocalTls {
    return readCertificates(config, this.#parts.source.directory, this.#parts.runtime);
  }

  #watchRestartSignal(): RestartSignalWatch | undefined {
    const { runtime, log } = this.#parts;
    return watchRestartSignal(this.#config.restartSignal, {
      runtime,
      log,
      wallClock: () => Date.now(),
      restart: () => this.#stop("php artisan reverb:restart"),
    });
  }

  #recordToPulse(): PulseRecorder | undefined {
    const { runtime, log, monitor } = this.#parts;
    return recordToPulse(this.#config.pulse, {
      runtime,
      log,
      totals: () => messageCounts(monitor.counters.applications),
      interval: this.#config.server.pulseIngestInterval,
      now: () => Math.floor(Date.now() / 1000),
      random: Math.random,
    });
  }

  async #end(): Promise<void> {
    this.#certificates.stop();
    await Promise.all([this.#restartSignal?.stop(), this.#pulse?.stop()]);
    this.#registration.remove();
    this.#parts.notifier.end();
  }
}

/** What the recording for Pulse goes by. */
function pulseOf({ pulse, server }: Config): unknown {
  return [pulse, server.pulseIngestInterval];
}
