import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { ConfigError } from "../../../src/config/config-error.ts";
import { applicationSettings } from "../../../src/config/settings/application-settings.ts";
import { redisSettings } from "../../../src/config/settings/redis-settings.ts";
import { serverSettings, unusedSettings } from "../../../src/config/settings/server-settings.ts";
import { settingsOf } from "../../../src/config/settings/setting.ts";
import { redisConfig } from "../../support/redis-config.ts";
import { credentials, load, refusal } from "./memory-files.ts";

describe("the environment alone", () => {
  test("gives Reverb's defaults around one application", () => {
    expect(load({ env: credentials })).toEqual({
      server: {
        host: "0.0.0.0",
        port: 8080,
        path: "",
        hostname: "",
        maxRequestSize: 10_000,
        tls: {},
        scaling: {
          enabled: false,
          channel: "reverb",
          mixed: false,
          prefix: "resound:reverb:",
          server: redisConfig(),
          required: false,
          leaseSeconds: 15,
          commandTimeout: 2,
          queueMaxEvents: 10_000,
          queueMaxBytes: 16_777_216,
          queueMaxSeconds: 30,
          interestLingerSeconds: 2,
        },
        stream: { enabled: false, leaseSeconds: 5, startDelay: 3 },
        pulseEnabled: "auto",
        pulseIngestInterval: 15,
        strictApiAuthentication: true,
        maxBacklogBytes: 1_048_576,
        compression: "off",
        reusePort: false,
        workers: 1,
        drainDelay: "auto",
        welcomeRate: 3_000,
        drainSeconds: 3,
        socketMode: "660",
        trustedProxies: [],
        logLevel: "info",
        logFormat: "text",
        metricsHost: "127.0.0.1",
        metricsPort: undefined,
        metricsMaxApplications: 100,
        metricsAllowedHosts: [],
        cacheMaxEvents: 10_000,
        cacheMaxBytes: 67_108_864,
        dashboardEnabled: false,
        dashboardOnMainPort: false,
        dashboardHost: "127.0.0.1",
        dashboardPort: 8081,
        dashboardAllowedAddresses: [],
        dashboardAllowedHosts: [],
        soketi: { routes: false, memoryThreshold: 85, seriesPrefix: undefined },
        webhooks: {
          holdSeconds: 3,
          batchEvents: 50,
          batchSeconds: 0.1,
          timeout: 5,
          retrySeconds: 300,
          queueMaxEvents: 10_000,
          queueMaxBytes: 16_777_216,
          refusePrivateAddresses: false,
        },
      },
      provider: { kind: "config" },
      applications: [{
        id: "1",
        key: "k",
        secret: "s",
        enabled: true,
        allowedOrigins: ["*"],
        pingInterval: 60,
        activityTimeout: 30,
        maxConnections: undefined,
        maxConnectionsPerAddress: undefined,
        maxApiCallsPerSecond: undefined,
        maxClientEventsPerSecond: undefined,
        signInSeconds: undefined,
        maxMessageSize: 10_000,
        acceptClientEventsFrom: "members",
        rateLimiting: { enabled: false, maxAttempts: 60, decaySeconds: 60, terminateOnLimit: false },
        maxChannelsPerConnection: 500,
        maxChannels: 250_000,
        maxChannelBytes: 33_554_432,
        maxChannelNameLength: 200,
        maxChannelsPerEvent: 1_000,
        maxEventsPerBatch: 1_000,
        subscriptionCount: false,
        webhooks: [],
        idempotency: { seconds: 600, maxKeys: 100_000, maxBytes: 33_554_432 },
        recovery: {
          enabled: false,
          channels: ["*"],
          seconds: 120,
          maxEvents: 1_000,
          maxBytes: 67_108_864,
          acknowledgeEvery: 20,
          acknowledge: "ping",
          holdSeconds: 15,
          rewind: [],
          history: [],
        },
      }],
      files: [],
      warnings: [],
      development: false,
      restartSignal: { kind: "none" },
      pulse: { kind: "off" },
    });
  });

  test("sets every setting that Laravel's stock file asks it for", () => {
    const config = load({
      env: {
        ...credentials,
        REVERB_SERVER_HOST: "127.0.0.1",
        REVERB_SERVER_PORT: "9000",
        REVERB_SERVER_PATH: "ws/",
        REVERB_HOST: "https://laravel.test:8080",
        REVERB_MAX_REQUEST_SIZE: "20000",
        REVERB_SCALING_ENABLED: "true",
        REVERB_SCALING_CHANNEL: "other",
        REVERB_APP_PING_INTERVAL: "10",
        REVERB_APP_ACTIVITY_TIMEOUT: "11",
        REVERB_APP_MAX_CONNECTIONS: "12",
        REVERB_APP_MAX_MESSAGE_SIZE: "13",
        REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: "none",
        REVERB_APP_RATE_LIMITING_ENABLED: "(true)",
        REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS: "14",
        REVERB_APP_RATE_LIMIT_DECAY_SECONDS: "15",
        REVERB_APP_RATE_LIMIT_TERMINATE: "1",
        REVERB_APP_ALLOWED_ORIGINS: "a.com,*.b.com",
        REDIS_HOST: "redis.test",
      },
    });
    expect(config.server).toMatchObject({
      host: "127.0.0.1",
      port: 9000,
      path: "/ws",
      hostname: "laravel.test",
      maxRequestSize: 20_000,
      scaling: { enabled: true, channel: "other", server: { host: "redis.test" } },
    });
    expect(config.applications[0]).toMatchObject({
      allowedOrigins: ["a.com", "*.b.com"],
      pingInterval: 10,
      activityTimeout: 11,
      maxConnections: 12,
      maxMessageSize: 13,
      acceptClientEventsFrom: "none",
      rateLimiting: { enabled: true, maxAttempts: 14, decaySeconds: 15, terminateOnLimit: true },
    });
  });

  test("comes from a .env file too, which is then among the files", () => {
    const contents = { ".env": "REVERB_APP_ID=1\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=s" };
    expect(load({ contents })).toMatchObject({ files: [".env"], development: false });
  });

  test("treats empty and null values as not set", () => {
    const env = { ...credentials, REVERB_APP_MAX_CONNECTIONS: "", REVERB_SERVER_PORT: "null" };
    const config = load({ env });
    expect(config.applications[0]?.maxConnections).toBeUndefined();
    expect(config.server.port).toBe(8080);
  });
});

describe("a setting without effect", () => {
  test.each(["15", "0", "often"])("is accepted in silence, with the value %s as well", (value) => {
    const variables = load({ env: { ...credentials, REVERB_TELESCOPE_INGEST_INTERVAL: value } });
    expect(variables.warnings).toEqual([]);
    const php = `<?php return ['servers' => ['reverb' => ['telescope_ingest_interval' => '${value}']]];`;
    const file = load({ env: credentials, contents: { "config/reverb.php": php } });
    expect(file.warnings).toEqual([]);
    expect(file.server).not.toHaveProperty("telescopeIngestInterval");
  });
});

describe("flags", () => {
  test("come before the environment", () => {
    const flags = { host: "::1", port: 0, path: "/x", hostname: "a.test" };
    const env = { ...credentials, REVERB_SERVER_PORT: "9000", REVERB_SERVER_HOST: "10.0.0.1" };
    expect(load({ flags, env }).server).toMatchObject(flags);
  });

  test("left empty they count as not given", () => {
    const env = { ...credentials, REVERB_SERVER_PORT: "9000" };
    expect(load({ flags: { port: "", host: undefined }, env }).server.port).toBe(9000);
  });

  test("are named by a wrong value", () => {
    expect(refusal({ flags: { port: "eighty" }, env: credentials })).toEqual([
      '--port: expected a port from 1 to 65535 (or 0 for any free one), got "eighty"',
    ]);
  });
});

describe("what is wrong", () => {
  test("is all reported at once, each with its place and no secret", () => {
    const contents = {
      ".env":
        "REVERB_APP_ID=1\nREVERB_APP_KEY='a b'\nREVERB_APP_SECRET=\"hunter\\n2\"\nREVERB_SERVER_PORT=eighty",
    };
    expect(refusal({ contents, env: { REVERB_DRAIN_SECONDS: "-1" } })).toEqual([
      '.env:4 REVERB_SERVER_PORT: expected a port from 1 to 65535 (or 0 for any free one), got "eighty"',
      'environment variable REVERB_DRAIN_SECONDS: expected a number of seconds from 0 to 3600, got "-1"',
      '.env:2 REVERB_APP_KEY: expected a text without spaces, slashes, `?`, `#` and control characters, got "a b"',
      ".env:3 REVERB_APP_SECRET: expected a text without control characters, got a text of 8 characters",
    ]);
  });

  test("with Redis is no error without scaling", () => {
    const env = { ...credentials, REDIS_PORT: "none" };
    expect(load({ env }).server.scaling.server.port).toBe(6379);
    expect(refusal({ env: { ...env, REVERB_SCALING_ENABLED: "true" } })).toEqual([
      'environment variable REDIS_PORT: expected a port from 1 to 65535, got "none"',
    ]);
  });

  test("with the folder is reported by itself", () => {
    expect(refusal({ directory: "/nowhere" })).toEqual(["Cannot read the folder /nowhere: no such folder"]);
  });
});

test("any variables give a configuration or a ConfigError", () => {
  const groups = [serverSettings, unusedSettings, redisSettings, applicationSettings];
  const names = groups.flatMap((group) => settingsOf(group).map(({ env }) => env ?? ""));
  const value = fc.oneof(fc.string(), fc.constantFrom("1", "true", "null", "redis://h:1/0", "a,b", "/x/y"));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names, "APP_ENV"), value), (env) => {
      try {
        load({ env });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("the configuration and everything in it is frozen", () => {
  const config = load({ env: credentials });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.server.scaling.server)).toBe(true);
  expect(Object.isFrozen(config.applications[0]?.allowedOrigins)).toBe(true);
  expect(Object.isFrozen(config.warnings)).toBe(true);
});
