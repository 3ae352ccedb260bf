import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { HAS_REDIS, NO_REDIS, startRedis } from "../support/redis-server.ts";
import { handsOver, serverTarget } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { LaravelApplication } from "./laravel-application.ts";
import { fetchLaravel, type LaravelPackages } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("pdo_sqlite");
const skip = skipWhen(missing !== undefined, `php artisan reverb:restart: ${missing}`);

const NOTICED = `${handsOver() ? "Restarting" : "Stopping"} (php artisan reverb:restart)`;

/** Runs the command until the server has noticed: what is there before its first look it takes as old. */
async function expectRestart(application: LaravelApplication): Promise<void> {
  await using server = await startServer({ directory: application.directory });
  while (!server.output.text().includes(NOTICED)) {
    expect(await application.artisan("reverb:restart")).toMatchObject({ exitCode: 0 });
    // It looks every two seconds. One more signal while it restarts would have it restart again.
    await server.output.waitFor(NOTICED, 10_000).catch(() => undefined);
  }
  if (handsOver()) {
    await server.output.waitFor(/Process \d+ serves/);
    expect(await server.stop()).toBe(0);
  } else expect(await server.exited).toBe(0);
}

test.skipIf(skip)("php artisan reverb:restart is noticed in Laravel's file store", async () => {
  await expectRestart(new LaravelApplication(packages as LaravelPackages, { APP_NAME: "Größe & Co" }));
});

const noDatabase = skip || skipWhen(serverTarget() === "deno", "this runtime has no clients for databases");
test.skipIf(noDatabase)("php artisan reverb:restart is noticed in Laravel's database store", async () => {
  const application = new LaravelApplication(packages as LaravelPackages, {
    APP_NAME: "Größe & Co",
    CACHE_STORE: "database",
    DB_CONNECTION: "sqlite",
  });
  using database = new Database(join(application.directory, "database/database.sqlite"));
  database.run(
    "create table cache (key varchar primary key, value text not null, expiration integer not null)",
  );
  await expectRestart(application);
});

const noRedisExtension = lacksPhpExtension("redis");
const noRedis = skip || skipWhen(!HAS_REDIS, NO_REDIS) ||
  skipWhen(noRedisExtension !== undefined, `php artisan reverb:restart in a cache: ${noRedisExtension}`);
test.skipIf(noRedis)("php artisan reverb:restart is noticed in Laravel's redis store", async () => {
  await using redis = await startRedis({ password: "s3cret" });
  await expectRestart(
    new LaravelApplication(packages as LaravelPackages, {
      APP_NAME: "Магазин €",
      CACHE_STORE: "redis",
      REDIS_PORT: String(redis.port),
      REDIS_PASSWORD: "s3cret",
    }),
  );
});
