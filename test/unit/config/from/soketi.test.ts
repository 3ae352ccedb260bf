import { describe, expect, test } from "bun:test";
import type { Config } from "../../../../src/config/config.ts";
import { load, type LoadCase, refusal } from "../memory-files.ts";

const application = {
  SOKETI_DEFAULT_APP_ID: "shop",
  SOKETI_DEFAULT_APP_KEY: "shop-key",
  SOKETI_DEFAULT_APP_SECRET: "shop-secret",
};

function fromSoketi(env: Readonly<Record<string, string>>, options: LoadCase = {}): Config {
  return load({ env: { ...application, ...env }, from: "soketi", ...options });
}

describe("soketi's variables", () => {
  test("are the application, the port and the limits as there, with soketi's defaults", () => {
    const { server, applications, from, warnings } = fromSoketi({});
    expect(from).toBe("soketi");
    expect(server).toMatchObject({
      host: "0.0.0.0",
      port: 6001,
      path: "",
      maxRequestSize: 104_857_600,
      metricsPort: undefined,
      scaling: { enabled: false },
      soketi: { routes: true, memoryThreshold: 85, seriesPrefix: undefined },
      webhooks: { batchEvents: 1 },
    });
    expect(applications).toHaveLength(1);
    expect(applications[0]).toMatchObject({
      id: "shop",
      key: "shop-key",
      secret: "shop-secret",
      enabled: true,
      allowedOrigins: ["*"],
      acceptClientEventsFrom: "none",
      maxConnections: undefined,
      maxMessageSize: 103_424,
    });
    expect(warnings).toEqual([]);
  });

  test("say where the server listens and how long a stop takes", () => {
    const { server } = fromSoketi({
      SOKETI_HOST: "127.0.0.1",
      SOKETI_PORT: "7001",
      SOKETI_PATH_PREFIX: "/ws",
      SOKETI_SHUTDOWN_GRACE_PERIOD: "5000",
      SOKETI_HTTP_ACCEPT_TRAFFIC_MEMORY_THRESHOLD: "70",
    });
    expect(server).toMatchObject({ host: "127.0.0.1", port: 7001, path: "/ws", drainSeconds: 5 });
    expect(server.soketi.memoryThreshold).toBe(70);
  });

  test("limit the application as there, and not where they say -1", () => {
    const limited = fromSoketi({
      SOKETI_DEFAULT_APP_MAX_CONNS: "100",
      SOKETI_DEFAULT_APP_ENABLE_CLIENT_MESSAGES: "true",
      SOKETI_DEFAULT_APP_MAX_BACKEND_EVENTS_PER_SEC: "50",
      SOKETI_DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SEC: "10",
      SOKETI_CHANNEL_LIMITS_MAX_NAME_LENGTH: "120",
      SOKETI_EVENT_MAX_CHANNELS_AT_ONCE: "20",
      SOKETI_EVENT_MAX_BATCH_SIZE: "5",
      SOKETI_EVENT_MAX_SIZE_IN_KB: "200",
    });
    expect(limited.applications[0]).toMatchObject({
      maxConnections: 100,
      acceptClientEventsFrom: "members",
      maxApiCallsPerSecond: 50,
      maxClientEventsPerSecond: 10,
      rateLimiting: { enabled: false },
      maxChannelNameLength: 120,
      maxChannelsPerEvent: 20,
      maxEventsPerBatch: 5,
      maxMessageSize: 205_824,
    });
    const open = fromSoketi({ SOKETI_DEFAULT_APP_MAX_CONNS: "-1", SOKETI_DEFAULT_APP_ENABLED: "false" });
    expect(open.applications[0]).toMatchObject({ maxConnections: undefined, enabled: false });
  });

  test("switch the metrics on, with soketi's series beside ours", () => {
    const { server } = fromSoketi({ SOKETI_METRICS_ENABLED: "1" });
    expect(server).toMatchObject({ metricsHost: "0.0.0.0", metricsPort: 9601, metricsAllowedHosts: ["*"] });
    expect(server.soketi.seriesPrefix).toBe("soketi_");
    const other = fromSoketi({
      SOKETI_METRICS_ENABLED: "true",
      SOKETI_METRICS_HOST: "127.0.0.1",
      SOKETI_METRICS_SERVER_PORT: "9700",
      SOKETI_METRICS_PROMETHEUS_PREFIX: "ws_",
    }).server;
    expect(other).toMatchObject({ metricsHost: "127.0.0.1", metricsPort: 9700 });
    expect(other.soketi.seriesPrefix).toBe("ws_");
    expect(fromSoketi({ SOKETI_METRICS_SERVER_PORT: "9700" }).server.metricsPort).toBe(undefined);
  });

  test("name the certificate, also its passphrase", () => {
    const { server } = fromSoketi({
      SOKETI_SSL_CERT: "/c.pem",
      SOKETI_SSL_KEY: "/k.pem",
      SOKETI_SSL_PASS: "p",
    });
    expect(server.tls).toEqual({ local_cert: "/c.pem", local_pk: "/k.pem", passphrase: "p" });
  });

  test("have webhooks, one event a request unless they are batched", () => {
    const webhooks = JSON.stringify([{
      url: "https://shop.example/hook",
      event_types: ["channel_occupied", "member_added"],
      headers: { "X-Token": "t" },
      filter: { channel_name_starts_with: "private-" },
    }]);
    const { server, applications } = fromSoketi({
      SOKETI_DEFAULT_APP_WEBHOOKS: webhooks,
      SOKETI_WEBHOOKS_BATCHING: "1",
      SOKETI_WEBHOOKS_BATCHING_DURATION: "200",
    });
    expect(server.webhooks).toMatchObject({ batchEvents: 50, batchSeconds: 0.2 });
    expect(applications[0]?.webhooks).toEqual([{
      url: "https://shop.example/hook",
      events: ["channel_occupied", "member_added"],
      headers: { "X-Token": "t" },
      filter: { prefix: "private-", suffix: "" },
    }]);
  });
});

describe("soketi's Redis", () => {
  test("is that of the cluster where the adapter is redis", () => {
    const { scaling } = fromSoketi({
      SOKETI_ADAPTER_DRIVER: "redis",
      SOKETI_DB_REDIS_HOST: "redis.internal",
      SOKETI_DB_REDIS_PORT: "6380",
      SOKETI_DB_REDIS_DB: "2",
      SOKETI_DB_REDIS_USERNAME: "ws",
      SOKETI_DB_REDIS_PASSWORD: "pw",
      SOKETI_ADAPTER_REDIS_PREFIX: "blue:",
    }).server;
    expect(scaling).toMatchObject({
      enabled: true,
      prefix: "resound:blue:",
      server: { host: "redis.internal", port: 6380, database: 2, username: "ws", password: "pw" },
    });
  });

  test("may be found by Sentinels", () => {
    const { server } = fromSoketi({
      SOKETI_ADAPTER_DRIVER: "redis",
      SOKETI_DB_REDIS_SENTINELS: '[{"host":"s1","port":26379},{"host":"s2","port":26380}]',
      SOKETI_DB_REDIS_INSTANCE_NAME: "main",
      SOKETI_DB_REDIS_SENTINEL_PASSWORD: "sp",
    }).server.scaling;
    expect(server).toMatchObject({
      sentinels: [{ host: "s1", port: 26379 }, { host: "s2", port: 26380 }],
      service: "main",
      sentinelPassword: "sp",
    });
  });

  test("may be a Redis Cluster", () => {
    const { server } = fromSoketi({
      SOKETI_ADAPTER_DRIVER: "redis",
      SOKETI_ADAPTER_REDIS_CLUSTER_MODE: "true",
      SOKETI_DB_REDIS_CLUSTER_NODES: '[{"host":"r1","port":7000},{"host":"::1","port":7001}]',
    }).server.scaling;
    expect(server.cluster).toEqual([{ host: "r1", port: 7000 }, { host: "::1", port: 7001 }]);
  });

  test("is not needed for a queue or limits alone", () => {
    const { server, warnings } = fromSoketi({
      SOKETI_QUEUE_DRIVER: "redis",
      SOKETI_RATE_LIMITER_DRIVER: "redis",
      SOKETI_DB_REDIS_HOST: "redis.internal",
    });
    expect(server.scaling.enabled).toBe(false);
    expect(warnings).toEqual([]);
  });
});

describe("soketi's applications in a database", () => {
  test.each([
    ["mysql", "MYSQL", "3306"],
    ["postgres", "POSTGRES", "5432"],
  ])("are looked up there: %s", (driver, name, port) => {
    const { provider, applications } = fromSoketi({
      SOKETI_APP_MANAGER_DRIVER: driver,
      [`SOKETI_APP_MANAGER_${name}_TABLE`]: "tenants",
      [`SOKETI_DB_${name}_HOST`]: "db.internal",
      [`SOKETI_DB_${name}_USERNAME`]: "u@x",
      [`SOKETI_DB_${name}_PASSWORD`]: "p/w:1",
      [`SOKETI_DB_${name}_DATABASE`]: "apps",
      SOKETI_APP_MANAGER_CACHE_ENABLED: "1",
      SOKETI_APP_MANAGER_CACHE_TTL: "30",
    });
    expect(applications).toEqual([]);
    expect(provider).toMatchObject({
      kind: "database",
      table: "tenants",
      cacheSeconds: 30,
      connection: {
        kind: driver,
        host: "db.internal",
        port: Number(port),
        username: "u@x",
        password: "p/w:1",
        database: "apps",
      },
      defaults: { maxMessageSize: 103_424 },
    });
  });

  test("in DynamoDB are an error that names the ways out", () => {
    const [message] = refusal({
      env: { ...application, SOKETI_APP_MANAGER_DRIVER: "dynamodb" },
      from: "soketi",
    });
    expect(message).toBe(
      'environment variable SOKETI_APP_MANAGER_DRIVER: expected array, mysql or postgres, got "dynamodb", which cannot be read from ' +
        "here; write the applications in a resound.toml, or let an address answer for them (apps.provider = http)",
    );
  });
});

describe("soketi's config file", () => {
  const contents = {
    "soketi.json": JSON.stringify({
      "port": 7002,
      "metrics": { enabled: true, prometheus: { prefix: "x_" } },
      "appManager.array.apps": [
        { id: "one", key: "k1", secret: "s1", enableClientMessages: true, maxPresenceMembersPerChannel: 10 },
        { id: "two", key: "k2", secret: "s2", maxConnections: 5 },
      ],
    }),
  };

  test("has options with dots or in objects, and any number of applications", () => {
    const { server, applications, files, warnings } = load({
      contents,
      env: { SOKETI_HOST: "127.0.0.1" },
      from: "soketi",
      configFile: "/site/soketi.json",
    });
    expect(server).toMatchObject({ host: "127.0.0.1", port: 7002, metricsPort: 9601 });
    expect(server.soketi.seriesPrefix).toBe("x_");
    expect(
      applications.map((
        { id, maxConnections, acceptClientEventsFrom },
      ) => [id, maxConnections, acceptClientEventsFrom]),
    )
      .toEqual([["one", undefined, "members"], ["two", 5, "none"]]);
    expect(files).toEqual(["/site/soketi.json"]);
    expect(warnings).toEqual([
      "/site/soketi.json appManager.array.apps.0.maxPresenceMembersPerChannel: has no counterpart here: a presence channel takes " +
      "every user",
    ]);
  });

  test("that is no JSON is refused without showing it", () => {
    expect(
      refusal({ contents: { "s.json": '{"secret": oops}' }, from: "soketi", configFile: "/site/s.json" }),
    )
      .toEqual(["Cannot read /site/s.json: it is no JSON"]);
    expect(refusal({ from: "soketi", configFile: "/site/none.json" })).toEqual([
      "Cannot read /site/none.json: no such file",
    ]);
  });
});

describe("what has no counterpart", () => {
  test("is named, one line each", () => {
    const { warnings } = fromSoketi({
      SOKETI_ADAPTER_DRIVER: "cluster",
      SOKETI_CLUSTER_PORT: "11002",
      SOKETI_PRESENCE_MAX_MEMBERS: "50",
      SOKETI_QUEUE_DRIVER: "sqs",
      SOKETI_MODE: "worker",
      SOKETI_DEBUG: "1",
      SOKETI_SSL_CA: "/ca.pem",
      SOKETI_MADE_UP: "1",
    });
    expect(warnings).toHaveLength(8);
    for (
      const name of "ADAPTER_DRIVER CLUSTER_PORT PRESENCE_MAX_MEMBERS QUEUE_DRIVER MODE DEBUG SSL_CA MADE_UP"
        .split(" ")
    ) {
      expect(warnings.filter((line) => line.startsWith(`environment variable SOKETI_${name}: `)))
        .toHaveLength(1);
    }
  });
});

describe("Reverb's own configuration", () => {
  const own = { REVERB_APP_ID: "1", REVERB_APP_KEY: "k", REVERB_APP_SECRET: "s" };

  test("goes before soketi's, with a warning", () => {
    const { applications, server, warnings, from } = fromSoketi(own);
    expect(applications[0]?.id).toBe("1");
    expect(server.port).toBe(8080);
    expect(from).toBe(undefined);
    expect(warnings).toEqual([
      "--from soketi: has no effect, since REVERB_APP_ID configures an application; take one of them out",
    ]);
    const toml = '[[apps]]\napp_id = "t"\nkey = "k"\nsecret = "s"\n';
    expect(fromSoketi({}, { contents: { "resound.toml": toml } }).applications[0]?.id).toBe("t");
  });

  test("of a stock config/reverb.php without credentials is none", () => {
    const php =
      "<?php return ['servers' => ['reverb' => ['port' => 9000]], 'apps' => ['apps' => [['key' => env('REVERB_APP_KEY'), " +
      "'secret' => env('REVERB_APP_SECRET'), 'app_id' => env('REVERB_APP_ID')]]]];";
    expect(fromSoketi({}, { contents: { "config/reverb.php": php } }).applications[0]?.id).toBe("shop");
  });

  test("still has variables for what soketi only has a default for", () => {
    const env = { REVERB_SERVER_PORT: "8080", REVERB_METRICS_PORT: "9100" };
    expect(fromSoketi(env).server).toMatchObject({ port: 8080, metricsPort: 9100 });
    expect(fromSoketi({ ...env, SOKETI_PORT: "6002" }).server.port).toBe(6002);
  });
});

test("without credentials the application is soketi's default one, with a warning", () => {
  const { applications, warnings } = load({ env: { SOKETI_PORT: "6001" }, from: "soketi" });
  expect(applications[0]).toMatchObject({ id: "app-id", key: "app-key", secret: "app-secret" });
  expect(warnings).toEqual([
    "SOKETI_DEFAULT_APP_SECRET is not set: the secret is soketi's default, app-secret, which every reader of its documentation can " +
    "sign with; set it, and SOKETI_DEFAULT_APP_ID and SOKETI_DEFAULT_APP_KEY",
  ]);
});

test("a variable goes before soketi's config file, as there", () => {
  const contents = {
    "s.json": '{"port": 26002, "appManager.array.apps": [{"id":"a","key":"from-json","secret":"s"}]}',
  };
  const { server, applications } = load({
    contents,
    env: { SOKETI_PORT: "26001", SOKETI_DEFAULT_APP_KEY: "env-key" },
    from: "soketi",
    configFile: "/site/s.json",
  });
  expect([server.port, applications[0]?.key, applications[0]?.id]).toEqual([26001, "env-key", "a"]);
});

test("users have to sign in within the time that soketi gave them", () => {
  const env = { ...application, SOKETI_DEFAULT_APP_USER_AUTHENTICATION: "1" };
  expect(load({ env, from: "soketi" }).applications[0]?.signInSeconds).toBe(30);
  expect(
    load({ env: { ...env, SOKETI_USER_AUTHENTICATION_TIMEOUT: "15000" }, from: "soketi" }).applications[0]
      ?.signInSeconds,
  )
    .toBe(15);
  expect(load({ env: application, from: "soketi" }).applications[0]?.signInSeconds).toBe(undefined);
});

test("--from soketi without anything of soketi's is an error", () => {
  expect(refusal({ env: {}, from: "soketi" })).toEqual([
    "--from soketi: expected variables SOKETI_… in the environment or .env, or soketi's config file as --config FILE.json, got neither",
  ]);
});
