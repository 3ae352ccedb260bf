import { describe, expect, test } from "bun:test";
import type { RedisConfig } from "../../../src/config/config.ts";
import { Environment } from "../../../src/config/environment.ts";
import { Findings } from "../../../src/config/findings.ts";
import { readRedisConfig } from "../../../src/config/redis-config.ts";
import { EnvironmentSource } from "../../../src/config/setting-source.ts";

function read(env: Record<string, string>): { redis: RedisConfig; errors: string[] } {
  const findings = new Findings();
  const redis = readRedisConfig({
    part: "redis",
    sources: [new EnvironmentSource(new Environment(env))],
    findings,
  });
  return { redis, errors: findings.errors };
}

describe("a Redis connection", () => {
  test("is Laravel's when nothing is set, with null and empty values as nothing", () => {
    expect(read({ REDIS_PASSWORD: "null", REDIS_USERNAME: "", REDIS_URL: "" }).redis).toEqual({
      url: undefined,
      host: "127.0.0.1",
      port: 6379,
      username: undefined,
      password: undefined,
      database: 0,
      timeout: 60,
      tls: false,
    });
  });

  test("takes from its URL what the URL says and the rest from the variables", () => {
    const url = "rediss://user:p%40ss@redis.test:6380/3";
    expect(read({ REDIS_URL: url, REDIS_HOST: "other", REDIS_TIMEOUT: "2.5" }).redis).toEqual({
      url,
      host: "redis.test",
      port: 6380,
      username: "user",
      password: "p@ss",
      database: 3,
      timeout: 2.5,
      tls: true,
    });
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
