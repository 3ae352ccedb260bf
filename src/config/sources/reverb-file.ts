import { warnUnknown } from "../settings/check-keys.ts";
import type { ConfigNode, ConfigTable } from "./config-node.ts";
import type { Environment } from "./environment.ts";
import type { Findings } from "../findings.ts";
import { reverbApplications } from "./reverb-applications.ts";
import { reverbServer, tableOf } from "./reverb-server.ts";

/** The parts of a config file that settings are read from. */
export interface ReverbFile {
  /** As messages name it: `config/reverb.php`. */
  readonly name: string;
  readonly format: "php" | "toml";
  /** The server whose configuration stands for it (`--from`); `undefined` for one of our own. */
  readonly from?: "soketi" | "pusher" | undefined;
  /** Whether it is a part of Laravel's cached configuration, in which no variable is asked for. */
  readonly cached: boolean;
  /** What `servers.reverb` holds; `undefined` where the file has no `servers`. */
  readonly server: ConfigTable | undefined;
  /**
   * Whether variables of Laravel's stock file count for the server: always in TOML, which cannot ask for them. In PHP where the file
   * has no `servers`: Reverb then takes them from its stock file.
   */
  readonly serverFromEnvironment: boolean;
  /** The table `apps`, where the settings of the provider are; `undefined` where the file has none, or a list in its place. */
  readonly apps: ConfigTable | undefined;
  /** The entries of `apps.apps`; `undefined` where the file has no `apps`: then variables describe the one application. */
  readonly applications: readonly ConfigTable[] | undefined;
  /** What holds for the applications of another provider where they leave it out. */
  readonly applicationDefaults?: ConfigTable | undefined;
}

/** Which file it is. */
export interface ReverbFileKind extends Pick<ReverbFile, "name" | "format"> {
  readonly cached?: boolean;
}

/**
 * Finds server and applications in a config file of Laravel's layout (`default`, `servers`, `apps.provider`, `apps.apps`). TOML may
 * also have `[server]` and `[[apps]]`, which are shorter. As Reverb merges its stock file below the application's, key by key, the
 * variables of the stock file count for a key that is missing.
 */
export function readReverbFile(
  root: ConfigNode,
  { name, format, cached = false }: ReverbFileKind,
  environment: Environment,
  findings: Findings,
): ReverbFile {
  if (root.kind === "leaf" || (root.list && root.entries.size > 0)) {
    findings.error(`${root.place}: expected the file to return an array with "servers" and "apps"`);
    const none = { server: undefined, apps: undefined, applications: [] };
    return { name, format, cached, ...none, serverFromEnvironment: true };
  }
  const names = ["default", "servers", "apps", ...(format === "toml" ? ["server"] : [])];
  for (const [name, node] of root.entries) {
    if (!names.includes(name)) warnUnknown(name, node, names, findings);
  }
  const apps = root.entries.get("apps");
  return {
    name,
    format,
    cached,
    apps: apps?.kind === "table" && !apps.list ? apps : undefined,
    server: serverOf(root, format, environment, findings),
    serverFromEnvironment: format === "toml" || !root.entries.has("servers"),
    applications: reverbApplications(root, format, environment, findings),
  };
}

function serverOf(
  root: ConfigTable,
  format: "php" | "toml",
  environment: Environment,
  findings: Findings,
): ConfigTable | undefined {
  const flat = format === "toml" ? root.entries.get("server") : undefined;
  if (flat === undefined) return reverbServer(root, environment, findings);
  if (root.entries.has("servers")) {
    findings.error(`${flat.place}: expected either "server" or "servers", got both`);
  }
  return tableOf(flat, findings);
}
