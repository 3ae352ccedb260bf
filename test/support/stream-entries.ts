import { StreamKeys } from "../../src/redis/stream-keys.ts";
import { encodeQuery, signRequest } from "./sign-request.ts";
import { type Credentials, TEST_APPLICATION } from "./test-application.ts";

/** A Redis that takes commands. */
interface Commands {
  command(...args: readonly (string | number)[]): Promise<unknown>;
}

/** What is appended; everything but the body's fields has a default. */
export interface EntryWishes {
  readonly stream?: number;
  readonly prefix?: string;
  /** Whether the Redis is a Redis Cluster, where messages go by SPUBLISH. */
  readonly isSharded?: boolean;
  readonly application?: Credentials;
  /** Unix time in seconds of the signature. */
  readonly timestamp?: number;
}

/** As the package for Laravel does it (laravel/src/Broadcasting/EventStreams.php): wakes the owner where the stream was empty. */
const APPEND = `
local length = redis.call('XLEN', KEYS[1])
local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
if length == 0 then redis.call(ARGV[1], ARGV[2], '') end
return id`;

/** Appends an event to a stream with the signature of the API call that it stands for. Resolves with its id. */
export async function appendEvent(
  redis: Commands,
  body: object,
  { stream = 0, prefix = "resound:reverb:", application = TEST_APPLICATION, timestamp }: EntryWishes = {},
): Promise<string> {
  const text = JSON.stringify(body);
  const auth = encodeQuery(signRequest({
    method: "POST",
    path: `/apps/${application.id}/events`,
    body: text,
    ...{ key: application.key, secret: application.secret },
    timestamp: String(timestamp ?? Math.floor(Date.now() / 1000)),
  }));
  return await appendFields(redis, { app: application.id, auth, body: text }, { stream, prefix });
}

/** Appends an entry with any fields. Resolves with its id. */
export async function appendFields(
  redis: Commands,
  fields: Readonly<Record<string, string>>,
  { stream = 0, prefix = "resound:reverb:", isSharded = false }: EntryWishes = {},
): Promise<string> {
  const keys = new StreamKeys(prefix), publish = isSharded ? "SPUBLISH" : "PUBLISH";
  const args = [publish, keys.wake(stream), ...Object.entries(fields).flat()];
  return String(await redis.command("EVAL", APPEND, 1, keys.entries(stream), ...args));
}
