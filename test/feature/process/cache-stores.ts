import { Database } from "bun:sqlite";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { forgetProcess, noteProcess } from "../../support/leftovers.ts";
import { temporaryDirectory } from "../../support/start-server.ts";

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
  const port = await freePort();
  const server = await startProcess(
    ["redis-server", "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", "s3cret"],
    port,
  );
  const client = new Bun.RedisClient(`redis://:s3cret@127.0.0.1:${port}/1`);
  return {
    env: `CACHE_STORE=redis\nREDIS_PORT=${port}\nREDIS_PASSWORD=s3cret`,
    async mark(_directory, timestamp) {
      await client.set(`laravel-database-${KEY}`, String(timestamp));
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await server.stop();
    },
  };
}

/** The `database` store in MariaDB. */
export async function mariadbStore(): Promise<CacheStore> {
  const data = join(temporaryDirectory(), "data"), port = await freePort();
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  run(["mariadb-install-db", "--no-defaults", `--datadir=${data}`, ...user]);
  // Without grant tables anybody may do anything: nothing here is worth more.
  const server = await startProcess([
    "mariadbd",
    "--no-defaults",
    `--datadir=${data}`,
    "--skip-grant-tables",
    "--skip-networking=0",
    "--bind-address=127.0.0.1",
    `--port=${port}`,
    `--socket=${join(data, "socket")}`,
    ...user,
  ], port);
  const url = `mysql://root@127.0.0.1:${port}/mysql`;
  const env = `CACHE_STORE=database\nDB_CONNECTION=mariadb\nDB_PORT=${port}\nDB_DATABASE=mysql`;
  return await sqlStore(new Bun.SQL(url), env, server, TABLE, "replace into cache values (?, ?, ?)");
}

/** The `database` store in PostgreSQL. As root it runs as another user, since it refuses to be root's. */
export async function postgresStore(): Promise<CacheStore> {
  const folder = temporaryDirectory(), data = join(folder, "data"), port = await freePort();
  const asUser = process.getuid?.() === 0
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    : [];
  if (asUser.length > 0) chownSync(folder, 65534, 65534);
  const password = join(folder, "password");
  writeFileSync(password, "s3cret\n", { mode: 0o644 });
  run([...asUser, "initdb", "-D", data, "-U", "laravel", "--auth=scram-sha-256", `--pwfile=${password}`]);
  const command = [...asUser, "postgres", "-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder];
  const server = await startProcess(command, port);
  const url = `postgres://laravel:s3cret@127.0.0.1:${port}/postgres`;
  const env = `CACHE_STORE=database\nDB_CONNECTION=pgsql\nDB_PORT=${port}\nDB_DATABASE=postgres\n` +
    "DB_USERNAME=laravel\nDB_PASSWORD=s3cret";
  const insert =
    "insert into cache values ($1, $2, $3) on conflict (key) do update set value = excluded.value";
  return await sqlStore(new Bun.SQL(url), env, server, TABLE.replaceAll("`", '"'), insert);
}

interface StoreProcess {
  stop(): Promise<void>;
}

async function sqlStore(
  sql: Bun.SQL,
  env: string,
  server: StoreProcess,
  table: string,
  insert: string,
): Promise<CacheStore> {
  await untilStarted(() => sql.unsafe(table));
  return {
    env,
    async mark(_directory, timestamp) {
      await sql.unsafe(insert, [KEY, `i:${timestamp};`, timestamp]);
    },
    async [Symbol.asyncDispose]() {
      await sql.close({ timeout: 0 });
      await server.stop();
    },
  };
}

/** PostgreSQL listens before it takes questions, and says so. */
async function untilStarted(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries > 1000 || !String(error).includes("is starting up")) throw error;
      await Bun.sleep(10);
    }
  }
}

function run(command: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([...command], {
    stdout: "ignore",
    stderr: "pipe",
    timeout: 30_000,
  });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
}

/** Starts a server and resolves when its port can be reached; rejects when it ends before that. */
async function startProcess(command: readonly string[], port: number): Promise<StoreProcess> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  void child.exited.then(() => forgetProcess(child.pid));
  for (let tries = 0; !(await reaches(port)); tries++) {
    if (child.exitCode !== null || tries > 1000) throw new Error(`${command.join(" ")} does not come up`);
    await Bun.sleep(10);
  }
  return {
    async stop() {
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

function reaches(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
