import type { RedisCommand, RedisInfo } from "./redis-link.ts";

/** A link while it is up. It is connected until it is lost; after that it can be used no more, and another one is opened. */
export interface RedisSession {
  readonly info: RedisInfo;
  run(commands: readonly RedisCommand[]): Promise<readonly unknown[]>;
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): void;
  barrier(channel: string): Promise<void>;
  /** Ends it without calling its listener. */
  close(): void;
}

/** What a session announces, from the event loop. */
export interface SessionListener {
  /** Called once, and never after `close`. */
  lost(reason: string): void;
  message(channel: string, payload: string): void;
  moved(channels: readonly string[]): void;
}

/** What a server answers when another one is in charge: after a failover, in a minority, while it loads its data. */
const WRONG_SERVER = /^(?:READONLY|MASTERDOWN|LOADING|CLUSTERDOWN)\b/;

/** The answer that says that another server is in charge; `undefined` where there is none. */
export function wrongServer(results: readonly unknown[]): string | undefined {
  for (const result of results) {
    if (result instanceof Error && WRONG_SERVER.test(result.message)) return result.message;
  }
  return undefined;
}
