import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { APPLICATION, type Availability, type ContenderKind, type StartOptions } from "./contender.ts";
import { scratchFolder, startProcess } from "./server-process.ts";
import { telling } from "./telling.ts";

/** More than any scenario needs; sockudo has numbers for all limits. */
const UNLIMITED = 1_000_000_000;
/** Milliseconds in which an executable must have said its version. */
const PATIENCE = 20_000;

/** sockudo, a native server, by the path of its executable: not every machine can install it. */
export function sockudo(path: string | undefined): ContenderKind {
  const executable = resolve(path ?? "sockudo");
  return {
    id: "sockudo",
    name: "sockudo",
    isOurs: false,
    lacks: ["workers", "compression", "pace", "unix socket", "handover", "recovery"],
    prepare: () => Promise.resolve(path === undefined ? notGiven() : availability(executable)),
    async start(options) {
      const port = await freePort(), metricsPort = await freePort();
      const config = join(scratchFolder(), `sockudo-${port}.json`);
      writeFileSync(config, JSON.stringify(configuration(options, port, metricsPort)));
      return startProcess({
        command: [executable, "--config", config],
        cwd: scratchFolder(),
        target: { port, secure: options.tls !== undefined, dialect: { kind: "pusher", ...APPLICATION } },
      });
    },
  };
}

function notGiven(): Availability {
  return { kind: "unavailable", reason: "--sockudo PATH names its executable" };
}

function availability(executable: string): Availability {
  const unusable = reasonAgainst(executable);
  if (unusable !== undefined) return { kind: "unavailable", reason: `${unusable}; --sockudo PATH names it` };
  const { exitCode, stdout, stderr } = Bun.spawnSync([executable, "--version"], {
    stdin: "ignore",
    stderr: "pipe",
    timeout: PATIENCE,
  });
  const version = stdout.toString().trim();
  if (exitCode === 0 && version !== "") return { kind: "ready", version };
  const reason = `${executable} --version does not say which version it is: ${telling(stderr.toString())}`;
  return { kind: "unavailable", reason };
}

/** Why a path is none of an executable. */
function reasonAgainst(path: string): string | undefined {
  if (!existsSync(path)) return `${path} does not exist`;
  if (!statSync(path).isFile()) return `${path} is a folder, and no executable`;
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return `${path} may not be executed (chmod +x)`;
  }
  return undefined;
}

/** Its configuration with limits lifted; everything else is as users get it. */
function configuration({ tls, redis }: StartOptions, port: number, metricsPort: number): object {
  return {
    host: "127.0.0.1",
    port,
    mode: "production",
    activity_timeout: 600,
    metrics: { enabled: true, host: "127.0.0.1", port: metricsPort },
    rate_limiter: { enabled: false },
    presence: { max_members_per_channel: UNLIMITED },
    event_limits: { max_payload_in_kb: 1000 },
    websocket: { idle_timeout: 600, ping_interval: 600 },
    app_manager: {
      driver: "memory",
      array: {
        apps: [{
          ...APPLICATION,
          enabled: true,
          policy: {
            limits: {
              max_connections: UNLIMITED,
              max_client_events_per_second: UNLIMITED,
              max_presence_members_per_channel: UNLIMITED,
            },
            features: { enable_client_messages: true },
            channels: { allowed_origins: ["*"] },
          },
        }],
      },
    },
    ...(tls === undefined ? {} : { ssl: { enabled: true, cert_path: tls.certificate, key_path: tls.key } }),
    ...(redis === undefined
      ? {}
      : { adapter: { driver: "redis" }, database: { redis: { host: "127.0.0.1", port: redis } } }),
  };
}
