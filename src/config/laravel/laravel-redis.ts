import { resolve } from "node:path";
import type { ConfigFiles } from "../sources/config-files.ts";
import { type ConfigNode, isEmptyNode, nodeAt } from "../sources/config-node.ts";
import type { CachedParts } from "./laravel-file.ts";
import type { Environment } from "../sources/environment.ts";
import type { Findings } from "../findings.ts";
import { readPhpNode } from "../sources/php-node.ts";
import type { RedisReading } from "../redis-config.ts";
import { describeValue } from "../kinds/value-kind.ts";
import { EnvironmentSource } from "../sources/setting-source.ts";

/** What the application's Redis is looked for in. */
export interface LaravelRedisReading {
  readonly files: ConfigFiles;
  readonly environment: Environment;
  readonly findings: Findings;
  readonly cached: CachedParts | undefined;
}

/** Where a Redis connection is written. */
export type WrittenRedis = Pick<RedisReading, "connection" | "sources">;

/**
 * Where the Redis of Reverb is configured when `scaling.server` is empty: the application's default connection in
 * `config/database.php` or of the cached configuration, else the variables of Laravel's stock file.
 */
export function laravelRedis(reading: LaravelRedisReading): WrittenRedis {
  const { environment, findings, cached } = reading;
  const file = cached?.file ?? "config/database.php";
  const root = cached === undefined ? readFile(file, reading) : cached.node("database");
  if (root === undefined && cached === undefined) {
    return { connection: undefined, sources: [new EnvironmentSource(environment)] };
  }
  const connection = nodeAt(root, "redis.default");
  if (connection === undefined || isEmptyNode(connection)) {
    const cluster = nodeAt(root, "redis.clusters.default");
    findings.error(
      `${
        connection?.keyPlace ?? file
      }: expected redis.default, the connection to scale with when scaling.server is not set in config/reverb.php` +
        (cluster === undefined
          ? ""
          : `; write the nodes of ${cluster.keyPlace} there, as 'server' => ['cluster' => [['host' => …], …]]`),
    );
  }
  if (connection?.kind === "leaf" && connection.error === undefined && !isUrl(connection.value)) {
    findings.error(
      `${connection.place}: expected a table or a URL, got ${describeValue(connection.value, true)}`,
    );
  }
  return { connection, sources: [] };
}

/** Whether a connection that is no table may be one all the same; null and the empty text have been reported. */
function isUrl(value: unknown): boolean {
  return typeof value === "string" || value === null;
}

function readFile(
  file: string,
  { files, environment, findings }: LaravelRedisReading,
): ConfigNode | undefined {
  const source = files.open(file);
  return source === undefined ? undefined : readPhpNode(source, {
    file,
    environment,
    directory: resolve(files.directory),
    files: files.disk,
    warn: (message) => findings.warn(message),
  });
}
