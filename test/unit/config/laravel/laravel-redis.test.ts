import { describe, expect, test } from "bun:test";
import { credentials, load, refusal } from "../memory-files.ts";

function reverb(scaling: string): string {
  return `<?php
return [
    'servers' => ['reverb' => ['scaling' => [${scaling}]]],
    'apps' => ['apps' => [['app_id' => '1', 'key' => 'k', 'secret' => 's']]],
];`;
}

const database = `<?php
use Illuminate\\Support\\Str;

return [
    'default' => env('DB_CONNECTION', 'sqlite'),
    'redis' => [
        'client' => env('REDIS_CLIENT', 'phpredis'),
        'options' => ['prefix' => Str::slug(env('APP_NAME', 'laravel'), '_').'_database_'],
        'default' => [
            'url' => env('REDIS_URL'),
            'host' => env('REDIS_HOST', 'from-database-php'),
            'username' => env('REDIS_USERNAME'),
            'password' => env('REDIS_PASSWORD'),
            'port' => env('REDIS_PORT', '6379'),
            'database' => env('REDIS_DB', '0'),
        ],
    ],
];`;

describe("Redis of a Laravel application", () => {
  test("is scaling.server where config/reverb.php has it", () => {
    const contents = {
      "config/reverb.php": reverb("'enabled' => true, 'server' => ['host' => 'own', 'port' => '6380']"),
      "config/database.php": database,
    };
    const config = load({ contents, env: { REDIS_PASSWORD: "not asked for" } });
    expect(config.server.scaling.server).toMatchObject({ host: "own", port: 6380, password: undefined });
    expect(config.files).toEqual(["config/reverb.php"]);
  });

  for (const scaling of ["'enabled' => true", "'enabled' => true, 'server' => []"]) {
    test(`is the default connection of config/database.php where it has [${scaling}]`, () => {
      const contents = { "config/reverb.php": reverb(scaling), "config/database.php": database };
      const config = load({ contents, env: { REDIS_PASSWORD: "p" } });
      expect(config.server.scaling.server).toMatchObject({
        host: "from-database-php",
        password: "p",
        timeout: 60,
      });
      expect(config.files).toEqual(["config/reverb.php", "config/database.php"]);
    });
  }

  test("is the stock file's variables where there is no config/database.php", () => {
    const config = load({
      contents: { "config/reverb.php": reverb("'enabled' => true") },
      env: { REDIS_HOST: "from-variable" },
    });
    expect(config.server.scaling.server.host).toBe("from-variable");
  });

  test("is not looked for in config/database.php while nothing scales", () => {
    const contents = { "config/reverb.php": reverb(""), "config/database.php": "<?php return die();" };
    expect(load({ contents }).files).toEqual(["config/reverb.php"]);
  });

  test("a wrong value is named in config/database.php", () => {
    const contents = {
      "config/reverb.php": reverb("'enabled' => true"),
      "config/database.php": "<?php\nreturn ['redis' => ['default' => ['port' => 'x']]];",
    };
    expect(refusal({ contents, env: credentials })).toEqual([
      'config/database.php:2 redis.default.port: expected a port from 1 to 65535, got "x"',
    ]);
  });

  test("a config/database.php without a default connection is an error when scaling", () => {
    const contents = {
      "config/reverb.php": reverb("'enabled' => true"),
      "config/database.php": "<?php return [];",
    };
    expect(refusal({ contents })).toEqual([
      "config/database.php: expected redis.default, the connection to scale with when scaling.server is not set in config/reverb.php",
    ]);
  });
});

describe("the default connection of config/database.php", () => {
  /** The Redis and the warnings with this expression as the connection, or what is wrong with it. */
  function connection(written: string, env: Record<string, string> = {}) {
    const contents = {
      "config/reverb.php": reverb("'enabled' => true"),
      "config/database.php": `<?php\nreturn ['redis' => ['default' => ${written}]];`,
    };
    return {
      read: () => load({ contents, env }),
      refusal: () => refusal({ contents, env }),
    };
  }

  const urls: readonly [written: string, env: Record<string, string>, expected: object][] = [
    ["'redis://:p@redis.test:6380/2'", {}, { host: "redis.test", port: 6380, password: "p", database: 2 }],
    ["env('REDIS_URL')", { REDIS_URL: "rediss://redis.test" }, { host: "redis.test", tls: true }],
    ["['url' => 'redis://redis.test?database=5&password=q', 'host' => 'other']", {}, {
      ...{ host: "redis.test", database: 5, password: "q" },
    }],
    ["['url' => 'redis://redis.test?password=', 'password' => 'own']", {}, { password: undefined }],
    ["['url' => env('REDIS_URL'), 'host' => '127.0.0.1']", { REDIS_URL: "redis.test:6380" }, {
      ...{ host: "redis.test", port: 6380, tls: false },
    }],
    ["['url' => 'redis.test:6380', 'scheme' => 'tls', 'host' => 'other']", {}, {
      host: "redis.test",
      tls: true,
    }],
    ["['url' => '?database=3', 'host' => 'redis.test']", {}, { host: "redis.test", database: 3 }],
    ["['url' => 'unix:///run/redis.sock?database=3', 'host' => 'other']", {}, {
      ...{ socket: "/run/redis.sock", database: 3, tls: false },
    }],
    ["['url' => 'rediss://h?ssl[verify_peer]=0&ssl[cafile]=/ca.pem']", {}, {
      tlsOptions: { caFile: "/ca.pem", verifyPeer: false },
    }],
  ];
  test.each(urls)("%s with %p is read as Laravel does", (written, env, expected) => {
    const { server, warnings } = connection(written, env).read();
    expect(server.scaling.server).toMatchObject(expected);
    expect(warnings).toEqual([]);
  });

  test.each([
    "'hunter2'",
    "['url' => 'hunter2', 'host' => '127.0.0.1']",
    "['url' => 'hunter:2secret@host', 'host' => '127.0.0.1']",
    "['url' => 'redis://h?database=hunter2']",
  ])("%s is refused without being shown, and 127.0.0.1 does not take its place", (written) => {
    const [message, ...others] = connection(written).refusal();
    expect(message).toMatch(/^config\/database\.php:2 redis\.default(\.url)?: expected a URL such as redis:/);
    expect(message).not.toContain("hunter");
    expect(others).toEqual([]);
  });

  test.each([
    [
      "['tcp://10.0.0.1:26379', 'tcp://10.0.0.2:26379', 'options' => ['replication' => 'sentinel']]",
      "a list of 2",
    ],
    ["[['host' => '10.0.0.1', 'port' => 26379]]", "a list of 1"],
    [
      "['options' => ['replication' => 'sentinel', 'service' => 'mymaster'], 'host' => 'a']",
      "options.replication",
    ],
    ["['sentinel_host' => '10.0.0.1', 'sentinel_service' => 'mymaster']", "sentinel_host"],
  ])("%s is refused, with the way to write Sentinels", (written, found) => {
    expect(connection(written).refusal()).toEqual([
      `config/database.php:2 redis.default: expected one server, got ${found}; write Sentinels below scaling in ` +
      "config/reverb.php, as in 'server' => ['sentinels' => ['10.0.0.1:26379', …], 'service' => 'mymaster', " +
      "'password' => …], or set REDIS_SENTINELS and REDIS_SENTINEL_SERVICE; nodes of a Redis Cluster are written " +
      "in the same way, as 'cluster' or REDIS_CLUSTER_NODES",
    ]);
  });

  test("may be a list where our own variables name the Sentinels", () => {
    const { server, warnings } = connection("['tcp://10.0.0.1:26379', 'password' => 'p']", {
      REDIS_SENTINELS: "10.0.0.1",
    }).read();
    expect(server.scaling.server).toMatchObject({ sentinels: [{ host: "10.0.0.1" }], password: "p" });
    expect(warnings).toEqual([]);
  });

  test.each([
    ["['port' => 6379]", "config/database.php:2 redis.default.host"],
    ["['host' => env('REDIS_HOST')]", "config/database.php:2 redis.default.host"],
    ["['host' => env('REDIS_HOST', '127.0.0.1')]", ".env:1 REDIS_HOST"],
    ["env('REDIS_URL', '')", "config/database.php:2 redis.default.host"],
  ])("%s without a host is a warning, since 127.0.0.1 is a guess", (written, place) => {
    const contents = {
      ".env": place.startsWith(".env") ? "REDIS_HOST=\n" : "",
      "config/reverb.php": reverb("'enabled' => true"),
      "config/database.php": `<?php\nreturn ['redis' => ['default' => ${written}]];`,
    };
    expect(load({ contents }).warnings).toEqual([
      `${place}: no host is written, so that Redis is looked for at 127.0.0.1`,
    ]);
  });

  test.each([["null", "expected redis.default"], ["[]", "expected redis.default"], [
    "true",
    "expected a table or a URL",
  ]])(
    "%s is no connection",
    (written, beginning) => {
      const messages = connection(written).refusal();
      expect(messages).toHaveLength(1);
      expect(messages[0]).toStartWith(`config/database.php:2 redis.default: ${beginning}`);
    },
  );

  test("may be missing beside a cluster, whose nodes are to be written in config/reverb.php", () => {
    const contents = {
      "config/reverb.php": reverb("'enabled' => true"),
      "config/database.php": "<?php\nreturn ['redis' => ['clusters' => ['default' => [['host' => 'a']]]]];",
    };
    expect(refusal({ contents })[0]).toEndWith(
      "write the nodes of config/database.php:2 redis.clusters.default there, as 'server' => ['cluster' => [['host' => …], …]]",
    );
  });
});

test("scaling.server may be a URL, in PHP and in TOML", () => {
  const php = load({
    contents: { "config/reverb.php": reverb("'enabled' => true, 'server' => 'redis://a:1/2'") },
  });
  const toml = '[server.scaling]\nenabled = true\nserver = "redis://a:1/2"\n';
  for (const config of [php, load({ contents: { "resound.toml": toml }, env: credentials })]) {
    expect(config.server.scaling.server).toMatchObject({ host: "a", port: 1, database: 2 });
    expect(config.warnings).toEqual([]);
  }
});

test.each([
  ["db=5", '"db"; did you mean "database"?'],
  ["pasword=hunter2", '"pasword"; did you mean "password"?'],
  ["hunter2", undefined],
])("a name in the query %s that means nothing is a warning", (query, hint) => {
  const env = { ...credentials, REVERB_SCALING_ENABLED: "true", REDIS_URL: `redis://a?${query}` };
  expect(load({ env }).warnings).toEqual([
    "environment variable REDIS_URL: a name in the query of the URL is unknown and ignored" +
    (hint === undefined ? "" : `: ${hint}`),
  ]);
});
