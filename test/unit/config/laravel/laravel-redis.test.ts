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
