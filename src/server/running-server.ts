import type { OwnerLink } from "../bridge/node/owner-link.ts";
import type { Config } from "../config/config.ts";
import type { ApplicationChanges } from "../hub/applications/application-registry.ts";
import type { Hub } from "../hub/hub.ts";
import type { TlsSettings } from "../tls/tls-settings.ts";
import type { OpenPlaces, PlacesBefore } from "./open-places.ts";

/** The process whose place a server takes. */
export interface Predecessor extends PlacesBefore {
  /** Awaited before this server listens; `joined` is whether it could join its cluster. Rejects where it is not to listen. */
  readonly ready: (joined: Promise<boolean>) => Promise<void>;
}

/** A server that listens. */
export interface RunningServer {
  /** The port it got. */
  readonly port: number;
  /** Whether it could join its cluster, once that is known; a server that is alone has joined at once. */
  readonly joined: Promise<boolean>;
  /** The one on which metrics are served, if they are. */
  readonly metricsPort: number | undefined;
  /** The dashboard's own port, if it has one. */
  readonly dashboardPort: number | undefined;
  /** The application with this id; `undefined` when there is none. */
  hubById(id: string): Hub | undefined;
  /** Looks up again, on all nodes, the application with this id, or all that are known; `undefined` where the configuration has them. */
  readonly refresh: ((id?: string) => void) | undefined;
  /** The metrics as they are now, in Prometheus' text format; empty where the configuration wants none. */
  metricsText(): Promise<string>;
  /**
   * Stops gracefully: goes on for `drain_delay` as a server that is not ready, answers the calls that run, and sends every client a close
   * frame. Where another listener can take the clients it is 4200, spread over `drain_seconds`; else 4100, all at once, as the last
   * thing. `siblingsStay` is whether the other workers of this one's parent go on. Calling it again closes the clients that are left at
   * once, in the same way.
   */
  stop(siblingsStay?: boolean): Promise<void>;
  /** Everything on which it listens. */
  readonly places: OpenPlaces;
  /**
   * Hands its clients over to another process, which listens on the same places and takes every new connection. `closed` is called when
   * this one accepts none any more. Resolves with whether they have moved: then the server ends, which a stop hurries. Otherwise it goes
   * on (see `stay`), or is stopping.
   */
  handOver(closed: () => void): Promise<boolean>;
  /** The process that was to take the clients has died. */
  stay(): void;
  /** Resolves when the server has stopped, or has ended since its clients have moved. */
  readonly ended: Promise<void>;
  /**
   * Serves by another configuration from now on. Only the clients of applications that are gone are dropped. What cannot change
   * while the server listens stays as it was and is named in the answer.
   */
  reload(config: Config): ReloadReport;
  /** Serves its clients together with others from now on; only without scaling. MUST be called once at most. */
  enter(bridge: OwnerLink): void;
  /** Shows other certificates to new connections. Throws, and goes on with the old ones, when they cannot be used. */
  renewTls(settings: TlsSettings): void;
}

/** What a new configuration has changed, and what it could not. */
export interface ReloadReport {
  readonly applications: ApplicationChanges;
  /** Sentences about what only a restart applies. */
  readonly notApplied: readonly string[];
}
