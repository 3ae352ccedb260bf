import { expect, test } from "bun:test";
import { join } from "node:path";
import { Findings } from "../../src/config/findings.ts";
import { readRedisConfig } from "../../src/config/redis-config.ts";
import { Environment } from "../../src/config/sources/environment.ts";
import { readPhpNode } from "../../src/config/sources/php-node.ts";
import { diskFiles } from "../../src/config/sources/text-files.ts";
import { nodeAt } from "../../src/config/sources/config-node.ts";
import { skipWhen } from "../support/skip-when.ts";
import { fetchLaravel } from "./laravel-packages.ts";

const packages = fetchLaravel();
const skip = skipWhen(typeof packages === "string", `Redis URLs beside Laravel's own: ${String(packages)}`);

/** What a connection has besides its URL. */
const BESIDE = {
  host: "beside",
  username: "bob",
  password: "own",
  port: "6390",
  database: "9",
  scheme: "tcp",
};

const URLS = [
  "redis://redis.test",
  "redis://redis.test:6380",
  "redis://redis.test/5",
  "redis://redis.test/",
  "rediss://redis.test",
  "tls://redis.test:6380/2",
  "tcp://redis.test",
  "redis://user:p%40ss@redis.test:6380/3",
  "redis://:p@redis.test",
  "redis://user@redis.test",
  "redis://user:@redis.test",
  "redis://:1234@redis.test",
  "redis://:0123@redis.test",
  "redis://:true@redis.test",
  "redis://:null@redis.test",
  "redis://:%22quoted%22@redis.test",
  "redis://:a+b@redis.test",
  "redis://:a:b@redis.test",
  "redis://[::1]:6380",
  "redis://redis.test?database=5",
  "redis://redis.test/4?database=5",
  "redis://redis.test?password=secret",
  "redis://redis.test?password=a+b%26c",
  "redis://:p@redis.test?password=",
  "redis://redis.test?username=u&password=p&database=2&timeout=7",
  "redis://redis.test?host=other&port=1",
  "redis://redis.test?scheme=tls",
  "//redis.test:6380",
  "redis.test:6380",
  "redis:6380",
  "127.0.0.1:6380/3",
  "redis.test:6380/?database=5",
  "user@redis.test:6380",
  "/5",
  "?database=5&password=p",
  "redis://",
  "redis:///5",
  "redis://h:99999",
  "redis://h:x",
];

/** Laravel's connection as we name its parts. */
function expected(theirs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = (name: string): string | undefined => {
    const value = theirs[name];
    return value === null || value === undefined || value === ""
      ? undefined
      : String(value === true ? 1 : value);
  };
  return {
    host: text("host")?.replace(/^\[(.*)\]$/, "$1"),
    port: Number(theirs["port"]),
    username: text("username"),
    password: text("password"),
    database: Number(theirs["database"]),
    timeout: Number(theirs["timeout"] ?? 60),
    tls: theirs["scheme"] === "tls",
  };
}

test.skipIf(skip)("a Redis URL means to us what it means to Laravel", async () => {
  if (typeof packages === "string") return;
  const connections = [...URLS, ...URLS.map((url) => ({ url, ...BESIDE }))];
  const child = Bun.spawn(["php", join(import.meta.dir, "redis-url.php"), packages.vendor], {
    stdin: new Blob([JSON.stringify(connections)]),
    stdout: "pipe",
  });
  const theirs = JSON.parse(
    await new Response(child.stdout).text(),
  ) as readonly (Record<string, unknown> | "malformed")[];
  expect(theirs).toHaveLength(connections.length);
  for (const [index, connection] of connections.entries()) {
    const findings = new Findings(), their = theirs[index]!;
    const written = typeof connection === "string"
      ? `'${connection}'`
      : `[${Object.entries(connection).map(([name, value]) => `'${name}' => '${value}'`).join(", ")}]`;
    const root = readPhpNode(`<?php return ['default' => ${written}];`, {
      file: "config/database.php",
      environment: new Environment({}),
      directory: "/site",
      files: diskFiles,
    });
    const { host, port, username, password, database, timeout, tls } = readRedisConfig({
      part: "redis",
      connection: nodeAt(root, "default"),
      sources: [],
      findings,
      php: true,
    });
    if (their === "malformed") expect([connection, findings.errors.length]).toEqual([connection, 1]);
    else {
      const defaults = { host: "127.0.0.1", port: 6379, database: 0 };
      const read: unknown = { host, port, username, password, database, timeout, tls };
      expect({ connection, read, errors: findings.errors })
        .toEqual({ connection, read: expected({ ...defaults, ...their }), errors: [] });
    }
  }
});
