import { describe, expect, test } from "bun:test";
import type { RedisConfig } from "../../../src/config/config.ts";
import { Environment } from "../../../src/config/sources/environment.ts";
import { Findings } from "../../../src/config/findings.ts";
import { readRedisConfig } from "../../../src/config/redis-config.ts";
import { EnvironmentSource } from "../../../src/config/sources/setting-source.ts";
import { redisConfig } from "../../support/redis-config.ts";
import { load, refusal } from "./memory-files.ts";

function read(env: Record<string, string>): { redis: RedisConfig; errors: string[] } {
  const findings = new Findings();
  const redis = readRedisConfig({
    part: "redis",
    sources: [new EnvironmentSource(new Environment(env))],
    findings,
    directory: "/app",
  });
  return { redis, errors: findings.errors };
}

describe("a Redis connection", () => {
  test("is Laravel's when nothing is set, with null and empty values as nothing", () => {
    expect(read({ REDIS_PASSWORD: "null", REDIS_USERNAME: "", REDIS_URL: "" }).redis).toEqual(redisConfig());
  });

  test("takes the parts of its URL, and the rest from the variables", () => {
    const url = "rediss://user:p%40ss@redis.test:6380/3";
    expect(read({ REDIS_URL: url, REDIS_HOST: "other", REDIS_TIMEOUT: "2.5" }).redis).toEqual(redisConfig({
      url,
      host: "redis.test",
      port: 6380,
      username: "user",
      password: "p@ss",
      database: 3,
      timeout: 2.5,
      tls: true,
    }));
    const { redis } = read({ REDIS_URL: "redis://redis.test", REDIS_PASSWORD: "p", REDIS_DB: "2" });
    expect(redis).toMatchObject({ host: "redis.test", port: 6379, password: "p", database: 2, tls: false });
  });

  test("knows Laravel's three ways to ask for TLS", () => {
    expect(read({ REDIS_SCHEME: "tls" }).redis.tls).toBe(true);
    expect(read({ REDIS_HOST: "tls://redis.test" }).redis).toMatchObject({ host: "redis.test", tls: true });
    expect(read({ REDIS_URL: "tls://redis.test" }).redis.tls).toBe(true);
  });

  test("a URL host may be an IPv6 address", () => {
    expect(read({ REDIS_URL: "redis://[::1]:6380" }).redis).toMatchObject({ host: "::1", port: 6380 });
  });

  for (const url of ["hunter2", "http://hunter2", "redis://", "redis://:hun%ter2@h", "redis://h/hunter2"]) {
    test(`the URL ${url} is refused without being shown`, () => {
      expect(read({ REDIS_URL: url }).errors).toEqual([
        "environment variable REDIS_URL: expected a URL such as redis://user:password@127.0.0.1:6379/0, " +
        `got a text of ${url.length} characters`,
      ]);
    });
  }

  test("a password with control characters is refused without being shown", () => {
    expect(read({ REDIS_PASSWORD: "hunter\r\n2" }).errors).toEqual([
      "environment variable REDIS_PASSWORD: expected a text without control characters, got a text of 9 characters",
    ]);
  });
});

describe("a Unix socket", () => {
  for (const host of ["/run/redis.sock", "unix:/run/redis.sock", "unix:///run/redis.sock"]) {
    test(`may be written as ${host}, with port 0`, () => {
      const { redis, errors } = read({ REDIS_HOST: host, REDIS_PORT: "0" });
      expect(redis).toMatchObject({ host: "/run/redis.sock", socket: "/run/redis.sock", tls: false });
      expect(errors).toEqual([]);
    });
  }

  test("may be the URL", () => {
    const { redis } = read({ REDIS_URL: "unix:///run/redis.sock", REDIS_PASSWORD: "p" });
    expect(redis).toMatchObject({ socket: "/run/redis.sock", password: "p" });
  });

  test("excludes TLS and Sentinels", () => {
    expect(read({ REDIS_HOST: "/run/redis.sock", REDIS_SCHEME: "tls", REDIS_SENTINELS: "s1" }).errors)
      .toEqual([
        "environment variable REDIS_HOST: expected either a Unix socket or sentinels, got both",
        "environment variable REDIS_HOST: expected either a Unix socket or TLS, got both",
      ]);
  });
});

describe("Sentinels and cluster nodes", () => {
  test("are lists of addresses, whose port may be left out", () => {
    const { redis, errors } = read({
      REDIS_SENTINELS: "s1:26380, s2 ,[::1]:26381,[::2],10.0.0.1",
      REDIS_SENTINEL_SERVICE: "shop",
      REDIS_SENTINEL_PASSWORD: "p",
    });
    expect(errors).toEqual([]);
    expect(redis).toMatchObject({
      sentinels: [
        { host: "s1", port: 26380 },
        { host: "s2", port: 26379 },
        { host: "::1", port: 26381 },
        { host: "::2", port: 26379 },
        { host: "10.0.0.1", port: 26379 },
      ],
      service: "shop",
      sentinelPassword: "p",
    });
    expect(read({ REDIS_CLUSTER_NODES: "a,b:7001,::1" }).redis.cluster).toEqual([
      { host: "a", port: 6379 },
      { host: "b", port: 7001 },
      { host: "::1", port: 6379 },
    ]);
  });

  test.each(["a b", "a:0", "a:99999", "redis://a", "a:x"])("an address %p is refused", (address) => {
    expect(read({ REDIS_CLUSTER_NODES: `ok,${address}` }).errors).toEqual([
      "environment variable REDIS_CLUSTER_NODES: expected a list of servers such as redis-1:6379, redis-2:6379, " +
      `got "ok,${address}"`,
    ]);
  });

  test("cannot both be there, and a cluster has database 0", () => {
    expect(read({ REDIS_CLUSTER_NODES: "a", REDIS_SENTINELS: "b", REDIS_DB: "2" }).errors).toEqual([
      "environment variable REDIS_SENTINELS: expected either sentinels or a cluster, got both",
      "environment variable REDIS_DB: expected 0, got 2: a Redis Cluster has one database",
    ]);
  });
});

test("port 0 without a Unix socket is refused", () => {
  expect(read({ REDIS_PORT: "0" }).errors).toEqual([
    "environment variable REDIS_PORT: expected a port from 1 to 65535, got 0, which stands beside a Unix socket only",
  ]);
});

test("a key without its certificate is refused", () => {
  expect(read({ REDIS_SSL_LOCAL_PK: "key.pem" }).errors).toEqual([
    "environment variable REDIS_SSL_LOCAL_PK: expected a certificate (local_cert) beside the key",
  ]);
});

describe("scaling.server of a config/reverb.php", () => {
  const reverb = (scaling: string): string =>
    `<?php return ['servers' => ['reverb' => ['scaling' => ['enabled' => true, ${scaling}]]],
      'apps' => ['apps' => [['app_id' => '1', 'key' => 'k', 'secret' => 's']]]];`;

  test.each([
    ["'ssl' => ['cafile' => 'ca.pem', 'verify_peer_name' => false]"],
    ["'context' => ['cafile' => 'ca.pem', 'verify_peer_name' => false]"],
    ["'context' => ['stream' => ['cafile' => 'ca.pem', 'verify_peer_name' => false]]"],
    ["'context' => ['ssl' => ['cafile' => 'ca.pem', 'verify_peer_name' => false]]"],
  ])("may have TLS options as %s", (options) => {
    const contents = { "config/reverb.php": reverb(`'server' => ['host' => 'tls://redis', ${options}]`) };
    expect(load({ contents }).server.scaling.server).toMatchObject({
      host: "redis",
      tls: true,
      tlsOptions: { caFile: "/site/ca.pem", verifyPeer: true, verifyPeerName: false },
    });
  });

  test("takes from the environment the settings that no stock file asks for", () => {
    const contents = { "config/reverb.php": reverb("'server' => ['host' => 'h', 'password' => 'p']") };
    const env = {
      REDIS_SENTINELS: "s1,s2",
      REDIS_PASSWORD: "not asked for",
      REVERB_SCALING_LEASE_SECONDS: "5",
    };
    const { scaling } = load({ contents, env }).server;
    expect(scaling.server).toMatchObject({ password: "p", sentinels: [{ host: "s1" }, { host: "s2" }] });
    expect(scaling.leaseSeconds).toBe(5);
  });

  test("may list cluster nodes as Laravel's config/database.php does", () => {
    const contents = {
      "config/reverb.php": reverb(
        "'server' => ['cluster' => [['host' => 'a', 'port' => '7000'], ['host' => 'b']]]",
      ),
    };
    expect(load({ contents }).server.scaling.server.cluster).toEqual([
      { host: "a", port: 7000 },
      { host: "b", port: 6379 },
    ]);
  });

  test("the prefix follows the channel, and a channel that cannot be a prefix needs one", () => {
    const file = (scaling: string): Record<string, string> => ({ "config/reverb.php": reverb(scaling) });
    expect(load({ contents: file("'channel' => 'shop'") }).server.scaling.prefix).toBe("resound:shop:");
    expect(load({ contents: file("'channel' => '{a}', 'prefix' => 'x:'") }).server.scaling.prefix).toBe("x:");
    expect(refusal({ contents: file("'channel' => '{a}'") })).toEqual([
      "config/reverb.php:1 servers.reverb.scaling.channel: expected a name without spaces, braces and wildcards, " +
      "since our keys in Redis begin with it; set scaling.prefix (REVERB_SCALING_PREFIX) to keep it",
    ]);
  });
});
