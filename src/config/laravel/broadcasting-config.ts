import { resolve } from "node:path";
import type { RedisConfig } from "../config.ts";
import { ConfigFiles } from "../sources/config-files.ts";
import { type ConfigNode, nodeAt } from "../sources/config-node.ts";
import { LaravelFile, type LaravelReading, textOf } from "./laravel-file.ts";
import { STOCK_BROADCASTING, STOCK_DATABASE } from "./laravel-stock.ts";
import { namedRedis } from "./named-connections.ts";

/** A value of a config file as text. */
export interface PlacedText {
  /** Empty where nothing is written, and where it is null. */
  readonly text: string;
  /** Where it is written; for a value of a variable the variable. */
  readonly place: string;
  /** The variable that the file asks for; of several the outermost, which is asked for last. */
  readonly variable: string | undefined;
}

/** What a call of the API is signed with. */
export type Credential = "app_id" | "key" | "secret";

/** Where PHP sends its calls. */
export interface PhpAddress {
  readonly host: string;
  readonly port: number;
  readonly scheme: "http" | "https";
  /** Before every route; `undefined` where no file of the application says that there is none. */
  readonly path: string | undefined;
  readonly place: string;
}

/** Where the package resound/laravel appends events to Redis Streams. */
export interface StreamPlace {
  /** The connection of `config/database.php`. */
  readonly name: string;
  /** Its Redis; the reason, without secrets, where it cannot be told from here. */
  readonly redis: RedisConfig | string;
  /** What the package puts before its keys; `undefined` where it leaves that to `config/reverb.php`. */
  readonly prefix: string | undefined;
}

/** The connection that PHP broadcasts on, of `config/broadcasting.php` or of the cached configuration. */
export interface BroadcastingConfig {
  /** The file that it is read from, as messages name it. */
  readonly file: string;
  /** Whether that is Laravel's cached configuration. */
  readonly cached: boolean;
  /** The default connection's name. */
  readonly connection: PlacedText;
  /** Undefined where there is no such connection. That of the connection behind it where events go through Redis Streams. */
  readonly driver: PlacedText | undefined;
  /** Where events are appended; undefined where they go over HTTP. */
  readonly stream: StreamPlace | undefined;
  readonly credentials: Readonly<Record<Credential, PlacedText>>;
  /** Undefined where no host is written. */
  readonly address: PhpAddress | undefined;
}

/** Reads what PHP broadcasts on. Throws a `ConfigError` when a file is there and cannot be read or understood. */
export function readBroadcasting(
  { directory, disk, environment, cached }: LaravelReading,
): BroadcastingConfig {
  const files = new ConfigFiles(directory, disk);
  const file = new LaravelFile("broadcasting", STOCK_BROADCASTING, files, environment, { cached });
  const placed = (node: ConfigNode | undefined): PlacedText => placedText(node, file.name);
  const connection = placed(file.node("default"));
  const own = file.node(`connections.${connection.text}`);
  // The package registers the connection itself where the file has none.
  const isStream = own === undefined
    ? connection.text === STREAM && files.has(`vendor/${PACKAGE}/composer.json`)
    : textOf(nodeAt(own, "driver")) === STREAM;
  const node = isStream ? file.node(`connections.${textOf(nodeAt(own, "fallback")) ?? "reverb"}`) : own;
  const isFile = files.read.length > 0 || file.name === cached?.file;
  return {
    file: file.name,
    cached: cached !== undefined && file.name === cached.file,
    connection,
    driver: node === undefined ? undefined : placed(nodeAt(node, "driver")),
    stream: isStream ? streamPlace({ directory, disk, environment, cached }) : undefined,
    credentials: {
      app_id: placed(nodeAt(node, "app_id")),
      key: placed(nodeAt(node, "key")),
      secret: placed(nodeAt(node, "secret")),
    },
    address: addressOf(nodeAt(node, "options"), isFile),
  };
}

/** The connection and the driver that the package adds. */
const STREAM = "resound-stream", PACKAGE = "resound/laravel";

/** The part of the package's `config/resound.php` that says where streams are. */
const STOCK_RESOUND = `<?php return ['stream' => [
  'connection' => env('RESOUND_STREAM_CONNECTION', 'default'), 'prefix' => env('REVERB_SCALING_PREFIX'),
]];`;

function streamPlace({ directory, disk, environment, cached }: LaravelReading): StreamPlace {
  const files = new ConfigFiles(directory, disk);
  const resound = new LaravelFile("resound", STOCK_RESOUND, files, environment, { owner: PACKAGE, cached });
  const database = new LaravelFile("database", STOCK_DATABASE, files, environment, { cached });
  const name = resound.text("stream.connection") ?? "default";
  const isCluster = database.node(`redis.${name}`) === undefined &&
    database.node(`redis.clusters.${name}`) !== undefined;
  const found = isCluster ? `${name} is a Redis Cluster` : namedRedis(database, name, resolve(directory));
  return {
    name,
    redis: typeof found === "string" ? found : found.connection,
    prefix: resound.text("stream.prefix"),
  };
}

function placedText(node: ConfigNode | undefined, file: string): PlacedText {
  return {
    text: textOf(node) ?? "",
    place: node?.place ?? file,
    variable: node?.kind === "leaf" ? node.env.at(-1) : undefined,
  };
}

/** The address that Pusher's library for PHP makes of a connection's options (`Pusher.php`, `__construct`). */
function addressOf(options: ConfigNode | undefined, isFile: boolean): PhpAddress | undefined {
  const host = nodeAt(options, "host"), name = textOf(host)?.trim();
  if (host === undefined || name === undefined) return undefined;
  const scheme = textOf(nodeAt(options, "scheme")), port = textOf(nodeAt(options, "port"));
  const tls = nodeAt(options, "useTLS");
  const isTls = scheme === undefined && port === undefined && tls?.kind === "leaf" && tls.value === true;
  return {
    host: name.replace(/https?:\/\//, ""),
    port: isTls ? 443 : Number(port ?? 80),
    scheme: isTls || scheme === "https" ? "https" : "http",
    path: isFile ? textOf(nodeAt(options, "path")) ?? "" : undefined,
    place: host.place,
  };
}
