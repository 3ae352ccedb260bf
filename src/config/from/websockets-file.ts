import { resolve } from "node:path";
import { type ConfigNode, type ConfigTable, isEmptyNode, nodeAt } from "../sources/config-node.ts";
import { ConfigError } from "../config-error.ts";
import type { Findings } from "../findings.ts";
import { readPhpNode } from "../sources/php-node.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";
import { serverSettings } from "../settings/server-settings.ts";
import { foreignTable, type ForeignValue } from "./foreign-table.ts";
import { isEmptyVariable } from "./own-configuration.ts";
import type { ForeignReading } from "./foreign-reading.ts";

/** The config file of laravel-websockets. */
const NAME = "config/websockets.php";
const KILOBYTE = 1_024;

/** Fields of one of its applications by the keys of ours. */
const FIELDS: readonly (readonly [field: string, key: string])[] = [
  ["id", "app_id"],
  ["key", "key"],
  ["secret", "secret"],
  ["capacity", "max_connections"],
];

/** What of its file has no counterpart, and why. */
const LACKING: readonly (readonly [path: string, reason: string])[] = [
  ["statistics", "figures are served for Prometheus (metrics.port), and shown by the dashboard"],
  ["replication", "nodes find each other through Redis (scaling.enabled)"],
  ["replication_modes", "nodes find each other through Redis (scaling.enabled)"],
];

/** The configuration of laravel-websockets, as a config file of ours would say it; `undefined` where its file is not there. */
export function readWebsockets(reading: ForeignReading): ReverbFile | undefined {
  const { files, environment, findings } = reading;
  const source = files.open(NAME);
  if (source === undefined) return undefined;
  const root = readPhpNode(source, {
    file: NAME,
    environment,
    directory: resolve(files.directory),
    files: files.disk,
    warn: (message) => findings.warn(message),
  });
  const server = new Map<string, ForeignValue>();
  const put = (path: string, key: string, convert = (value: unknown) => value): void => {
    const found = leafAt(root, path);
    if (found !== undefined) server.set(key, { ...found, value: convert(found.value) });
  };
  if (isEmptyVariable(environment, serverSettings.port.env)) put("dashboard.port", "port");
  put("max_request_size_in_kb", "max_request_size", (value) => Number(value) * KILOBYTE);
  // `verify_peer` and the like are for its own calls of itself there.
  for (const option of ["local_cert", "local_pk", "passphrase"]) {
    put(`ssl.${option}`, `options.tls.${option}`);
  }
  for (const [path, reason] of LACKING) {
    const node = root.kind === "table" ? root.entries.get(path) : undefined;
    if (node !== undefined && !isEmptyNode(node)) {
      findings.warn(`${node.keyPlace}: has no counterpart here: ${reason}`);
    }
  }
  return {
    name: NAME,
    format: "toml",
    from: "pusher",
    cached: false,
    server: foreignTable(server, NAME),
    serverFromEnvironment: true,
    apps: undefined,
    applications: applications(root, findings),
  };
}

function applications(root: ConfigNode, findings: Findings): readonly ConfigTable[] {
  const apps = root.kind === "table" ? root.entries.get("apps") : undefined;
  if (apps?.kind !== "table" || apps.entries.size === 0) {
    throw new ConfigError([
      `${NAME} apps: expected at least one application with id, key and secret, got none`,
    ]);
  }
  return [...apps.entries.values()].map((entry) => {
    const values = new Map<string, ForeignValue>();
    for (const [field, key] of FIELDS) {
      const found = leafAt(entry, field);
      if (found !== undefined) values.set(key, found);
    }
    const clientEvents = leafAt(entry, "enable_client_messages");
    if (clientEvents !== undefined) {
      values.set("accept_client_events_from", {
        ...clientEvents,
        value: clientEvents.value === true ? "members" : "none",
      });
    }
    const path = leafAt(entry, "path");
    if (path !== undefined) {
      findings.warn(
        `${path.place}: has no counterpart here: a prefix holds for all applications (path, REVERB_SERVER_PATH)`,
      );
    }
    const origins = nodeAt(entry, "allowed_origins") ?? nodeAt(root, "allowed_origins");
    const table = foreignTable(values, entry.place);
    const isOpen = origins === undefined || isEmptyNode(origins);
    return isOpen ? table : { ...table, entries: new Map([...table.entries, ["allowed_origins", origins]]) };
  });
}

/** The value at a path; `undefined` where it is not written, null or empty. */
function leafAt(node: ConfigNode, path: string): ForeignValue | undefined {
  const found = nodeAt(node, path);
  if (found?.kind !== "leaf") return undefined;
  if (found.error !== undefined) throw found.error;
  return found.value === null || found.value === "" ? undefined : { value: found.value, place: found.place };
}
