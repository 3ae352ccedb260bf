import { warnUnknown } from "../settings/check-keys.ts";
import { type ConfigNode, type ConfigTable, isEmptyNode, nodeAt } from "./config-node.ts";
import type { Findings } from "../findings.ts";
import { describeValue } from "../kinds/value-kind.ts";

/** The parts of a config file that settings are read from. */
export interface ReverbFile {
  readonly format: "php" | "toml";
  /** What `servers.reverb` holds. */
  readonly server: ConfigTable | undefined;
  /** The entries of `apps.apps`. */
  readonly applications: readonly ConfigTable[];
}

/**
 * Finds server and applications in a config file of Laravel's layout (`default`, `servers`, `apps.provider`, `apps.apps`). TOML may
 * also have `[server]` and `[[apps]]`, which are shorter.
 */
export function readReverbFile(root: ConfigNode, format: "php" | "toml", findings: Findings): ReverbFile {
  if (root.kind === "leaf" || (root.list && root.entries.size > 0)) {
    findings.error(`${root.place}: expected the file to return an array with "servers" and "apps"`);
    return { format, server: undefined, applications: [] };
  }
  const names = ["default", "servers", "apps", ...(format === "toml" ? ["server"] : [])];
  for (const [name, node] of root.entries) {
    if (!names.includes(name)) warnUnknown(name, node, names, findings);
  }
  return {
    format,
    server: serverOf(root, format, findings),
    applications: applicationsOf(root, format, findings),
  };
}

function serverOf(root: ConfigTable, format: "php" | "toml", findings: Findings): ConfigTable | undefined {
  const flat = format === "toml" ? root.entries.get("server") : undefined;
  const servers = root.entries.get("servers");
  if (flat !== undefined && servers !== undefined) {
    findings.error(`${flat.place}: expected either "server" or "servers", got both`);
  }
  const named = nodeAt(root, "default");
  const name = named?.kind === "leaf" && typeof named.value === "string" ? named.value : "reverb";
  const node = flat ?? (servers?.kind === "table" ? servers.entries.get(name) : servers);
  if (named !== undefined && flat === undefined && servers?.kind === "table" && node === undefined) {
    findings.error(`${named.place}: expected the name of one of the servers, got ${JSON.stringify(name)}`);
  }
  return tableOf(node, findings);
}

function applicationsOf(root: ConfigTable, format: "php" | "toml", findings: Findings): ConfigTable[] {
  const apps = tableOf(root.entries.get("apps"), findings);
  if (apps === undefined) return [];
  const flat = format === "toml" && apps.list;
  if (!flat) checkProvider(apps, findings);
  const list = flat ? apps : tableOf(apps.entries.get("apps"), findings);
  return [...list?.entries.values() ?? []].flatMap((entry) => tableOf(entry, findings) ?? []);
}

function checkProvider(apps: ConfigTable, findings: Findings): void {
  for (const [name, node] of apps.entries) {
    if (name !== "provider" && name !== "apps") warnUnknown(name, node, ["provider", "apps"], findings);
  }
  const provider = apps.entries.get("provider");
  if (provider === undefined || isEmptyNode(provider)) return;
  if (provider.kind === "leaf" && provider.value === "config") return;
  const written = provider.kind === "leaf" ? describeValue(provider.value, false) : "a table";
  findings.error(
    `${provider.place}: expected "config", got ${written}; applications can only come from the config file`,
  );
}

/** The node as a table; `undefined` when there is none. A single value is an error. */
function tableOf(node: ConfigNode | undefined, findings: Findings): ConfigTable | undefined {
  if (node?.kind === "table") return node;
  if (node?.error !== undefined) findings.fail(node.error);
  else if (node !== undefined && !isEmptyNode(node)) {
    findings.error(`${node.place}: expected a table, got a single value`);
  }
  return undefined;
}
