import { chownSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { PATIENCE } from "./patience.ts";
import { forgetProcess, noteProcess } from "./leftovers.ts";
import { temporaryDirectory } from "./start-server.ts";

/** A database server of a test's own, in a folder of its own. */
export interface DatabaseServer extends AsyncDisposable {
  /** The test's own connection. */
  readonly sql: Bun.SQL;
  /** The lines of `.env` that lead to it. */
  readonly env: string;
}

/** Why MariaDB cannot be started here; `undefined` when it can. */
export function lacksMariadb(): string | undefined {
  return lacks("mariadbd", "mariadb-install-db") ? "MariaDB is not installed" : undefined;
}

/** Why PostgreSQL cannot be started here; `undefined` when it can. */
export function lacksPostgres(): string | undefined {
  return lacks("postgres", "initdb", "setpriv") ? "PostgreSQL is not installed" : undefined;
}

function lacks(...programs: readonly string[]): boolean {
  return programs.some((program) => Bun.which(program) === null);
}

/** Starts MariaDB on a free port. */
export async function startMariadb(): Promise<DatabaseServer> {
  const data = join(temporaryDirectory(), "data"), port = await freePort();
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  run(["mariadb-install-db", "--no-defaults", `--datadir=${data}`, ...user]);
  // Without grant tables every client may do everything: the data here needs no protection.
  const stop = await startProcess(
    [
      "mariadbd",
      "--no-defaults",
      `--datadir=${data}`,
      "--skip-grant-tables",
      "--skip-networking=0",
      "--bind-address=127.0.0.1",
      `--port=${port}`,
      `--socket=${join(data, "socket")}`,
      ...user,
    ],
    port,
    "SIGTERM",
  );
  const sql = new Bun.SQL(`mysql://root@127.0.0.1:${port}/mysql`);
  return serverOf(sql, `DB_CONNECTION=mariadb\nDB_PORT=${port}\nDB_DATABASE=mysql`, stop);
}

/** Starts PostgreSQL on a free port. As root it runs as another user, since it refuses to be root's. */
export async function startPostgres(): Promise<DatabaseServer> {
  const folder = temporaryDirectory(), data = join(folder, "data"), port = await freePort();
  const asUser = process.getuid?.() === 0
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    : [];
  if (asUser.length > 0) chownSync(folder, 65534, 65534);
  const password = join(folder, "password");
  writeFileSync(password, "s3cret\n", { mode: 0o644 });
  run([...asUser, "initdb", "-D", data, "-U", "laravel", "--auth=scram-sha-256", `--pwfile=${password}`]);
  const command = [...asUser, "postgres", "-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder];
  const stop = await startProcess(command, port, "SIGINT");
  const sql = new Bun.SQL(`postgres://laravel:s3cret@127.0.0.1:${port}/postgres`);
  const env = `DB_CONNECTION=pgsql\nDB_PORT=${port}\nDB_DATABASE=postgres\n` +
    "DB_USERNAME=laravel\nDB_PASSWORD=s3cret";
  return serverOf(sql, env, stop);
}

async function serverOf(sql: Bun.SQL, env: string, stop: () => Promise<void>): Promise<DatabaseServer> {
  await untilStarted(() => sql.unsafe("select 1"));
  return {
    sql,
    env,
    async [Symbol.asyncDispose]() {
      await sql.close({ timeout: 0 });
      await stop();
    },
  };
}

/** PostgreSQL listens before it takes questions, and says so. */
async function untilStarted(ask: () => Promise<unknown>): Promise<void> {
  for (const deadline = performance.now() + PATIENCE;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > deadline || !String(error).includes("is starting up")) throw error;
      await Bun.sleep(10);
    }
  }
}

function run(command: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([...command], {
    stdout: "ignore",
    stderr: "pipe",
    timeout: PATIENCE,
  });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
}

/**
 * Starts a server and resolves, with what stops it, when its port can be reached; rejects when it ends before that. `end`: PostgreSQL ends
 * at once at SIGINT, with clients or without; MariaDB ignores that, and ends at SIGTERM.
 */
async function startProcess(
  command: readonly string[],
  port: number,
  end: "SIGINT" | "SIGTERM",
): Promise<() => Promise<void>> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  void child.exited.then(() => forgetProcess(child.pid));
  const deadline = performance.now() + PATIENCE;
  while (!await reaches(port)) {
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`${command.join(" ")} does not come up`);
    }
    await Bun.sleep(10);
  }
  return async () => {
    child.kill(end);
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    await child.exited;
    clearTimeout(timer);
  };
}

function reaches(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
