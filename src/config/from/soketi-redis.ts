import type { ForeignValue, ForeignValues } from "./foreign-table.ts";
import type { SoketiOptions } from "./soketi-options.ts";

/** Options of soketi's Redis with the settings that they stand for. */
const SAME: readonly (readonly [option: string, setting: string])[] = [
  ["database.redis.host", "scaling.server.host"],
  ["database.redis.port", "scaling.server.port"],
  ["database.redis.db", "scaling.server.database"],
  ["database.redis.username", "scaling.server.username"],
  ["database.redis.password", "scaling.server.password"],
];

/**
 * The settings by which nodes find each other, where soketi's did so through Redis (`adapter.driver`): one server, Sentinels or a Redis
 * Cluster. Empty for any other adapter. Redis that soketi used for its queue or its limits alone is not needed here.
 */
export function soketiRedis(options: SoketiOptions): ForeignValues {
  const values = new Map<string, ForeignValue>();
  const driver = options.find("adapter.driver");
  if (driver?.value !== "redis") return values;
  values.set("scaling.enabled", { value: true, place: driver.place });
  for (const [option, setting] of SAME) {
    const found = options.find(option);
    if (found !== undefined) values.set(setting, found);
  }
  const prefixes = ["database.redis.keyPrefix", "adapter.redis.prefix"].flatMap((option) =>
    options.find(option) ?? []
  );
  const [first] = prefixes;
  if (first !== undefined) {
    // What is no part of a key here, such as the braces of a hash tag, is left out.
    const names = prefixes.map(({ value }) => String(value).replace(/[\s{}*?[\]\\]/g, "").replace(/:+$/, ""));
    values.set("scaling.prefix", { value: `resound:${names.join(":")}:`, place: first.place });
  }
  if (options.isOn("adapter.redis.clusterMode")) {
    const nodes = options.list("database.redis.clusterNodes");
    if (nodes !== undefined) {
      values.set("scaling.server.cluster", { ...nodes, value: addresses(nodes.value) });
    }
    return values;
  }
  const sentinels = options.list("database.redis.sentinels");
  if (sentinels === undefined) return values;
  values.set("scaling.server.sentinels", { ...sentinels, value: addresses(sentinels.value) });
  for (const [option, setting] of [["name", "service"], ["sentinelPassword", "sentinel_password"]]) {
    const found = options.find(`database.redis.${option}`);
    if (found !== undefined) values.set(`scaling.server.${setting}`, found);
  }
  return values;
}

/** Addresses as lists of our settings have them: `host:port`. What is no address is left to the check of the setting. */
function addresses(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((each: unknown) => {
    if (typeof each !== "object" || each === null) return each;
    const { host, port } = each as { readonly host?: unknown; readonly port?: unknown };
    const name = String(host ?? "127.0.0.1");
    return `${name.includes(":") ? `[${name}]` : name}${port === undefined ? "" : `:${String(port)}`}`;
  });
}
