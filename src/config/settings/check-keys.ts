import { closestName } from "../kinds/closest-name.ts";
import { type ConfigNode, type ConfigTable, isEmptyNode } from "../sources/config-node.ts";
import type { Findings } from "../findings.ts";
import { type SettingGroup, settingsOf } from "./setting.ts";
import { applicationSettings } from "./application-settings.ts";
import { providerSettings } from "./provider-settings.ts";
import { redisSettings } from "./redis-settings.ts";
import { serverSettings, tlsTable, unusedSettings } from "./server-settings.ts";

/** The keys that a part of a config file may have, as dotted paths below it. */
export interface KnownKeys {
  readonly keys: ReadonlySet<string>;
  /** Tables that may have any entries: PHP's socket options, Laravel's many Redis options. */
  readonly open: ReadonlySet<string>;
  /** Tables in whose place a text may stand, such as the URL of Redis. */
  readonly orText?: ReadonlySet<string>;
  /** Names that other software uses for some of the keys, with the key that is meant. */
  readonly meant?: Readonly<Record<string, string>>;
}

/** Keys below one server. */
export const serverKeys: KnownKeys = {
  keys: keysOf(serverSettings, redisSettings, unusedSettings),
  open: new Set(["options", tlsTable.key, "scaling.server"]),
  orText: new Set(["scaling.server"]),
};

/** Keys of one application. Its `options` are for Laravel's own client side; the server does not read them. */
export const applicationKeys: KnownKeys = {
  keys: keysOf(applicationSettings),
  open: new Set(["options"]),
  // Laravel WebSockets, Pusher's own libraries, and the names of the variables.
  meant: { id: "app_id", appId: "app_id", app_key: "key", app_secret: "secret", origins: "allowed_origins" },
};

/** Keys beside the list of applications, in `apps`. */
export const providerKeys: KnownKeys = {
  keys: new Set(settingsOf(providerSettings).map(({ key }) => key.slice("apps.".length))),
  open: new Set(["apps", "columns"]),
};

function keysOf(...groups: readonly SettingGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap((group) => settingsOf(group).map(({ key }) => key)));
}

/**
 * Warns about unknown keys and names the nearest known one, since a misspelt limit limits nothing. A single value where a table
 * belongs is an error: all settings below it would be lost.
 */
export function checkKeys(node: ConfigNode | undefined, known: KnownKeys, findings: Findings): void {
  if (node?.kind === "table") checkTable(node, "", known, findings);
}

function checkTable(table: ConfigTable, prefix: string, known: KnownKeys, findings: Findings): void {
  const siblings = new Set<string>();
  for (const key of [...known.keys, ...known.open]) {
    if (key.startsWith(prefix)) siblings.add(key.slice(prefix.length).split(".", 1)[0] ?? "");
  }
  for (const [name, node] of table.entries) {
    const path = prefix + name;
    if (known.keys.has(path)) continue;
    const isTable = known.open.has(path) || [...known.keys].some((key) => key.startsWith(`${path}.`));
    if (!isTable) {
      warnUnknown(name, node, siblings, findings, prefix === "" ? known.meant?.[name] : undefined);
    } else if (node.kind === "leaf") {
      // One that could not be evaluated is an error where a setting asks for it.
      const isMeant = node.error !== undefined || known.orText?.has(path) && typeof node.value === "string";
      if (!isMeant && !isEmptyNode(node)) {
        findings.error(`${node.place}: expected a table, got a single value`);
      }
    } else if (!known.open.has(path)) {
      checkTable(node, `${path}.`, known, findings);
    }
  }
}

/** Warns about one unknown key; `siblings` are the known ones beside it, `meant` the one that it surely stands for. */
export function warnUnknown(
  name: string,
  node: ConfigNode,
  siblings: Iterable<string>,
  findings: Findings,
  meant?: string,
): void {
  const closest = meant ?? closestName(name, siblings);
  const hint = closest === undefined ? "" : `; did you mean ${JSON.stringify(closest)}?`;
  findings.warn(`${node.keyPlace}: the key ${JSON.stringify(name)} is unknown and ignored${hint}`);
}
