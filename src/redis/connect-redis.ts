import { Redis } from "ioredis";
import type { RedisConfig } from "../config/config.ts";

/** A connection to Redis, as far as single commands need it. */
export type RedisConnection = Pick<Redis, "get" | "multi" | "disconnect">;

/** Milliseconds for a connection or an answer where the configuration has no bound of its own. */
const TIMEOUT = 5000;

/**
 * Opens a connection for commands now and then. It does not reconnect by itself: whoever uses it asks again later. Rejects with
 * the system's reason (`connect ECONNREFUSED …`), not with ioredis's own summary of it.
 */
export async function connectRedis(config: RedisConfig): Promise<RedisConnection> {
  const { host, port, username, password, database } = config;
  const redis = new Redis({
    // Laravel takes the path of a Unix socket as a host, with port 0 or none.
    ...(host.startsWith("/") ? { path: host } : { host, port }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(config.tls ? { tls: {} } : {}),
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
