import { resolve } from "node:path";
import type { DatabaseConfig, RedisConfig } from "../config.ts";
import { ConfigFiles } from "../sources/config-files.ts";
import { LaravelFile, type LaravelReading, textOf } from "./laravel-file.ts";
import { STOCK_DATABASE, STOCK_QUEUE } from "./laravel-stock.ts";
import { nodeAt } from "../sources/config-node.ts";
import { namedDatabase, namedRedis } from "./named-connections.ts";

/** Where queued jobs wait for a worker. */
export type JobsPlace =
  | { readonly kind: "database"; readonly connection: DatabaseConfig; readonly table: string }
  /** In the list of this key. */
  | { readonly kind: "redis"; readonly connection: RedisConfig; readonly key: string; readonly queue: string }
  /** They cannot be counted from here; the reason has no secrets. */
  | { readonly kind: "elsewhere"; readonly reason: string };

/** The queue connection on which Laravel puts events that implement `ShouldBroadcast`, unless the event names another one. */
export interface QueueConfig {
  /** The default connection's name; `null` discards what is put on it. */
  readonly connection: string;
  /** Where that is written; `undefined` where it is written nowhere, so that the version of Laravel decides. */
  readonly place: string | undefined;
  /** The file with the connections, as messages name it. */
  readonly file: string;
  /** Undefined where there is no such connection. */
  readonly driver: string | undefined;
  readonly jobs: JobsPlace;
}

/** Reads the default queue connection. Throws a `ConfigError` when a file is there and cannot be read or understood. */
export function readQueue({ directory, disk, environment, cached }: LaravelReading): QueueConfig {
  const files = new ConfigFiles(directory, disk);
  const file = new LaravelFile("queue", STOCK_QUEUE, files, environment, { cached });
  const node = file.node("default");
  const written = textOf(node) ?? "null";
  const isWritten = file.name === cached?.file || files.read.length > 0 ||
    environment.get("QUEUE_CONNECTION") !== undefined;
  const found = written === "null" ? { driver: "null", name: written } : driverOf(file, written);
  const place = { file, files, folder: resolve(directory), environment, cached };
  return {
    connection: written,
    place: isWritten ? node?.place ?? file.name : undefined,
    file: file.name,
    driver: found?.driver,
    jobs: found === undefined
      ? { kind: "elsewhere", reason: "there is no such connection" }
      : jobsOf({ ...place, ...found }),
  };
}

/** The driver behind a connection: that of the first one among which `failover` chooses. */
function driverOf(
  file: LaravelFile,
  name: string,
  passed: readonly string[] = [],
): { readonly driver: string; readonly name: string } | undefined {
  const node = file.node(`connections.${name}`);
  if (node === undefined) return undefined;
  const driver = textOf(nodeAt(node, "driver")) ?? "";
  const first = driver === "failover" ? textOf(nodeAt(node, "connections.0")) : undefined;
  return first === undefined || passed.includes(name)
    ? { driver, name }
    : driverOf(file, first, [...passed, name]);
}

interface NamedQueue extends Pick<LaravelReading, "environment" | "cached"> {
  readonly file: LaravelFile;
  readonly files: ConfigFiles;
  readonly folder: string;
  readonly driver: string;
  readonly name: string;
}

function jobsOf({ file, files, folder, driver, name, environment, cached }: NamedQueue): JobsPlace {
  const node = file.node(`connections.${name}`);
  const text = (key: string): string | undefined => textOf(nodeAt(node, key));
  const openDatabase = (): LaravelFile =>
    new LaravelFile("database", STOCK_DATABASE, files, environment, { cached });
  const queue = text("queue") ?? "default";
  switch (driver) {
    case "database": {
      const found = namedDatabase(openDatabase(), text("connection"), folder);
      return typeof found === "string"
        ? { kind: "elsewhere", reason: found }
        : { kind: "database", connection: found.connection, table: found.prefix + (text("table") ?? "jobs") };
    }
    case "redis": {
      const found = namedRedis(openDatabase(), text("connection") ?? "default", folder);
      return typeof found === "string"
        ? { kind: "elsewhere", reason: found }
        : { kind: "redis", connection: found.connection, key: `${found.prefix}queues:${queue}`, queue };
    }
    default:
      return { kind: "elsewhere", reason: `Resound does not look into queues of the driver ${driver}` };
  }
}
