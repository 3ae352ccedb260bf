import type { RedisConfig } from "../config/config.ts";
import { openSession } from "./open-session.ts";
import type { PairOptions } from "./redis-pair.ts";
import type { RedisLink, RedisLinkEvents } from "./redis-link.ts";
import { systemTimers, type Timers } from "../failures/timers.ts";
import type { OpenWire } from "./redis-wire.ts";
import { ReconnectingLink } from "./reconnecting-link.ts";

/** What a link needs besides the place of Redis. */
export interface RedisLinkOptions {
  /** Seconds that an answer may take before Redis counts as away (`scaling.command_timeout`). */
  readonly commandTimeout: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** From 0 up to 1, for the jitter between attempts. */
  readonly random: () => number;
  readonly timers?: Timers | undefined;
  /** How connections are opened, where not through the network. */
  readonly openWire?: OpenWire | undefined;
}

/** Milliseconds for a connection at most, also where the configuration allows more: a Redis that is away must be noticed and tried again. */
const CONNECT_TIMEOUT = 5000;

/** A link to the Redis that the configuration names, by any of the ways to name it. Nothing happens before `start`. */
export function createRedisLink(
  config: RedisConfig,
  events: RedisLinkEvents,
  { commandTimeout, now, random, timers = systemTimers, openWire }: RedisLinkOptions,
): RedisLink {
  const options: PairOptions = {
    config,
    connectTimeout: config.timeout === 0 ? CONNECT_TIMEOUT : Math.min(config.timeout * 1000, CONNECT_TIMEOUT),
    commandTimeout: commandTimeout * 1000,
    ...{ now, timers, openWire },
  };
  return new ReconnectingLink((listener) => openSession(options, listener), events, random, timers);
}
