import * as v from "valibot";
import type { ValueKind } from "./value-kind.ts";

/** Where one server is reached. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** The port of Redis. Laravel writes 0 beside the path of a Unix socket; without such a path readRedisConfig refuses 0. */
export const redisPort: ValueKind<number> = {
  expects: "a port from 1 to 65535",
  schema: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.trim(), v.regex(/^\d+$/), v.transform(Number))]),
    v.integer(),
    v.minValue(0),
    v.maxValue(65_535),
  ),
  secret: false,
};

/** Redis Cluster would take braces for a hash tag, and an ACL would take wildcards for a pattern. */
const KEY_PREFIX = /^[^\s\p{Cc}{}*?[\]\\]+$/u;

/** Whether a text may begin our keys in Redis. */
export function isKeyPrefix(text: string): boolean {
  return KEY_PREFIX.test(text);
}

/** The beginning of our keys in Redis. */
export const keyPrefix: ValueKind<string> = {
  expects: "a text without spaces, braces and wildcards",
  schema: v.pipe(v.string(), v.check(isKeyPrefix)),
  secret: false,
};

const port = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
  v.integer(),
  v.minValue(1),
  v.maxValue(65_535),
);

/** Addresses of servers: a list, or one text with commas between them; `defaultPort` where one has none. */
export function addressList(defaultPort: number): ValueKind<readonly ServerAddress[]> {
  const text = v.pipe(
    v.string(),
    v.trim(),
    // host, host:port, [IPv6], [IPv6]:port, and an IPv6 address without a port.
    v.regex(
      /^(?:[\p{L}\p{N}._-]+(?::\d+)?|\[[0-9a-fA-F:.]+\](?::\d+)?|[0-9a-fA-F.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/u,
    ),
    v.transform((written): ServerAddress => {
      const [, host = written, ownPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(written) ?? [];
      return {
        host: host.replace(/^\[(.*)\]$/, "$1"),
        port: ownPort === undefined ? defaultPort : Number(ownPort),
      };
    }),
    v.check((address) => address.port >= 1 && address.port <= 65_535),
  );
  const entry = v.object({ host: v.pipe(v.string(), v.minLength(1)), port: v.optional(port, defaultPort) });
  return {
    expects: `a list of servers such as redis-1:${defaultPort}, redis-2:${defaultPort}`,
    schema: v.pipe(
      v.union([
        v.array(v.union([text, entry])),
        v.pipe(
          v.string(),
          v.transform((list) => list.split(",").map((part) => part.trim()).filter((part) => part !== "")),
          v.array(text),
        ),
      ]),
      v.readonly(),
    ),
    secret: false,
  };
}
