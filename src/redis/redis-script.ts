import { createHash } from "node:crypto";

/** A Lua script with the name by which Redis knows it. */
export interface RedisScript {
  readonly source: string;
  /** SHA-1 of the source, in hexadecimal (EVALSHA). */
  readonly sha: string;
}

/** Prepares a Lua script; once per script and process is enough. */
export function redisScript(source: string): RedisScript {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}
