import { providerSettings } from "../settings/provider-settings.ts";
import type { Environment } from "./environment.ts";
import { applicationKeys, checkKeys, providerKeys, warnUnknown } from "../settings/check-keys.ts";
import { type ConfigNode, type ConfigTable, isEmptyNode } from "./config-node.ts";
import type { Findings } from "../findings.ts";
import { tableOf } from "./reverb-server.ts";

/** The keys of `apps`. What else stands there is an application or a slip. */
const KEYS: readonly string[] = [...providerKeys.keys, "apps"];

/** What distinguishes an application from a table of applications, under the names of other software as well. */
const CREDENTIALS: readonly string[] = [
  "app_id",
  "key",
  "secret",
  ...Object.keys(applicationKeys.meant ?? {}),
];

/**
 * The applications that a config file describes: the entries of `apps.apps`; `undefined` where it has no `apps`. Applications that stand
 * directly in `apps`, as a list or by names, are read as what is meant, so that their origins and limits hold; in PHP with a warning,
 * since Reverb finds none of them. An `apps` without any application is an error: no other one may take its place.
 */
export function reverbApplications(
  root: ConfigTable,
  format: "php" | "toml",
  environment: Environment,
  findings: Findings,
): readonly ConfigTable[] | undefined {
  const node = root.entries.get("apps");
  if (node === undefined) return undefined;
  if (isElsewhere(node, environment)) {
    checkKeys(node, providerKeys, findings);
    return undefined;
  }
  const apps = tableOf(node, findings);
  if (apps === undefined) {
    if (isEmptyNode(node)) refuseEmpty(node, findings);
    return [];
  }
  const direct = directApplications(apps, findings);
  if (!apps.list && !isApplication(apps)) checkEntries(apps, direct, findings);
  const list = apps.list ? undefined : apps.entries.get("apps");
  if (list !== undefined && !isEmptyNode(list)) {
    for (const { keyPlace } of direct) {
      findings.error(
        `${keyPlace}: expected every application in apps.apps, got one beside it; move it there`,
      );
    }
    return listedApplications(list, format, findings);
  }
  if (direct.length > 0) warnAboutPlace(node, format, findings);
  else if (apps.entries.size === 0 || !apps.list) refuseEmpty(list ?? node, findings);
  return direct;
}

function directApplications(apps: ConfigTable, findings: Findings): readonly ConfigTable[] {
  if (isApplication(apps)) return [apps];
  if (apps.list) return tablesOf(apps, findings);
  const others = [...apps.entries].filter(([name]) => !KEYS.includes(name)).map(([, entry]) => entry);
  return others.filter((entry) => entry.kind === "table").filter(isApplication);
}

function listedApplications(
  list: ConfigNode,
  format: "php" | "toml",
  findings: Findings,
): readonly ConfigTable[] {
  const table = tableOf(list, findings);
  if (table === undefined) return [];
  if (!isApplication(table)) return tablesOf(table, findings);
  warnAboutPlace(list, format, findings);
  return [table];
}

/** The applications in a list; entries that are null, as of a condition that does not hold, are left out with a warning. */
function tablesOf(list: ConfigTable, findings: Findings): readonly ConfigTable[] {
  const entries = [...list.entries.values()], left = entries.filter(isNull);
  if (left.length > 0 && left.length === entries.length) refuseEmpty(list, findings);
  else for (const { keyPlace } of left) findings.warn(`${keyPlace}: is empty and left out`);
  return entries.flatMap((entry) => tableOf(entry, findings) ?? []);
}

function isNull(node: ConfigNode): boolean {
  return node.kind === "leaf" && isEmptyNode(node);
}

function isApplication({ entries, list }: ConfigTable): boolean {
  // An application may have the name "key" in a table of applications; then a table stands there.
  return !list && CREDENTIALS.some((name) => entries.get(name)?.kind === "leaf");
}

function warnAboutPlace({ keyPlace }: ConfigNode, format: "php" | "toml", findings: Findings): void {
  // Only Resound reads TOML.
  if (format === "toml") return;
  findings.warn(
    `${keyPlace}: the applications here are read, but Reverb would not find them; ` +
      "it looks in a list of its own: 'apps' => ['provider' => 'config', 'apps' => [[…], […]]]",
  );
}

function refuseEmpty({ keyPlace }: ConfigNode, findings: Findings): void {
  findings.error(`${keyPlace}: expected at least one application with app_id, key and secret, got none`);
}

/** Whether another provider than the config file has the applications; then its list is not read. */
function isElsewhere(apps: ConfigNode, environment: Environment): boolean {
  const { key, env, default: here } = providerSettings.provider;
  const written = apps.kind === "table" && !apps.list
    ? apps.entries.get(key.slice("apps.".length))
    : undefined;
  const value = written?.kind === "leaf" && written.error === undefined ? written.value : undefined;
  const named = isEmptyText(value) || value === here ? environment.get(env!)?.value : value;
  return !isEmptyText(named) && named !== here;
}

function isEmptyText(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Warns about names that are neither keys of `apps` nor applications. */
function checkEntries(apps: ConfigTable, direct: readonly ConfigNode[], findings: Findings): void {
  for (const [name, node] of apps.entries) {
    if (!KEYS.includes(name) && !direct.includes(node)) warnUnknown(name, node, KEYS, findings);
  }
}
