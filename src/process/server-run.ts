import type { Config } from "../config/config.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import { messageCounts } from "../pulse/message-counts.ts";
import type { PulseRecorder } from "../pulse/pulse-recorder.ts";
import { recordToPulse } from "../pulse/record-to-pulse.ts";
import type { RunningServer } from "../server.ts";
import { Certificates } from "./certificates.ts";
import { reloadServer } from "./reload-server.ts";
import { type AppliedReload, Run, type RunParts } from "./run.ts";

/** What a run of one server works with from its start to its end. */
export interface ServerRunParts extends RunParts {
  readonly monitor: Monitor;
  readonly server: RunningServer;
}

/** A server of this process between start and end: with certificates that are renewed, and its counts for Laravel Pulse. */
export class ServerRun {
  /** Resolves when the server has stopped. */
  readonly ended: Promise<void>;
  readonly #parts: ServerRunParts;
  readonly #run: Run;
  readonly #certificates: Certificates;
  #pulse: PulseRecorder | undefined;

  constructor(parts: ServerRunParts) {
    const { configuration, log, server } = parts, stopped = Promise.withResolvers<void>();
    this.#parts = parts;
    this.#certificates = new Certificates(configuration.tls, {
      read: () => configuration.readCertificates(),
      renew: (settings) => server.renewTls(settings),
      now: () => new Date(),
      log,
    });
    this.#run = new Run(parts, {
      stop: (siblingsStay) => void server.stop(siblingsStay).then(stopped.resolve, stopped.reject),
      apply: (before) => this.#apply(before),
      // A worker that restarts alone: the others go on.
      restart: (cause) => this.stop(cause, true),
      checksItself: false,
    });
    this.ended = stopped.promise.then(() => this.#end());
  }

  /** Clients may come. */
  begin(): void {
    this.#run.begin();
    this.#pulse = this.#recordToPulse();
  }

  /** Stops gracefully; `cause` is for people, `siblingsStay` as in `RunActions.stop`. */
  stop(cause: string, siblingsStay = false): void {
    if (!this.#run.isStopping) this.#run.stop(cause, siblingsStay);
  }

  /** Stops gracefully, so that what supervises this process starts it again, unless it could not start; `cause` is for people. */
  async restart(cause: string): Promise<void> {
    await this.#run.restart(cause);
  }

  #apply(before: Config): AppliedReload {
    const { configuration: { config, tls }, server } = this.#parts;
    const lines = reloadServer(server, config, [...config.warnings, ...tls.warnings]);
    for (const { level, message } of this.#certificates.replace(tls)) {
      lines.push({ level, event: "certificate_renewed", text: message });
    }
    if (JSON.stringify(pulseSettings(config)) !== JSON.stringify(pulseSettings(before))) {
      void this.#pulse?.stop();
      this.#pulse = this.#recordToPulse();
    }
    return { accepted: true, headline: "The configuration was read again", lines };
  }

  #recordToPulse(): PulseRecorder | undefined {
    const { configuration: { config }, runtime, log, monitor } = this.#parts;
    return recordToPulse(config.pulse, {
      runtime,
      log,
      totals: () => messageCounts(monitor.counters.applications),
      interval: config.server.pulseIngestInterval,
      now: () => Math.floor(Date.now() / 1000),
      random: Math.random,
    });
  }

  async #end(): Promise<void> {
    this.#certificates.stop();
    await this.#pulse?.stop();
    await this.#run.end();
  }
}

/** What decides how counts are recorded for Pulse. */
function pulseSettings({ pulse, server }: Config): unknown {
  return [pulse, server.pulseIngestInterval];
}
