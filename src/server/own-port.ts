import { isIP } from "node:net";
import { hostname } from "node:os";
import type { ServerConfig } from "../config/config.ts";
import { dashboardSettings } from "../config/settings/dashboard-settings.ts";
import { monitoringSettings } from "../config/settings/monitoring-settings.ts";
import { isOwnHost } from "../http/own-host.ts";
import { textResponse } from "../http/response.ts";
import type { Refusal } from "../monitoring/refusal.ts";
import type { OpenPlaces } from "./open-places.ts";
import { ListenError } from "../runtime/listen-error.ts";
import type { HttpListener, HttpServeOptions, Runtime } from "../runtime/runtime.ts";
import { type UnixSocket, unixSocketOf } from "../runtime/unix-socket.ts";

/** What has a port, or a Unix socket, apart from that of the clients. */
export type PortOwner = Exclude<ListenError["listener"], "server">;

/** Where it listens. */
export interface OwnPlace {
  readonly owner: PortOwner;
  readonly host: string;
  readonly port: number;
  readonly unixSocket: UnixSocket | undefined;
  /** Whether other processes of this server may listen there at the same time. */
  readonly reusePort: boolean;
}

/** The host names that the configuration adds to each, and the row that says so. */
const ALLOWED_HOSTS = {
  metrics: {
    row: monitoringSettings.metricsAllowedHosts,
    names: ({ metricsAllowedHosts }: ServerConfig) => metricsAllowedHosts,
  },
  dashboard: {
    row: dashboardSettings.dashboardAllowedHosts,
    names: ({ dashboardAllowedHosts }: ServerConfig) => dashboardAllowedHosts,
  },
} as const satisfies Readonly<Record<PortOwner, unknown>>;

/** Where the configuration has metrics served; `undefined` when it has none. */
export function metricsPlace({ metricsHost: host, metricsPort: port, socketMode }: ServerConfig):
  | OwnPlace
  | undefined {
  const unixSocket = unixSocketOf({ host, socketMode });
  // A port has to be configured, since there is no default; a Unix socket needs none.
  if (port === undefined && unixSocket === undefined) return undefined;
  return { owner: "metrics", host, port: port ?? 0, unixSocket, reusePort: false };
}

/** Where the configuration has the dashboard on a port of its own; `undefined` when it has none there. */
export function dashboardPlace(server: ServerConfig): OwnPlace | undefined {
  if (!server.dashboardEnabled || server.dashboardOnMainPort) return undefined;
  const { dashboardHost: host, dashboardPort: port, socketMode, reusePort } = server;
  return { owner: "dashboard", host, port, unixSocket: unixSocketOf({ host, socketMode }), reusePort };
}

/** What such a port gets from the rest of the server. */
export interface OwnPortParts extends Pick<HttpServeOptions, "answer" | "fault"> {
  readonly runtime: Pick<Runtime, "serveHttp">;
  /** All on which the server listens. */
  readonly places: OpenPlaces;
  /** As they are now: a reload may change which host names are the port's own. */
  readonly settings: () => ServerConfig;
  /** Takes what is turned down here. */
  readonly refused: (refusal: Refusal) => void;
}

/**
 * Listens beside the port of the clients, and answers requests for the port's own host names only. Throws a {@link ListenError} whose
 * `listener` is the owner.
 */
export function listenBeside(place: OwnPlace, parts: OwnPortParts): HttpListener {
  const { runtime, places, settings, answer, fault, refused } = parts;
  const { owner, host, unixSocket } = place;
  const guarded: HttpServeOptions["answer"] = (request, caller) => {
    const header = request.headers.get("host"), names = ownNames(owner, host, settings());
    if (isOwnHost(header, names)) return answer(request, caller);
    const asked = JSON.stringify(header?.slice(0, 200)), { key, env } = ALLOWED_HOSTS[owner].row;
    const remedy = `add the name to ${key} (${env}) where it is yours`;
    refused({
      reason: "host_not_allowed",
      detail: `a request to the port of the ${owner} for the host ${asked}; its own names are ${
        names.join(", ")
      } and all IP addresses; ${remedy}`,
      address: caller.address,
    });
    return textResponse(
      `This port of the ${owner} is not for the host ${asked}: it answers to its own names and to IP addresses. ` +
        `The operator can ${remedy}.\n`,
      421,
    );
  };
  try {
    // A browser cannot reach a Unix socket, only a proxy, which has looked at the host itself.
    const options = { ...place, fault, answer: unixSocket === undefined ? guarded : answer };
    return places.open(place, (at) => runtime.serveHttp({ ...options, ...at }));
  } catch (error) {
    throw error instanceof ListenError ? new ListenError(error.code, error.message, owner) : error;
  }
}

/** The host names of a port: where it listens, this machine's own names, and those that the configuration adds. */
function ownNames(owner: PortOwner, host: string, settings: ServerConfig): readonly string[] {
  const names = ["localhost", host.toLowerCase(), hostname().toLowerCase(), settings.hostname];
  const all = new Set([...names, ...ALLOWED_HOSTS[owner].names(settings)]);
  return [...all].filter((name) => name !== "" && isIP(name) === 0);
}
