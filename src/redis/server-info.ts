/** One server, by its answer to `INFO`. */
export interface ServerInfo {
  readonly runId: string;
  /** Of Valkey its own version, not that of the Redis whose commands it has. */
  readonly version: string;
  readonly kind: "redis" | "valkey";
  /** Whether it is the replica of another server, which takes no writes. */
  readonly replica: boolean;
  readonly clusterEnabled: boolean;
  /** `maxmemory_policy`; empty where the server does not say. */
  readonly evictionPolicy: string;
  /** Bytes that it may use; 0 is no limit. */
  readonly maxMemory: number;
}

/** Reads the answer to `INFO`. */
export function readServerInfo(text: string): ServerInfo {
  const fields = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const valkey = fields.get("valkey_version");
  return {
    runId: fields.get("run_id") ?? "",
    version: valkey ?? fields.get("redis_version") ?? "",
    kind: valkey === undefined ? "redis" : "valkey",
    replica: fields.get("role") === "slave",
    clusterEnabled: fields.get("cluster_enabled") === "1",
    evictionPolicy: fields.get("maxmemory_policy") ?? "",
    maxMemory: Number(fields.get("maxmemory") ?? 0),
  };
}

/** The oldest major version of Redis that has all the commands used here. Every Valkey is younger. */
export const OLDEST_MAJOR = 6;

/** Whether a Redis is older than that. One that does not give its version is not. */
export function isTooOld(info: Pick<ServerInfo, "kind" | "version">): boolean {
  return info.kind === "redis" && info.version !== "" && majorVersion(info) < OLDEST_MAJOR;
}

/** The first number of a version: 7 of `7.2.4`. */
export function majorVersion({ version }: Pick<ServerInfo, "version">): number {
  return Number.parseInt(version, 10) || 0;
}
