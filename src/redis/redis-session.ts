import type { RedisCommand, RedisInfo } from "./redis-link.ts";

/** A link while it is up: connected until it is lost, and then of no use any more. */
export interface RedisSession {
  readonly info: RedisInfo;
  run(commands: readonly RedisCommand[]): Promise<readonly unknown[]>;
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): void;
  barrier(channel: string): Promise<void>;
  /** Ends it without telling its listener. */
  close(): void;
}

/** Hears of a session, from the loop. */
export interface SessionListener {
  /** Told once, and never after `close`. */
  lost(reason: string): void;
  message(channel: string, payload: string): void;
  moved(channels: readonly string[]): void;
}

/** What a server answers that is about to be none of ours: after a failover, in a minority, while it loads. */
const WRONG_SERVER = /^(?:READONLY|MASTERDOWN|LOADING|CLUSTERDOWN)\b/;

/** The answer by which one knows that another server is in charge; `undefined` where there is none. */
export function wrongServer(results: readonly unknown[]): string | undefined {
  for (const result of results) {
    if (result instanceof Error && WRONG_SERVER.test(result.message)) return result.message;
  }
  return undefined;
}
