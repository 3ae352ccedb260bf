import { systemTimers } from "../failures/timers.ts";
import type { ServerConfig } from "../config/config.ts";
import { openSession } from "../redis/open-session.ts";
import { reasonOf } from "../redis/reason-of.ts";
import { LinkDown } from "../redis/redis-link.ts";
import { redisPlace } from "../redis/redis-place.ts";
import type { RedisSession } from "../redis/redis-session.ts";
import { isTooOld, OLDEST_MAJOR, readServerInfo } from "../redis/server-info.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";
import { RIGHTS_SCRIPT } from "./redis-rights.ts";

/** What checking Redis needs besides the configuration. */
export interface RedisCheck {
  /** Milliseconds for one step. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the key and the message of this check unique, so that two checks at a time do not meet. */
  readonly mark: string;
}

/** Seconds between two clocks that deserve a warning. */
const NOTABLE = 5;

/** Does with Redis what a server does: signs in, writes and reads below the prefix, runs scripts, listens and publishes. */
export async function* checkRedis(
  { scaling, stream }: ServerConfig,
  check: RedisCheck,
): AsyncGenerator<CheckLine> {
  if (!scaling.enabled && !stream.enabled) {
    yield ok("redis", "scaling is off, so no Redis is needed");
    return;
  }
  const place = redisPlace(scaling.server);
  const heard: string[] = [];
  const { timeout } = check;
  let session: RedisSession;
  try {
    session = await openSession({
      config: scaling.server,
      connectTimeout: timeout,
      commandTimeout: timeout,
      now: check.now,
      timers: systemTimers,
    }, { lost: () => undefined, moved: () => undefined, message: (_, payload) => heard.push(payload) });
  } catch (failure) {
    yield error(
      "redis",
      `${place} cannot be used: ${reason(failure)}`,
      remedyOf(reason(failure), scaling.server.tls),
    );
    return;
  }
  try {
    yield* judge(session, scaling.prefix, place, heard, check);
  } catch (failure) {
    yield error(
      "redis",
      `${place} went away while it was asked: ${reason(failure)}`,
      "Read the log of Redis",
    );
  } finally {
    session.close();
  }
}

async function* judge(
  session: RedisSession,
  prefix: string,
  place: string,
  heard: readonly string[],
  { mark, now }: RedisCheck,
): AsyncGenerator<CheckLine> {
  const key = `${prefix}{doctor}:${mark}`;
  const [written, , info, time] = await session.run([
    ["SET", key, mark, "EX", 10],
    ["DEL", key],
    ["INFO"],
    ["TIME"],
  ]);
  if (written instanceof Error) {
    yield error("redis", `${place} does not take ${prefix}…: ${written.message}`, remedyOf(written.message));
    return;
  }
  // The first call of a script is an EVAL, the second an EVALSHA.
  const call = { script: RIGHTS_SCRIPT, keys: [key], args: [] };
  const answers = await session.run([call, call]), unrun = answers.find((answer) => answer instanceof Error);
  if (unrun instanceof Error) {
    yield error("redis", `${place} runs no scripts on ${prefix}…: ${unrun.message}`, remedyOf(unrun.message));
    return;
  }
  const denied = String(answers[0] ?? "");
  if (denied !== "") {
    yield error(
      "redis",
      `${place} lets this user not run ${denied} on ${prefix}…`,
      remedyOf("NOPERM"),
    );
    return;
  }
  const refusal = await session.subscribe([key]).then(() => undefined, reason);
  const [published] = await session.run([[session.info.sharded ? "SPUBLISH" : "PUBLISH", key, mark]]);
  await session.barrier(key);
  const problem = refusal ?? (published instanceof Error ? published.message : undefined);
  if (problem !== undefined) {
    yield error("redis", `${place} passes no messages on ${prefix}…: ${problem}`, remedyOf(problem));
    return;
  }
  if (!heard.includes(mark)) {
    yield error(
      "redis",
      `${place} took a message and did not pass it on`,
      "Connect without a proxy in between",
    );
    return;
  }
  const { kind, version, mode } = session.info;
  const name = `${kind === "valkey" ? "Valkey" : "Redis"} ${version}`;
  const way = mode === "single"
    ? ""
    : mode === "cluster"
    ? ", a cluster,"
    : ", the master that the Sentinels name,";
  yield ok("redis", `${name} at ${place}${way} stores and passes messages under ${prefix}`);
  if (isTooOld(session.info)) {
    yield warning(
      "redis",
      `${name} is older than Redis ${OLDEST_MAJOR}, the oldest that this server is made for`,
      `Update it to Redis ${OLDEST_MAJOR} or later, or Valkey`,
    );
  }
  if (typeof info === "string") yield* judgeMemory(info);
  if (Array.isArray(time)) yield* judgeClock(now() / 1000 - Number(time[0]));
}

function* judgeMemory(info: string): Generator<CheckLine> {
  const { evictionPolicy, maxMemory } = readServerInfo(info);
  if (maxMemory === 0 || evictionPolicy === "noeviction" || evictionPolicy === "") return;
  yield warning(
    "redis",
    `when its memory (${maxMemory} bytes) is full it evicts keys (maxmemory-policy ${evictionPolicy}), members of presence channels among them`,
    "Set maxmemory-policy noeviction, or use a Redis that does not serve as a cache",
  );
}

function* judgeClock(ahead: number): Generator<CheckLine> {
  const seconds = Math.round(Math.abs(ahead));
  if (seconds < NOTABLE) return;
  yield warning(
    "redis",
    `this machine's clock is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} that of Redis`,
    "Set both by NTP (timedatectl set-ntp true)",
  );
}

function reason(failure: unknown): string {
  const words = failure instanceof LinkDown ? failure.reason : reasonOf(failure);
  return NO_REDIS.test(words) ? "what listens there does not speak Redis's protocol" : words;
}

/** How ioredis reports bytes that are no answer of Redis. */
const NO_REDIS = /^(?:Unknown RESP type|Protocol error)/;

/** What to do about a failure, recognized by words of Redis and of the system. */
function remedyOf(reason: string, tls: boolean = false): string {
  if (/WRONGPASS|NOAUTH|invalid password/.test(reason)) return "Correct REDIS_USERNAME and REDIS_PASSWORD";
  if (/NOPERM/.test(reason)) {
    return 'Give the user the rights that docs/scaling.md lists under "An ACL user of its own"';
  }
  if (/speak Redis's protocol/.test(reason)) {
    return "Set REDIS_PORT, or the port of REDIS_URL, to that of Redis (6379 unless it is configured otherwise)";
  }
  if (/DB index/.test(reason)) {
    return "Set REDIS_DB, or the number at the end of REDIS_URL, to one below `databases` of Redis (0 to 15 unless it is " +
      "configured otherwise)";
  }
  if (/EACCES|EPERM/.test(reason)) {
    return "Let the server's user write to the socket's file (unixsocketperm in redis.conf, and the group of Redis), or run " +
      "this as the server's user";
  }
  if (/unknown command/i.test(reason)) return "Use a Redis that has this command: a server needs Lua scripts";
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return "Correct REDIS_HOST";
  if (/READONLY|MASTERDOWN/.test(reason)) return "Name the master, or its Sentinels with REDIS_SENTINELS";
  if (/CLUSTERDOWN/.test(reason)) return "Repair the cluster (redis-cli --cluster check)";
  if (/max number of clients/.test(reason)) {
    return "Raise maxclients of Redis, or close what has its connections";
  }
  if (/^LOADING/.test(reason)) return "Wait until Redis has read its data, and run this again";
  if (/^MISCONF/.test(reason)) {
    return "Mend what keeps Redis from saving its data (the disk is full, or the folder is closed to it; its log says which)";
  }
  if (/^DENIED/.test(reason)) return "Give Redis a password (requirepass), or turn protected-mode off";
  if (/OOM/.test(reason)) return "Give Redis more memory (maxmemory)";
  if (/certificate|altname|self.signed|TLS|SSL/i.test(reason)) {
    return "Correct the TLS options (REDIS_SSL_CAFILE, REDIS_SSL_PEER_NAME), or REDIS_SCHEME where Redis has no TLS";
  }
  if (/no answer/.test(reason) && tls) {
    return "Check that Redis runs and speaks TLS there, or correct REDIS_SCHEME";
  }
  if (/closed the connection|ECONNRESET/.test(reason) && !tls) {
    return "Check whether Redis expects TLS there (REDIS_SCHEME=tls), or lets no other machine in (protected-mode)";
  }
  return "Check that Redis runs and can be reached from here (REDIS_HOST, REDIS_PORT, or REDIS_URL)";
}
