import { describe, expect, test } from "bun:test";
import { credentials, folder, load, memoryFiles, refusal } from "../memory-files.ts";

const FILE = "bootstrap/cache/config.php";
const APPLICATION =
  "'app_id' => '1', 'key' => 'cached', 'secret' => 's', 'allowed_origins' => array (0 => 'shop.example')";

/** A cache with `reverb`, and other parts behind it. */
function cache(more = "", { server = "", app = APPLICATION, scaling = "'enabled' => false" } = {}): string {
  return `<?php return array (
'app' => array ('env' => 'local'),
'reverb' => array (
  'default' => 'reverb',
  'servers' => array ('reverb' => array ('host' => '127.0.0.1', 'port' => '9000', 'scaling' => array (${scaling}), ${server})),
  'apps' => array ('provider' => 'config', 'apps' => array (0 => array (${app}))),
),
${more}
);
`;
}

/** A folder whose files say something else than its cache. */
const OTHERS = {
  ".env": "REVERB_APP_ID=2\nREVERB_APP_KEY=other\nREVERB_APP_SECRET=t\nREVERB_SERVER_PORT=7000\n",
  "config/reverb.php":
    "<?php return ['apps' => ['apps' => [['app_id' => '3', 'key' => 'file', 'secret' => 'u']]]];",
  "artisan": "",
};

describe("Laravel's cached configuration", () => {
  test("counts in place of config/reverb.php and .env, and comes first among the files", () => {
    const config = load({ contents: { ...OTHERS, [FILE]: cache() } });
    expect(config.files).toEqual([FILE, ".env"]);
    expect(config.cachedConfig).toBe(FILE);
    expect(config.server).toMatchObject({ host: "127.0.0.1", port: 9000 });
    expect(config.applications).toMatchObject([{ id: "1", key: "cached", allowedOrigins: ["shop.example"] }]);
    expect(config.warnings).toEqual([]);
  });

  test("leaves our own settings to .env and the environment, unless it has them", () => {
    const dotenv = `${
      OTHERS[".env"]
    }REVERB_METRICS_PORT=9100\nREVERB_WEBHOOK_URL=https://a.example/\nREVERB_DRAIN_SECONDS=9\n`;
    const contents = { ...OTHERS, ".env": dotenv, [FILE]: cache("", { server: "'drain_seconds' => 5," }) };
    const config = load({ contents, env: { REVERB_DASHBOARD_ENABLED: "true" } });
    expect(config.server).toMatchObject({ metricsPort: 9100, dashboardEnabled: true, drainSeconds: 5 });
    expect(config.applications[0]?.webhooks).toMatchObject([{ url: "https://a.example/" }]);
  });

  test("is read where APP_CONFIG_CACHE says, which Laravel heeds in .env only where it finds no other", () => {
    const other = cache().replace("'cached'", "'elsewhere'");
    const key = (contents: Record<string, string>, env: Record<string, string> = {}): string | undefined =>
      load({ contents: { ...OTHERS, ...contents }, env }).applications[0]?.key;
    const variable = { APP_CONFIG_CACHE: "storage/config.php" };
    expect(key({ "storage/config.php": other }, variable)).toBe("elsewhere");
    expect(key({ "storage/config.php": other }, { APP_CONFIG_CACHE: `${folder}/storage/config.php` })).toBe(
      "elsewhere",
    );
    expect(key({ "storage/config.php": other, [FILE]: cache() }, variable)).toBe("elsewhere");
    // Without the named file there is no cache, as for Laravel.
    expect(key({ [FILE]: cache() }, variable)).toBe("file");
    const dotenv = `${OTHERS[".env"]}APP_CONFIG_CACHE=storage/config.php\n`;
    expect(key({ "storage/config.php": other, ".env": dotenv })).toBe("elsewhere");
    expect(key({ "storage/config.php": other, [FILE]: cache(), ".env": dotenv })).toBe("cached");
    const { files } = load({ contents: { ...OTHERS, "storage/config.php": other }, env: variable });
    expect(files).toEqual(["storage/config.php", ".env"]);
  });

  test("names its own line where a value is wrong, and the way out where one is missing", () => {
    expect(refusal({ contents: { ...OTHERS, [FILE]: cache().replace("'9000'", "'eighty'") } })).toEqual([
      `${FILE}:5 reverb.servers.reverb.port: expected a port from 1 to 65535 (or 0 for any free one), got "eighty"`,
    ]);
    const app = "'app_id' => NULL, 'key' => 'k', 'secret' => 's'";
    expect(refusal({ contents: { ...OTHERS, [FILE]: cache("", { app }) } })).toEqual([
      `${FILE}:6 reverb.apps.apps.0.app_id: expected a value, got none; set it in .env, and run "php artisan config:cache" ` +
      'to take changes over, or "php artisan config:clear" to do without it',
    ]);
  });

  test("without credentials in production says which file has none", () => {
    const app = "'app_id' => NULL, 'key' => NULL, 'secret' => NULL";
    const contents = { ...OTHERS, [FILE]: cache("", { app }).replace("'local'", "'production'") };
    const [message, ...others] = refusal({ contents });
    expect(message).toEndWith(`: ${FILE} counts, and has none`);
    expect(others).toEqual([]);
  });

  test("without reverb is refused beside a config/reverb.php, whose origins would be lost", () => {
    const contents = { ...OTHERS, [FILE]: "<?php return array ('app' => array ('env' => 'local'));" };
    expect(refusal({ contents })).toEqual([
      `${FILE}: expected "reverb" in it, as there is a config/reverb.php; run "php artisan config:cache" to take changes ` +
      'over, or "php artisan config:clear" to do without it',
    ]);
  });

  test("without reverb and without its file has the credentials that PHP signs with", () => {
    const connections =
      "'connections' => array ('reverb' => array ('driver' => 'reverb', 'app_id' => '5', 'key' => 'five', 'secret' => 'x'))";
    const contents = {
      "artisan": "",
      ".env": OTHERS[".env"],
      [FILE]: `<?php return array ('broadcasting' => array ('default' => 'reverb', ${connections}));`,
    };
    const config = load({ contents });
    expect(config.applications).toMatchObject([{ id: "5", key: "five", secret: "x" }]);
    expect(config.server.port).toBe(7000);
  });

  test("does not count before a resound.toml of an application without config/reverb.php, or before --config", () => {
    const toml = '[[apps]]\napp_id = "7"\nkey = "toml"\nsecret = "s"\n';
    const contents = { "artisan": "", "resound.toml": toml, [FILE]: cache() };
    expect(load({ contents }).applications[0]?.key).toBe("toml");
    expect(load({ contents }).files).toEqual([FILE, "resound.toml"]);
    const named = { ...OTHERS, "resound.toml": toml, [FILE]: cache() };
    const warnings = [
      "resound.toml is ignored because there is a config/reverb.php; --config resound.toml reads it instead",
    ];
    expect(load({ contents: named })).toMatchObject({ applications: [{ key: "cached" }], warnings });
  });

  test("has the Redis to scale with", () => {
    const database =
      "'database' => array ('redis' => array ('default' => array ('url' => NULL, 'host' => 'cached.test', 'database' => '3')))";
    const contents = {
      ...OTHERS,
      "config/database.php": "<?php return ['redis' => ['default' => ['host' => 'file.test']]];",
      [FILE]: cache(database, { scaling: "'enabled' => true" }),
    };
    expect(load({ contents }).server.scaling.server).toMatchObject({ host: "cached.test", database: 3 });
    expect(load({ contents, env: { REDIS_SENTINELS: "s1" } }).server.scaling.server.sentinels).toHaveLength(
      1,
    );
    const lacking = { ...contents, [FILE]: cache("", { scaling: "'enabled' => true" }) };
    expect(refusal({ contents: lacking })[0]).toStartWith(`${FILE}: expected redis.default, `);
  });

  test("has the places of reverb:restart and of Pulse", () => {
    const more =
      `'cache' => array ('default' => 'redis', 'prefix' => 'c-', 'stores' => array ('redis' => array ('driver' => 'redis', 'connection' => 'cache'))),
'database' => array ('default' => 'mysql', 'connections' => array ('mysql' => array ('driver' => 'mysql', 'host' => 'db.test', 'database' => 'shop', 'prefix' => 'p_')),
  'redis' => array ('options' => array ('prefix' => 'r-'), 'cache' => array ('host' => 'cache.test'))),
'pulse' => array ('enabled' => true, 'storage' => array ('driver' => 'database'), 'ingest' => array ('driver' => 'storage'),
  'recorders' => array ('Laravel\\\\Reverb\\\\Pulse\\\\Recorders\\\\ReverbMessages' => array ('sample_rate' => 1)))`;
    const config = load({
      contents: {
        ...OTHERS,
        "config/cache.php": "<?php return ['default' => 'array'];",
        [FILE]: cache(more),
      },
      env: { CACHE_STORE: "file" },
    });
    expect(config.restartSignal).toMatchObject({
      kind: "redis",
      connection: { host: "cache.test" },
      key: "r-c-laravel:reverb:restart",
    });
    expect(config.pulse).toMatchObject({
      kind: "on",
      target: { kind: "database", connection: { host: "db.test" }, table: "p_pulse_aggregates" },
    });
  });

  test("of APP_ENV says what PHP does", () => {
    const webhook = { REVERB_WEBHOOK_URL: "http://hooks.example.com/" };
    const warned = (contents: Record<string, string>): boolean =>
      load({ contents, env: webhook }).warnings.length > 0;
    expect(warned({ ...OTHERS, [FILE]: cache() })).toBe(false);
    expect(warned({ ...OTHERS, [FILE]: cache().replace("'local'", "'production'") })).toBe(true);
  });
});

describe("warnings", () => {
  function withTimes(times: Record<string, number>): readonly string[] {
    const contents: Record<string, string> = {
      ...OTHERS,
      "config/database.php": "<?php return [];",
      [FILE]: cache(),
    };
    const files = {
      ...memoryFiles(contents),
      modified: (path: string) => times[path.slice(folder.length + 1)],
    };
    return load({ files }).warnings;
  }
  const REMEDY =
    'for PHP too; run "php artisan config:cache" to take changes over, or "php artisan config:clear" to do without it';

  test("name files that are newer than the cache, with the remedy", () => {
    expect(withTimes({ [FILE]: 5, ".env": 5, "config/reverb.php": 4 })).toEqual([]);
    expect(withTimes({ [FILE]: 5, ".env": 6 })).toEqual([
      `.env is newer than ${FILE}, which counts in place of it, ${REMEDY}`,
    ]);
    expect(
      withTimes({
        [FILE]: 5,
        ".env": 6,
        "config/reverb.php": 7,
        "config/database.php": 8,
        "config/mail.php": 9,
      }),
    )
      .toEqual([
        `.env, config/reverb.php, config/database.php are newer than ${FILE}, which counts in place of them, ${REMEDY}`,
      ]);
  });

  test("name variables of the process that the cache was written without", () => {
    const env = {
      REVERB_SERVER_PORT: "7001",
      REVERB_APP_MAX_CONNECTIONS: "5",
      REVERB_SERVER_HOST: "127.0.0.1",
      ...credentials,
    };
    expect(load({ contents: { ...OTHERS, [FILE]: cache() }, env }).warnings).toEqual([
      `environment variable REVERB_SERVER_PORT: has no effect: ${FILE}:5 says '9000', and PHP reads nothing else; ` +
      'run "php artisan config:cache" where the variable is set',
      `environment variable REVERB_APP_MAX_CONNECTIONS: has no effect: ${FILE} has no such key, and PHP reads nothing else; ` +
      'run "php artisan config:cache" where the variable is set',
    ]);
  });

  test("name misspelt variables of our own, and no others: the cache does not show what was asked for", () => {
    const env = { REVERB_METRIC_PORT: "1", REVERB_APP_KEYS: "1" };
    expect(load({ contents: { ...OTHERS, [FILE]: cache() }, env }).warnings).toEqual([
      "environment variable REVERB_METRIC_PORT: no setting has this name, and it is ignored; did you mean REVERB_METRICS_PORT?",
    ]);
  });
});

test("a cache that is too large, no file, or being written is refused, with its name", () => {
  const files = memoryFiles({ ...OTHERS, [FILE]: cache() });
  const huge = { ...files, look: (path: string) => ({ ...files.look(path)!, size: 20_000_000 }) };
  expect(refusal({ files: huge })).toEqual([
    `Cannot read ${FILE}: it has 20000000 bytes, and at most 16777216 are read`,
  ]);
  const pipe = { ...files, look: (path: string) => ({ ...files.look(path)!, kind: "other" as const }) };
  expect(refusal({ files: pipe })).toEqual([`Cannot read ${FILE}: it is no plain file`]);
  expect(refusal({ contents: { ...OTHERS, [FILE]: cache().slice(0, 200) } })[0])
    .toStartWith(`Cannot read ${FILE}:`);
});
