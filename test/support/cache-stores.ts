import { Database } from "bun:sqlite";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DatabaseServer, startMariadb, startPostgres } from "./database-server.ts";
import { PATIENCE } from "./patience.ts";
import { startRedis } from "./redis-server.ts";
import { temporaryDirectory } from "./start-server.ts";

/** One of Laravel's cache stores, as `php artisan reverb:restart` finds it. */
export interface CacheStore extends AsyncDisposable {
  /** The lines of `.env` that lead to it. */
  readonly env: string;
  /** Puts the entry of `reverb:restart` there, as Laravel does. */
  mark(directory: string, timestamp: number): Promise<void>;
}

const KEY = "laravel-cache-laravel:reverb:restart";
const TABLE =
  "create table cache (`key` varchar(255) primary key, `value` text not null, expiration integer not null)";

/** The `file` store. */
export function fileStore(): CacheStore {
  return {
    env: "CACHE_STORE=file",
    mark(directory, timestamp) {
      const hash = new Bun.CryptoHasher("sha1").update("laravel:reverb:restart").digest("hex");
      const path = join(directory, "storage/framework/cache/data", hash.slice(0, 2), hash.slice(2, 4), hash);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `9999999999i:${timestamp};`);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The `database` store in SQLite. */
export function sqliteStore(): CacheStore {
  const path = join(temporaryDirectory(), "cache.sqlite");
  const database = new Database(path);
  // The server may read at the same moment.
  database.run(`pragma busy_timeout = ${PATIENCE}`);
  database.run(TABLE);
  return {
    env: `CACHE_STORE=database\nDB_CONNECTION=sqlite\nDB_DATABASE=${path}`,
    mark(_directory, timestamp) {
      database.run("insert or replace into cache values (?, ?, ?)", [
        KEY,
        `i:${timestamp};`,
        timestamp + 315360000,
      ]);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(database.close()),
  };
}

/** The `redis` store on a server of its own, with a password. */
export async function redisStore(): Promise<CacheStore> {
  const server = await startRedis({ password: "s3cret" });
  return {
    env: `CACHE_STORE=redis\nREDIS_PORT=${server.port}\nREDIS_PASSWORD=s3cret`,
    async mark(_directory, timestamp) {
      await server.command("SELECT", 1);
      await server.command("SET", `laravel-database-${KEY}`, timestamp);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The `database` store in MariaDB. */
export async function mariadbStore(): Promise<CacheStore> {
  return await sqlStore(await startMariadb(), TABLE, "replace into cache values (?, ?, ?)");
}

/** The `database` store in PostgreSQL. */
export async function postgresStore(): Promise<CacheStore> {
  const insert =
    "insert into cache values ($1, $2, $3) on conflict (key) do update set value = excluded.value";
  return await sqlStore(await startPostgres(), TABLE.replaceAll("`", '"'), insert);
}

async function sqlStore(server: DatabaseServer, table: string, insert: string): Promise<CacheStore> {
  await server.sql.unsafe(table);
  return {
    env: `CACHE_STORE=database\n${server.env}`,
    async mark(_directory, timestamp) {
      await server.sql.unsafe(insert, [KEY, `i:${timestamp};`, timestamp]);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
