import { resolve } from "node:path";
import { CACHE_REMEDY, type CachedConfig } from "./laravel/cached-config.ts";
import type { ConfigFiles } from "./sources/config-files.ts";
import { isEmptyNode } from "./sources/config-node.ts";
import type { Environment } from "./sources/environment.ts";
import { findConfigFile, LARAVEL_FILE, TOML_FILE } from "./sources/find-config-file.ts";
import type { Findings } from "./findings.ts";
import type { ForeignServer } from "./from/foreign-reading.ts";
import { isSoketiJson, readForeign } from "./from/read-foreign.ts";
import { readPhpNode } from "./sources/php-node.ts";
import { readReverbFile, type ReverbFile } from "./sources/reverb-file.ts";
import { readTomlNode } from "./sources/toml-node.ts";

/** What server and applications are looked for in. */
export interface ReverbReading {
  readonly files: ConfigFiles;
  readonly cached: CachedConfig | undefined;
  /** The file of `--config`. */
  readonly named: string | undefined;
  /** The server whose configuration is read where there is none of our own (`--from`). */
  readonly from: ForeignServer | undefined;
  readonly environment: Environment;
  readonly findings: Findings;
}

/**
 * The config file of server and applications. Laravel's cached configuration takes the place of `config/reverb.php`, and of none at all;
 * a file that is written for this server alone (`--config`, `resound.toml`) counts before it. `undefined` where there is no file.
 */
export function readReverb(reading: ReverbReading): ReverbFile | undefined {
  const { from, named } = reading;
  if (from === undefined) return readOwn(reading);
  const own = readOwn(isSoketiJson(from, named) ? { ...reading, named: undefined } : reading);
  return readForeign({ ...reading, from, own });
}

function readOwn(reading: ReverbReading): ReverbFile | undefined {
  const { files, cached, named, environment, findings } = reading;
  if (cached !== undefined && named === undefined && (files.has(LARAVEL_FILE) || !files.has(TOML_FILE))) {
    return readCached(cached, reading);
  }
  const found = findConfigFile(files, named, findings);
  if (found === undefined) return undefined;
  const { format, name, source } = found;
  const root = format === "toml" ? readTomlNode(source, name) : readPhpNode(source, {
    file: name,
    environment,
    directory: resolve(files.directory),
    files: files.disk,
    warn: (message) => findings.warn(message),
  });
  return readReverbFile(root, { name, format }, environment, findings);
}

function readCached(
  cached: CachedConfig,
  { files, environment, findings }: ReverbReading,
): ReverbFile | undefined {
  const root = cached.node("reverb"), isPublished = files.has(LARAVEL_FILE);
  if (root !== undefined && !isEmptyNode(root)) {
    if (files.has(TOML_FILE)) {
      findings.warn(
        `${TOML_FILE} is ignored because there is a ${LARAVEL_FILE}; --config ${TOML_FILE} reads it instead`,
      );
    }
    return readReverbFile(root, { name: cached.file, format: "php", cached: true }, environment, findings);
  }
  // Without its limits and origins the server would be open.
  if (isPublished) {
    findings.error(`${cached.file}: expected "reverb" in it, as there is a ${LARAVEL_FILE}; ${CACHE_REMEDY}`);
  }
  return undefined;
}
