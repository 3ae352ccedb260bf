import { resolve } from "node:path";
import type { ConfigFiles } from "../sources/config-files.ts";
import { nodeAt } from "../sources/config-node.ts";
import type { Environment } from "../sources/environment.ts";
import type { Findings } from "../findings.ts";
import { readPhpNode } from "../sources/php-node.ts";
import { redisNodeSources } from "../redis-config.ts";
import { EnvironmentSource, type SettingSource } from "../sources/setting-source.ts";

const file = "config/database.php";

/**
 * Where the Redis of Reverb is configured when `scaling.server` is empty: the application's default connection in
 * `config/database.php`, or the variables of Laravel's stock file when there is no such file.
 */
export function laravelRedisSources(
  files: ConfigFiles,
  environment: Environment,
  findings: Findings,
): readonly SettingSource[] {
  const source = files.open(file);
  if (source === undefined) return [new EnvironmentSource(environment)];
  const root = readPhpNode(source, {
    file,
    environment,
    directory: resolve(files.directory),
    files: files.disk,
    warn: (message) => findings.warn(message),
  });
  const connection = nodeAt(root, "redis.default");
  if (connection === undefined) {
    findings.error(
      `${file}: expected redis.default, the connection to scale with when scaling.server is not set in config/reverb.php`,
    );
  }
  return redisNodeSources(connection);
}
