import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { forgetProcess, noteProcess } from "./leftovers.ts";
import { freePort } from "./free-port.ts";
import type { MadeCertificate } from "./certificates.ts";
import { PATIENCE } from "./patience.ts";
import { RespConnection, type RespValue } from "./resp-connection.ts";
import { temporaryDirectory } from "./start-server.ts";

/** `skipWhen(!HAS_REDIS, NO_REDIS)`; with CI=true a missing Redis fails the run (scripts/test/counts.ts). */
export const HAS_REDIS: boolean = Bun.which("redis-server") !== null;

/** What to print where it is missing. */
export const NO_REDIS = "Redis: redis-server is not installed";

/** Whether Valkey can be tested too. Debian has it since version 13. */
export const HAS_VALKEY: boolean = Bun.which("valkey-server") !== null;

/** What to print where it is missing. */
export const NO_VALKEY = "valkey-server is not installed";

/** What the server should be like; by default one without a password that keeps nothing. */
export interface RedisWishes {
  readonly program?: "redis-server" | "valkey-server";
  readonly password?: string;
  /** Lines of an ACL file: `user resound on >secret ~resound:* …`. Without `user default` the default user may do everything. */
  readonly users?: readonly string[];
  /** Speaks TLS on its port and nothing else. */
  readonly tls?: MadeCertificate & {
    /** PEM of the CA that clients must have a certificate of. */
    readonly clientAuthority?: string;
  };
  /** Listens on a Unix socket beside the port. */
  readonly unixSocket?: boolean;
  /** As Redis spells it: `5mb`. */
  readonly maxMemory?: string;
  /** Keeps the data over `restart`. */
  readonly appendOnly?: boolean;
  /** Further options, `["--cluster-enabled", "yes"]`. */
  readonly options?: readonly string[];
  /** Starts as a Sentinel with this configuration file. */
  readonly sentinelFile?: string;
}

/** A Redis of a test's own, in a folder of its own. */
export interface RedisServer extends AsyncDisposable {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly directory: string;
  /** The path of its Unix socket, if one was wished for. */
  readonly socket: string | undefined;
  readonly password: string | undefined;
  /** The lines of `.env` that lead to it, without TLS and users. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command on the test's own connection, as the default user; rejects with what Redis answers. */
  command(...args: readonly (string | number)[]): Promise<RespValue>;
  /** Ends it; its data stays in the folder. */
  stop(): Promise<void>;
  /** Kills it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it on the same port after `stop` or `kill`; with `appendOnly` the data is there again. */
  start(): Promise<void>;
  /** `stop` and `start`. */
  restart(): Promise<void>;
  /** Holds all commands of all clients back for as many milliseconds; connections stay open. */
  pause(milliseconds: number): Promise<void>;
  /** Stops the process (SIGSTOP): the kernel takes connections and data, but no answer comes. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
  /** Closes the connections of all other clients. Resolves with how many there were. */
  killClients(): Promise<number>;
}

/** Starts a Redis server on a free port and resolves when it answers. */
export async function startRedis(wishes: RedisWishes = {}): Promise<RedisServer> {
  const directory = temporaryDirectory();
  const port = await freePort();
  const socket = wishes.unixSocket === true ? join(directory, "redis.sock") : undefined;
  const command = commandLine(wishes, { directory, port, socket });
  let child: Bun.Subprocess | undefined;
  let connection: RespConnection | undefined;

  const connected = async (): Promise<RespConnection> => {
    if (connection === undefined || connection.closed) {
      connection = await RespConnection.open({
        host: "127.0.0.1",
        port,
        ...(wishes.tls === undefined ? {} : { tls: wishes.tls }),
      });
      if (wishes.password !== undefined) await connection.call("AUTH", wishes.password);
    }
    return connection;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    connection?.close();
    connection = undefined;
    if (child === undefined) return;
    const ending = child;
    child = undefined;
    ending.kill("SIGCONT");
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill("SIGKILL"), PATIENCE);
    await ending.exited;
    clearTimeout(timer);
  };
  const server: RedisServer = {
    host: "127.0.0.1",
    port,
    directory,
    socket,
    password: wishes.password,
    env: {
      REDIS_HOST: "127.0.0.1",
      REDIS_PORT: String(port),
      ...(wishes.password === undefined ? {} : { REDIS_PASSWORD: wishes.password }),
    },
    command: async (...args) => await (await connected()).call(...args),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async start() {
      const started = Bun.spawn(command, {
        cwd: directory,
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
      });
      child = started;
      noteProcess(started.pid, () => started.kill("SIGKILL"));
      void started.exited.then(() => forgetProcess(started.pid));
      for (const deadline = performance.now() + PATIENCE;;) {
        try {
          await (await connected()).call("PING");
          return;
        } catch (error) {
          if (started.exitCode !== null || performance.now() > deadline) {
            const log = await Bun.file(join(directory, "log")).text().catch(() => "(no log)");
            throw new Error(`${command.join(" ")} does not come up: ${error}\n${log}`);
          }
          await Bun.sleep(10);
        }
      }
    },
    async restart() {
      await server.stop();
      await server.start();
    },
    async pause(milliseconds) {
      await server.command("CLIENT", "PAUSE", milliseconds, "ALL");
    },
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async killClients() {
      let count = 0;
      for (const type of ["normal", "pubsub"]) {
        count += Number(await server.command("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes"));
      }
      return count;
    },
    [Symbol.asyncDispose]: () => end("SIGKILL"),
  };
  await server.start();
  return server;
}

interface Placed {
  readonly directory: string;
  readonly port: number;
  readonly socket: string | undefined;
}

function commandLine(wishes: RedisWishes, { directory, port, socket }: Placed): string[] {
  const { password, users, tls, maxMemory, options = [] } = wishes;
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const program = wishes.program ?? "redis-server";
  const basic = [
    ...(wishes.sentinelFile === undefined
      ? [program]
      : [program, file("sentinel.conf", wishes.sentinelFile), "--sentinel"]),
    "--bind",
    "127.0.0.1",
    "--dir",
    directory,
    "--logfile",
    join(directory, "log"),
    ...(tls === undefined ? ["--port", String(port)] : [
      "--port",
      "0",
      "--tls-port",
      String(port),
      "--tls-cert-file",
      file("certificate.pem", tls.certificate),
      "--tls-key-file",
      file("key.pem", tls.key),
      "--tls-ca-cert-file",
      file("authority.pem", tls.clientAuthority ?? tls.certificate),
      "--tls-auth-clients",
      tls.clientAuthority === undefined ? "no" : "yes",
    ]),
  ];
  if (wishes.sentinelFile !== undefined) return [...basic, ...options];
  return [
    ...basic,
    "--save",
    "",
    "--appendonly",
    wishes.appendOnly === true ? "yes" : "no",
    // What a test was answered must be there after the restart.
    "--appendfsync",
    "always",
    // A replica follows at once instead of waiting for more of its kind.
    "--repl-diskless-sync-delay",
    "0",
    ...(password === undefined ? [] : ["--requirepass", password]),
    ...(users === undefined ? [] : ["--aclfile", file("users.acl", `${users.join("\n")}\n`)]),
    ...(socket === undefined ? [] : ["--unixsocket", socket, "--unixsocketperm", "700"]),
    ...(maxMemory === undefined ? [] : ["--maxmemory", maxMemory]),
    ...options,
  ];
}
