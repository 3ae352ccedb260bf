import { lookup } from "node:dns/promises";
import { dirname } from "node:path";
import type { ServerConfig } from "../config/config.ts";
import { unixPath } from "../config/kinds/address-kind.ts";
import { systemWords } from "../failures/error-reason.ts";
import type { ListenError } from "../runtime/listen-error.ts";

/** Says to the operator why the server cannot listen, and the way out. */
export async function listenFailure(error: ListenError, server: ServerConfig): Promise<string> {
  const place = PLACES[error.listener](server);
  const path = unixPath(place.host);
  if (path !== undefined) return socketFailure(error, path, place);
  // For a name without an address Bun reports the error of an earlier call, Deno none.
  const isKnown = await lookup(place.host).then(() => true, () => false);
  return addressFailure(isKnown ? error : { code: "ENOTFOUND", message: error.message }, place);
}

/** What was to listen, and the settings that say where. */
interface Place {
  /** Follows "Cannot listen". */
  readonly purpose: string;
  readonly host: string;
  readonly port: number;
  readonly hostSettings: string;
  readonly portSettings: string;
}

const PLACES: Readonly<Record<ListenError["listener"], (server: ServerConfig) => Place>> = {
  server: ({ host, port }) => ({
    purpose: "",
    host,
    port,
    hostSettings: "--host or REVERB_SERVER_HOST",
    portSettings: "--port or REVERB_SERVER_PORT",
  }),
  metrics: ({ metricsHost, metricsPort }) => ({
    purpose: " for metrics",
    host: metricsHost,
    port: metricsPort ?? 0,
    hostSettings: "REVERB_METRICS_HOST",
    portSettings: "REVERB_METRICS_PORT",
  }),
  dashboard: ({ dashboardHost, dashboardPort }) => ({
    purpose: " for the dashboard",
    host: dashboardHost,
    port: dashboardPort,
    hostSettings: "REVERB_DASHBOARD_HOST",
    portSettings: "--dashboard-port or REVERB_DASHBOARD_PORT",
  }),
};

function addressFailure({ code, message }: Pick<ListenError, "code" | "message">, place: Place): string {
  const { host, port, hostSettings, portSettings } = place;
  const cannot = `Cannot listen${place.purpose} on ${host}:${port}: ${systemWords(code) ?? message}`;
  switch (code) {
    case "EADDRINUSE":
      return `${cannot}. Stop what listens there, or choose another port with ${portSettings}.`;
    case "EACCES":
      return `${cannot}. Ports below 1024 need a privileged user; choose a higher one with ${portSettings}.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${cannot}. Choose another with ${hostSettings}.`;
    default:
      return cannot;
  }
}

function socketFailure({ code, message }: ListenError, path: string, place: Place): string {
  const { purpose, hostSettings } = place;
  const cannot = `Cannot listen${purpose} on unix:${path}`;
  switch (code) {
    case "EADDRINUSE":
      return `${cannot}: a server answers there, or the file is no socket. Stop that server, ` +
        `remove the file, or choose another path with ${hostSettings}.`;
    case "EACCES":
    case "EPERM":
      return `${cannot}: ${systemWords(code)}. The user of this server must be able to write to ` +
        `the folder ${dirname(path)}.`;
    case "ENOENT":
      return `${cannot}: there is no folder ${dirname(path)}. Create it, ` +
        `or choose another path with ${hostSettings}.`;
    // Deno reports a path that does not fit into a socket's address as an invalid argument.
    case "ENAMETOOLONG":
    case "EINVAL":
      return `${cannot}: the path is too long; about 100 bytes are allowed. ` +
        `Choose a shorter one with ${hostSettings}.`;
    default:
      return `${cannot}: ${systemWords(code) ?? message}`;
  }
}
