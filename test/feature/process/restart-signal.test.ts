import { expect, test } from "bun:test";
import { lacksMariadb, lacksPostgres } from "../../support/database-server.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { handsOver, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import {
  type CacheStore,
  fileStore,
  mariadbStore,
  postgresStore,
  redisStore,
  sqliteStore,
} from "../../support/cache-stores.ts";

const noDatabases = skipWhen(serverTarget() === "deno", "this runtime has no clients for databases");
const noRedis = skipWhen(!HAS_REDIS, NO_REDIS);
const noMariadb = skipWhen(lacksMariadb() !== undefined, `${lacksMariadb()}`);
const noPostgres = skipWhen(lacksPostgres() !== undefined, `${lacksPostgres()}`);

const HANDS_OVER = handsOver();
const NOTICED = HANDS_OVER
  ? /Restarting \(php artisan reverb:restart\)/
  : /Stopping \(php artisan reverb:restart\)/;

/** Starts a server with an entry of before in the store and sees it restart once there is another one. */
async function expectRestart(store: CacheStore): Promise<void> {
  await using used = store;
  const directory = temporaryDirectory(), now = Math.floor(Date.now() / 1000);
  await used.mark(directory, now - 1000);
  const server = await startServer({
    directory,
    files: { artisan: "", ".env": `APP_NAME=Laravel\n${used.env}\n` },
  });
  const client = await connect(server);
  await client.established();
  // Again and again: the server does not show when it has looked for the first time, and it takes what it sees then as old.
  for (let second = 0; !NOTICED.test(server.output.text()); second++) {
    await used.mark(directory, now + second);
    await server.output.waitFor(NOTICED, 500).catch(() => undefined);
  }
  expect((await client.closed).code).toBe(HANDS_OVER ? 4200 : 4100);
  if (HANDS_OVER) {
    await server.output.waitFor(/Process \d+ serves/);
    expect(await server.stop()).toBe(0);
  } else expect(await server.exited).toBe(0);
  expect(server.output.stderr).toEqual([]);
}

test("php artisan reverb:restart is noticed in the file store", () => expectRestart(fileStore()));

test.skipIf(noDatabases)(
  "php artisan reverb:restart is noticed in SQLite",
  () => expectRestart(sqliteStore()),
);

test.skipIf(noRedis)("php artisan reverb:restart is noticed in Redis", async () => {
  await expectRestart(await redisStore());
});

test.skipIf(noDatabases || noMariadb)("php artisan reverb:restart is noticed in MariaDB", async () => {
  await expectRestart(await mariadbStore());
});

test.skipIf(noDatabases || noPostgres)("php artisan reverb:restart is noticed in PostgreSQL", async () => {
  await expectRestart(await postgresStore());
});

test("a store that cannot be read is one line at the start", async () => {
  const server = await startServer({ files: { artisan: "", ".env": "CACHE_STORE=memcached" } });
  const line = await server.output.waitFor("reverb:restart");
  expect(line).toEndWith(
    'warning `php artisan reverb:restart` is not noticed, because of Laravel\'s cache store "memcached": it uses the ' +
      'driver "memcached". Use `resound restart` instead.',
  );
  expect(await server.stop()).toBe(0);
});

if (noDatabases) {
  test("a runtime without clients for databases says so", async () => {
    const server = await startServer({ files: { artisan: "", ".env": "CACHE_STORE=database" } });
    const line = await server.output.waitFor("reverb:restart");
    expect(line).toMatch(
      /because Laravel's cache is in a database, which Deno [\d.]+ cannot read\. Use `resound restart`/,
    );
    expect(await server.stop()).toBe(0);
  });
}

test("a store that is down is a warning, and the server serves", async () => {
  const env = "CACHE_STORE=redis\nREDIS_PORT=1\nREDIS_PASSWORD=s3cret";
  const server = await startServer({ files: { artisan: "", ".env": env } });
  const line = await server.output.waitFor("Cannot read Laravel's cache");
  expect(line).toContain("in Redis at 127.0.0.1:1, database 1: connect ECONNREFUSED 127.0.0.1:1.");
  await using client = await connect(server);
  await client.established();
  expect(await server.stop()).toBe(0);
  expect(server.output.text()).not.toContain("s3cret");
});
