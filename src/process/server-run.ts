import type { Config } from "../config/config.ts";
import { type ConfigSource, loadProcessConfig } from "../config/load-process-config.ts";
import type { Log } from "../monitoring/log.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import { messageCounts } from "../pulse/message-counts.ts";
import type { PulseRecorder } from "../pulse/pulse-recorder.ts";
import { recordToPulse } from "../pulse/record-to-pulse.ts";
import type { RestartSignalWatch } from "./restart-signal/restart-signal-watch.ts";
import { watchRestartSignal } from "./restart-signal/watch-restart-signal.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { RunningServer } from "../server.ts";
import type { LocalTls } from "../tls/local-tls.ts";
import { Certificates, readCertificates } from "./certificates.ts";
import { reloadConfiguration } from "./reload-configuration.ts";
import type { Keeper } from "./keeper.ts";
import type { LogVerbosity } from "./log-verbosity.ts";
import { untilStopped } from "./until-stopped.ts";

/** What a run works with from its start to its end. */
export interface RunParts {
  /** Where the configuration is read, at the start and again with each reload. */
  readonly source: ConfigSource;
  readonly runtime: Runtime;
  readonly log: Log;
  /** What is said of a reload; whoever asked for it is told as well. */
  readonly reloadLog: Log;
  readonly verbosity: LogVerbosity;
  readonly monitor: Monitor;
  readonly keeper: Keeper;
  readonly server: RunningServer;
}

/** Seconds that a stop may take after the clients have been closed: running calls, slow readers. */
export const LAST_CALLS = 20;

/**
 * A server between start and end, with everything that can reach it from outside: its keeper, changed certificates, and Laravel's
 * restart signal.
 */
export class ServerRun {
  /** Resolves when the server has stopped. */
  readonly ended: Promise<void>;
  readonly #parts: RunParts;
  readonly #stop: (cause: string) => void;
  readonly #certificates: Certificates;
  #config: Config;
  #tls: LocalTls;
  #restartSignal: RestartSignalWatch | undefined;
  #pulse: PulseRecorder | undefined;

  constructor(parts: RunParts, config: Config, tls: LocalTls) {
    const { server, log, keeper } = parts;
    this.#parts = parts;
    this.#config = config;
    this.#tls = tls;
    this.#certificates = new Certificates(tls, {
      read: () => this.#readCertificates(this.#config),
      renew: (settings) => server.renewTls(settings),
      log,
    });
    const { stop, ended } = untilStopped({
      server,
      keeper,
      reload: () => this.#reload(),
      stopSeconds: () => this.#config.server.drainSeconds + LAST_CALLS,
    });
    this.#stop = stop;
    this.ended = ended.then(() => this.#end());
  }

  /** The server has been announced: from now on Laravel may restart it, and the service manager counts on it. */
  announced(): void {
    this.#parts.keeper.ready();
    this.#restartSignal = this.#watchRestartSignal();
    this.#pulse = this.#recordToPulse();
  }

  /** Stops gracefully, for whoever supervises this process to start it again. */
  restart(cause: string): void {
    this.#stop(cause);
  }

  /** Goes by the configuration as it stands now, or refuses it whole. */
  #reload(): void {
    const { keeper, server, reloadLog: log, verbosity, source } = this.#parts;
    keeper.reloading();
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
    keeper.reloaded({ ...outcome, messages }, config.server.drainSeconds);
    keeper.ready();
  }

  #readCertificates(config: Config): LocalTls {
    return readCertificates(config, this.#parts.source.directory, this.#parts.runtime);
  }

  #watchRestartSignal(): RestartSignalWatch | undefined {
    const { runtime, log, keeper } = this.#parts;
    if (keeper.watchesRestartSignal) return undefined;
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
    this.#parts.keeper.ended();
  }
}

/** What the recording for Pulse goes by. */
function pulseOf({ pulse, server }: Config): unknown {
  return [pulse, server.pulseIngestInterval];
}
