import type { ScalingConfig } from "../config/config.ts";

/**
 * How long this node waits for Redis and for the other nodes, in milliseconds. All of it grows with `scaling.command_timeout`, beyond that
 * setting's default: where Redis may take longer, what comes from there is waited for longer.
 */
export interface RedisPatience {
  /** For the answer to a question, before this node answers alone. */
  readonly question: number;
  /** For what a client or a call of the API waits for. */
  readonly call: number;
  /** For the other nodes to come back to Redis: the longest pause between two attempts to reach it, and a second more. */
  readonly others: number;
  /** For leaving the cluster. */
  readonly farewell: number;
}

/** Seconds of the setting's default. */
const DEFAULT = 2;

/** What a node waits by its configuration. */
export function redisPatience({ commandTimeout }: Pick<ScalingConfig, "commandTimeout">): RedisPatience {
  const timeout = Math.max(commandTimeout, DEFAULT) * 1000;
  return { question: timeout / 4, call: timeout / 2, others: timeout + 1000, farewell: timeout };
}
