import type { Redis } from "ioredis";
import type { RedisConfig } from "../config/config.ts";
import { systemTimers } from "../failures/timers.ts";
import { findMaster } from "./find-master.ts";
import { loadRedis } from "./load-redis.ts";
import { redisTls } from "./redis-tls.ts";

/** A connection to Redis, as far as single commands need it. */
export type RedisConnection = Pick<Redis, "get" | "multi" | "disconnect">;

/** Milliseconds for a connection or an answer where the configuration has no bound of its own. */
const TIMEOUT = 5000;

/**
 * Opens a connection for commands now and then. It does not reconnect by itself: the caller asks again later. Rejects with
 * the system's reason (`connect ECONNREFUSED …`), not with ioredis's own summary of it.
 */
export async function connectRedis(config: RedisConfig): Promise<RedisConnection> {
  const { socket, username, password, database, sentinels } = config;
  const times = {
    connectTimeout: TIMEOUT,
    commandTimeout: TIMEOUT,
    now: () => performance.now(),
    timers: systemTimers,
  };
  const { host, port } = sentinels.length === 0 ? config : await findMaster({ config, ...times });
  const tls = await redisTls(config);
  const { Redis } = await loadRedis();
  const redis = new Redis({
    ...(socket === undefined ? { host, port } : { path: socket }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    db: database,
    lazyConnect: true,
    connectTimeout: TIMEOUT,
    commandTimeout: TIMEOUT,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  let reason: Error | undefined;
  // Without a listener ioredis prints errors itself; the last one is why a connection ended.
  redis.on("error", (error: Error) => void (reason = error));
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw reason ?? error;
  }
}
