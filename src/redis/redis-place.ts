import type { RedisConfig } from "../config/config.ts";

/** Where a configuration says that Redis is, for people; never a secret. */
export function redisPlace(
  { socket, host, port, sentinels, service, cluster, tls, database }: RedisConfig,
): string {
  const list = (addresses: RedisConfig["cluster"]): string =>
    addresses.map((each) => `${each.host}:${each.port}`).join(", ");
  if (cluster.length > 0) return list(cluster);
  const number = database === 0 ? "" : `, database ${database}`;
  if (sentinels.length > 0) return `the master "${service}" of ${list(sentinels)}${number}`;
  return `${socket ?? `${tls ? "tls://" : ""}${host}:${port}`}${number}`;
}
