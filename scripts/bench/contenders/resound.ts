import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { ROOT, serverCommand } from "../../../test/support/server-target.ts";
import {
  type Ability,
  APPLICATION,
  type Availability,
  type ContenderKind,
  REVERB_ENVIRONMENT,
  type StartOptions,
} from "./contender.ts";
import { WORKER_CORES } from "../machine/pinned.ts";
import { telling } from "./telling.ts";
import { scratchFolder, startProcess } from "./server-process.ts";

const BINARY = resolve(ROOT, "dist/bench/resound");

/** This server from source, on the Bun that runs the benchmark. */
export const fromSource: ContenderKind = resound("source", "Resound, source on Bun", {
  command: () => serverCommand("bun"),
  prepare: () => Promise.resolve({ kind: "ready", version: `Bun ${Bun.version}` }),
});

/** This server as the executable, built from the sources as they stand. */
export const binary: ContenderKind = resound("binary", "Resound, binary", {
  command: () => [BINARY],
  prepare() {
    mkdirSync(resolve(ROOT, "dist/bench"), { recursive: true });
    const { exitCode, stderr } = Bun.spawnSync(
      [process.execPath, resolve(ROOT, "scripts/build.ts"), "--outfile", BINARY],
      { cwd: ROOT, stdout: "ignore", stderr: "pipe" },
    );
    if (exitCode !== 0) {
      const reason = `it does not build: ${telling(stderr.toString())}`;
      return Promise.resolve({ kind: "unavailable", reason });
    }
    const version = Bun.spawnSync([BINARY, "--version"]).stdout.toString().trim();
    return Promise.resolve({ kind: "ready", version });
  },
});

/** This server from source, on Deno. */
export const onDeno: ContenderKind = resound("deno", "Resound, source on Deno", {
  lacks: ["workers", "compression", "handover", "recovery"],
  command: () => serverCommand("deno"),
  prepare() {
    try {
      const [deno] = serverCommand("deno");
      const version = Bun.spawnSync([deno!, "--version"]).stdout.toString().split("\n")[0]!;
      return Promise.resolve({
        kind: "ready",
        version: version.replace(/ \(.*/, "").replace("deno", "Deno"),
      });
    } catch (error) {
      return Promise.resolve({
        kind: "unavailable",
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  },
});

/** What tells the forms of this server apart. */
export interface Form {
  /** What stands before the server's own arguments. */
  readonly command: () => readonly string[];
  readonly prepare: () => Promise<Availability>;
  readonly lacks?: readonly Ability[];
}

/** A form of this server. */
export function resound(id: string, name: string, { command, prepare, lacks = [] }: Form): ContenderKind {
  return {
    id,
    name,
    isOurs: true,
    lacks,
    prepare,
    async start(options) {
      const port = options.port ?? await freePort(), { behind } = options, socket = behind?.socket;
      return startProcess({
        command: [
          ...command(),
          "start",
          "--host",
          socket === undefined ? "127.0.0.1" : `unix:${socket}`,
          "--port",
          String(port),
          ...configuration(options),
          ...(options.workers === undefined || options.workers === 1
            ? []
            : ["--workers", String(options.workers)]),
        ],
        ...(options.workers === undefined ? {} : { processors: WORKER_CORES }),
        env: {
          ...REVERB_ENVIRONMENT,
          // Ours alone has a pace for new clients. Storms measure what the server can do.
          REVERB_WELCOME_RATE: String(options.welcomeRate ?? 0),
          ...(options.compression === undefined ? {} : { REVERB_COMPRESSION: options.compression }),
          ...(behind === undefined
            ? {}
            : { REVERB_TRUSTED_PROXIES: socket === undefined ? "127.0.0.1" : "unix" }),
          ...(options.recovery === true ? { REVERB_APP_RECOVERY_ENABLED: "true" } : {}),
          ...(options.redis === undefined
            ? {}
            : { REVERB_SCALING_ENABLED: "true", REDIS_HOST: "127.0.0.1", REDIS_PORT: String(options.redis) }),
        },
        target: {
          port: behind?.port ?? port,
          secure: options.tls !== undefined || behind !== undefined,
          dialect: { kind: "pusher", ...APPLICATION },
          offersCompression: options.compression !== undefined,
          answersPings: options.recovery === true,
        },
      });
    },
  };
}

/** TLS is configured by a file alone. */
function configuration({ tls }: StartOptions): readonly string[] {
  if (tls === undefined) return [];
  const file = join(scratchFolder(), "resound.toml");
  writeFileSync(
    file,
    `[server.options.tls]\nlocal_cert = "${tls.certificate}"\nlocal_pk = "${tls.key}"\n\n` +
      `[[apps]]\napp_id = "${APPLICATION.id}"\nkey = "${APPLICATION.key}"\nsecret = "${APPLICATION.secret}"\n` +
      `ping_interval = 600\nmax_message_size = 20000\n`,
  );
  return ["--config", file];
}
