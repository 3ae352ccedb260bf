import { resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import { ConfigFiles } from "../sources/config-files.ts";
import { nodeAt } from "../sources/config-node.ts";
import type { PulseConfig, PulseTarget } from "../config.ts";
import { readDatabaseConfig } from "./database-config.ts";
import type { Environment } from "../sources/environment.ts";
import { Findings } from "../findings.ts";
import { type CachedParts, LaravelFile, textOf } from "./laravel-file.ts";
import { STOCK_DATABASE, STOCK_PULSE } from "./laravel-stock.ts";
import { readRedisConfig } from "../redis-config.ts";
import type { TextFiles } from "../sources/text-files.ts";
import { trimOf } from "./pulse-trim.ts";

/** The recorder that feeds Pulse's Messages card from inside Reverb. */
const RECORDER = "Laravel\\Reverb\\Pulse\\Recorders\\ReverbMessages";
const STREAM = "laravel:pulse:ingest";

/**
 * Reads from `config/pulse.php` where the messages of Pulse's card are written to. `enabled` is our own setting `pulse_enabled`: with
 * `auto` the recorder's entry in that file decides, `true` does without the entry, `false` is off. Never throws: a server without
 * Pulse's card is better than no server.
 */
export function readPulseConfig(
  directory: string,
  disk: TextFiles,
  environment: Environment,
  enabled: boolean | "auto",
  cached?: CachedParts,
): PulseConfig {
  if (enabled === false) return { kind: "off" };
  try {
    // Another ConfigFiles: these files do not configure the server, so they are not listed among those that do.
    const files = new ConfigFiles(directory, disk);
    const published = cached === undefined
      ? files.has("config/pulse.php")
      : cached.node("pulse") !== undefined;
    // Pulse's own file has no recorder of Reverb: only a published one can have the entry.
    if (!published && enabled === "auto") return { kind: "off" };
    const pulse = new LaravelFile("pulse", STOCK_PULSE, files, environment, {
      owner: "laravel/pulse",
      cached,
    });
    return isTrue(pulse, "enabled") && (enabled === true || isRecording(pulse))
      ? {
        kind: "on",
        sampleRate: sampleRateOf(pulse),
        target: targetOf(pulse, { files, environment, cached }),
      }
      : { kind: "off" };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: "unsupported", reason: error.messages.join("; ") };
    if (error instanceof Unsupported) return { kind: "unsupported", reason: error.message };
    throw error;
  }
}

/** Ends the reading with a reason that completes "… gets no messages, because". */
class Unsupported extends Error {}

function isTrue(pulse: LaravelFile, path: string): boolean {
  const node = pulse.node(path);
  // Laravel writes `?? true`; for PHP "0" is false.
  if (node === undefined || node.kind === "table" || node.value === null) return true;
  return Boolean(node.value) && node.value !== "0";
}

function isRecording(pulse: LaravelFile): boolean {
  const recorder = recorderOf(pulse);
  if (recorder === undefined) return false;
  if (recorder.kind === "leaf") return recorder.value !== false && recorder.value !== null;
  const enabled = recorder.entries.get("enabled");
  if (enabled?.kind !== "leaf" || enabled.value === null) return true;
  return Boolean(enabled.value) && enabled.value !== "0";
}

/** The entry's name is a class name, which cannot be part of a dotted path: so it is looked up by itself. */
function recorderOf(pulse: LaravelFile): ReturnType<typeof nodeAt> {
  const recorders = pulse.node("recorders");
  return recorders?.kind === "table" ? recorders.entries.get(RECORDER) : undefined;
}

function sampleRateOf(pulse: LaravelFile): number {
  const written = textOf(nodeAt(recorderOf(pulse), "sample_rate"));
  if (written === undefined) return 1;
  const rate = Number(written);
  if (rate >= 0 && rate <= 1) return rate;
  throw new Unsupported(`the sample_rate of ReverbMessages in ${pulse.name} is no number from 0 to 1`);
}

interface PulseReading {
  readonly files: ConfigFiles;
  readonly environment: Environment;
  readonly cached: CachedParts | undefined;
}

function targetOf(pulse: LaravelFile, { files, environment, cached }: PulseReading): PulseTarget {
  const database = new LaravelFile("database", STOCK_DATABASE, files, environment, { cached });
  const driver = pulse.text("ingest.driver") ?? "storage";
  switch (driver) {
    case "storage":
      return storage(pulse, database, resolve(files.directory));
    case "redis":
      return redis(pulse, database, resolve(files.directory));
    default:
      throw new Unsupported(`Pulse's ingest driver "${driver}" is not known here`);
  }
}

function storage(pulse: LaravelFile, database: LaravelFile, folder: string): PulseTarget {
  const driver = pulse.text("storage.driver") ?? "database";
  if (driver !== "database") throw new Unsupported(`Pulse's storage driver "${driver}" is not known here`);
  const name = pulse.text("storage.database.connection") ?? database.text("default") ?? "sqlite";
  const node = database.node(`connections.${name}`);
  if (node === undefined) {
    throw new Unsupported(`there is no database connection "${name}" in ${database.name}`);
  }
  const connection = readDatabaseConfig(node, folder);
  if (typeof connection === "string") throw new Unsupported(`of Pulse's database "${name}": ${connection}`);
  return { kind: "database", connection, table: (textOf(nodeAt(node, "prefix")) ?? "") + "pulse_aggregates" };
}

function redis(pulse: LaravelFile, database: LaravelFile, folder: string): PulseTarget {
  const name = pulse.text("ingest.redis.connection") ?? "default";
  const node = database.node(`redis.${name}`);
  if (node === undefined) {
    throw new Unsupported(`there is no Redis connection "${name}" in ${database.name}`);
  }
  const findings = new Findings();
  const connection = readRedisConfig({
    part: "redis",
    connection: node,
    sources: [],
    findings,
    directory: folder,
  });
  if (findings.errors.length > 0) throw new Unsupported(findings.errors.join("; "));
  // Pulse puts this prefix before the key, and never the prefix of a single connection.
  const prefix = database.text("redis.options.prefix") ?? "";
  return { kind: "redis", connection, stream: prefix + STREAM, trim: trimOf(pulse.node("ingest.trim.keep")) };
}
