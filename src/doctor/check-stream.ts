import type { RedisConfig, ServerConfig } from "../config/config.ts";
import type { BroadcastingConfig, StreamPlace } from "../config/laravel/broadcasting-config.ts";
import { systemTimers } from "../failures/timers.ts";
import { openSession } from "../redis/open-session.ts";
import { LinkDown, type PlainCommand } from "../redis/redis-link.ts";
import { redisPlace } from "../redis/redis-place.ts";
import { StreamKeys, STREAMS } from "../redis/stream-keys.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";

const SUBJECT = "streams";

/** What checking the event streams needs besides the configuration. */
export interface StreamCheck {
  /** What PHP broadcasts on, where that is known. */
  readonly broadcasting: Pick<BroadcastingConfig, "connection" | "stream"> | undefined;
  /** Milliseconds for one step. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Whether what Laravel appends to Redis Streams is read: both sides have it switched on, use one Redis and one prefix, and no entries wait
 * without a reader. No line where neither side has it on.
 */
export async function* checkStream(
  server: ServerConfig,
  { broadcasting, timeout, now }: StreamCheck,
): AsyncGenerator<CheckLine> {
  const php = broadcasting?.stream;
  if (!server.stream.enabled) {
    if (php === undefined) return;
    yield error(
      SUBJECT,
      `the connection ${
        broadcasting!.connection.text
      } appends events to Redis, and the server does not read them`,
      "Set REVERB_STREAM_ENABLED=true and restart the server",
    );
    return;
  }
  const apart = php === undefined ? undefined : difference(php, server);
  if (apart !== undefined) yield apart;
  yield* checkEntries(server, timeout, now);
}

/** The line where PHP appends in another place than the server reads in. */
function difference(
  { name, redis, prefix }: StreamPlace,
  { scaling }: ServerConfig,
): CheckLine | undefined {
  if (typeof redis !== "string" && !isSame(redis, scaling.server)) {
    return error(
      SUBJECT,
      `PHP appends to ${redisPlace(redis)} (the connection ${name}), and the server reads from ${
        redisPlace(scaling.server)
      }`,
      "Name one Redis in config/database.php and in scaling.server of config/reverb.php, or set RESOUND_STREAM_CONNECTION",
    );
  }
  if (prefix === undefined || prefix === scaling.prefix) return undefined;
  return error(
    SUBJECT,
    `PHP appends below ${prefix}, and the server reads below ${scaling.prefix}`,
    "Set REVERB_SCALING_PREFIX for both, or leave it out for both",
  );
}

/** Whether two configurations lead to one Redis, as far as they can be compared: Sentinels and a Redis Cluster are on one side only. */
function isSame(one: RedisConfig, other: RedisConfig): boolean {
  if (other.sentinels.length > 0 || other.cluster.length > 0) return true;
  return redisPlace(one) === redisPlace(other);
}

async function* checkEntries(
  { scaling }: ServerConfig,
  timeout: number,
  now: () => number,
): AsyncGenerator<CheckLine> {
  const keys = new StreamKeys(scaling.prefix),
    numbers = Array.from({ length: STREAMS }, (_, number) => number);
  const listener = { lost: () => undefined, moved: () => undefined, message: () => undefined };
  const times = { connectTimeout: timeout, commandTimeout: timeout, now, timers: systemTimers };
  try {
    const session = await openSession({ config: scaling.server, ...times }, listener);
    try {
      const answers = await session.run(numbers.flatMap((number): PlainCommand[] => [
        ["GET", keys.owner(number)],
        ["XLEN", keys.entries(number)],
      ]));
      yield judge(numbers.map((_, at) => ({ owner: answers[2 * at], length: Number(answers[2 * at + 1]) })));
    } finally {
      session.close();
    }
  } catch (failure) {
    // The check of Redis itself says why it cannot be used.
    if (!(failure instanceof LinkDown)) throw failure;
  }
}

/** What the owners and lengths of all streams say. */
function judge(streams: readonly { readonly owner: unknown; readonly length: number }[]): CheckLine {
  const owners = streams.map(({ owner }) => owner).filter((owner) => typeof owner === "string");
  const readers = new Set(owners).size, unread = streams.length - owners.length;
  const waiting = streams.reduce((sum, { length }) => sum + (length || 0), 0);
  const waits = waiting === 0
    ? "nothing waits"
    : waiting === 1
    ? "one event waits"
    : `${waiting} events wait`;
  if (unread > 0) {
    const found = readers === 0
      ? "no server reads the event streams"
      : `${unread} event streams have no reader`;
    return warning(SUBJECT, `${found}, and ${waits}`, "Start a server with `resound start`");
  }
  const by = readers === 1 ? "one server process reads" : `${readers} server processes read`;
  return ok(SUBJECT, `${by} the event streams, and ${waits}`);
}
