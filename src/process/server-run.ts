import type { BridgePlace } from "../bridge/bridge-place.ts";
import { OwnerLink } from "../bridge/node/owner-link.ts";
import type { Config } from "../config/config.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import { messageCounts } from "../pulse/message-counts.ts";
import type { PulseRecorder } from "../pulse/pulse-recorder.ts";
import { recordToPulse } from "../pulse/record-to-pulse.ts";
import type { RunningServer } from "../server/running-server.ts";
import { errorMessage } from "../failures/error-reason.ts";
import { Certificates } from "./certificates.ts";
import type { Room } from "./handover/handover-message.ts";
import { reloadServer } from "./reload-server.ts";
import { type AppliedReload, Run, type RunParts } from "./run.ts";

/** What a run of one server works with from its start to its end. */
export interface ServerRunParts extends RunParts {
  readonly monitor: Monitor;
  readonly server: RunningServer;
  /** Has another process take the place of this one; `undefined` where that cannot be, and a restart stops this one. */
  readonly replace?: ((cause: string) => void) | undefined;
  /** Whether another process still listens in the same places (see `settle`). */
  readonly isShared?: boolean | undefined;
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
    const { configuration, log, server, replace } = parts;
    this.#parts = parts;
    this.#certificates = new Certificates(configuration.tls, {
      read: () => configuration.readCertificates(),
      renew: (settings) => server.renewTls(settings),
      now: () => new Date(),
      log,
    });
    if (parts.isShared === true) this.#certificates.pause();
    this.#run = new Run(parts, {
      // Its end, and its failure, are those of `ended`.
      stop: (siblingsStay) => void server.stop(siblingsStay).catch(() => {}),
      apply: (before) => this.#apply(before),
      // A worker that restarts alone: the others go on.
      restart: (cause) => replace === undefined ? this.stop(cause, true) : replace(cause),
      // The next process checks its configuration as every start does.
      checksItself: replace !== undefined,
    });
    this.ended = server.ended.then(() => this.#end());
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

  /** Serves the clients together with the others on a bridge from now on. Resolves with the reason where that cannot be. */
  async enter(place: BridgePlace): Promise<string | undefined> {
    const link = await OwnerLink.open(place);
    if (typeof link === "string") return link;
    this.#parts.server.enter(link);
    return undefined;
  }

  /** Lets the next process listen in the same places. No certificate is renewed meanwhile, and that process watches for restarts. */
  makeRoom(): Room {
    const { server: { places } } = this.#parts;
    this.#certificates.pause();
    const room = { places: places.held, signal: this.#run.pauseRestartSignal() };
    try {
      places.share();
      return room;
    } catch (error) {
      return { ...room, unshared: errorMessage(error) };
    }
  }

  /** Hands the clients over to the next process. Resolves with whether they have moved, and then the server ends. */
  async handOver(closed: () => void): Promise<boolean> {
    void this.#pulse?.stop();
    this.#pulse = undefined;
    return await this.#parts.server.handOver(closed);
  }

  /** There is no next process after all: goes on as before `makeRoom`. */
  stay(): void {
    this.#parts.server.stay();
    this.settle();
    this.#run.followRestartSignal();
    this.#pulse ??= this.#recordToPulse();
  }

  /** The places are this process's alone. */
  settle(): void {
    this.#parts.server.places.unshare();
    this.#certificates.goOn();
  }

  /** Stops gracefully and without a word, and at once when called again. */
  leave(): void {
    void this.#parts.server.stop().catch(() => {});
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
