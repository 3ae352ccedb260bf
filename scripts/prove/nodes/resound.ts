import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { childrenOf } from "../../../test/support/children-of.ts";
import { metricsUrlOf } from "../../../test/support/scrape.ts";
import {
  ROOT,
  scriptCommand,
  serverCommand,
  type ServerTarget,
} from "../../../test/support/server-target.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../../test/support/start-server.ts";
import { TEST_APPLICATION } from "../../../test/support/test-application.ts";
import type { FaultKind } from "../history/entry.ts";
import type { NodeOptions, ProveContender, ProveNode } from "./contender.ts";
import { CLOCK_LIBRARY, clockEnvironment } from "./fake-clock.ts";

const LEASE_SECONDS = 4;
const HOLD_SECONDS = 1;

/** What its nodes run on: n1 on the first, n2 on the second … */
export type Targets = readonly ServerTarget[];

/** This server: each node on a runtime of its own, so that source, executable and Deno meet in one cluster. */
export function resound(targets: Targets, older: string | undefined): ProveContender {
  const directories = new Map<string, string>();
  const without = new Map<FaultKind, string>();
  if (CLOCK_LIBRARY === undefined) without.set("clock", "libfaketime is not installed (Debian: faketime)");
  if (older === undefined) {
    without.set("upgrade", "no version before this one was asked for (--before REVISION)");
  }
  return {
    name: `Resound (${[...new Set(targets)].map((each) => NAMES[each]).join(", ")})`,
    leaseMs: LEASE_SECONDS * 1000,
    holdMs: HOLD_SECONDS * 1000,
    canRecover: true,
    reports: true,
    without,
    async start(options) {
      const directory = directories.get(options.slot) ?? temporaryDirectory();
      directories.set(options.slot, directory);
      const target = targets[(Number(options.slot.slice(1)) - 1) % targets.length] ?? "bun";
      const command = options.isOlder && older !== undefined
        ? scriptCommand("bun", join(older, "src/main.ts"))
        : serverCommand(target);
      const clockFile = join(directory, "clock");
      writeFileSync(clockFile, "+0");
      const env = { ...environment(options), ...clockEnvironment(clockFile) };
      const server = await startServer({ directory, env, command: [...command, "start"] });
      return node(server, { target, command, env, clockFile, metricsUrl: await metricsUrlOf(server) });
    },
  };
}

const NAMES: Readonly<Record<ServerTarget, string>> = {
  bun: "source on Bun",
  deno: "source on Deno",
  binary: "executable",
};

/** The executable where it was built, and the runtimes that are installed. */
export function targetsHere(): Targets {
  const binary: Targets = existsSync(join(ROOT, "dist/resound")) ? ["binary"] : [];
  return ["bun", ...binary, "deno"];
}

function environment({ redisPort, webhookUrl, recovers }: NodeOptions): Readonly<Record<string, string>> {
  return {
    REVERB_SCALING_ENABLED: "true",
    REVERB_SCALING_LEASE_SECONDS: String(LEASE_SECONDS),
    REVERB_SCALING_COMMAND_TIMEOUT: "1",
    REVERB_SCALING_INTEREST_LINGER_SECONDS: "0.2",
    REVERB_METRICS_PORT: "0",
    REVERB_DRAIN_DELAY: "0",
    REVERB_DRAIN_SECONDS: "0.2",
    REVERB_WEBHOOK_URL: webhookUrl,
    REVERB_WEBHOOK_EVENTS: "channel_occupied,channel_vacated,member_added,member_removed",
    REVERB_WEBHOOK_HOLD_SECONDS: "0.2",
    REVERB_APP_RECOVERY_ENABLED: String(recovers),
    REVERB_APP_RECOVERY_HOLD_SECONDS: String(HOLD_SECONDS),
    REDIS_HOST: "127.0.0.1",
    REDIS_PORT: String(redisPort),
  };
}

/** Series that grow when a node goes on alone for a while. */
const DISTURBED =
  /^(?:resound_redis_reconnects_total|resound_cluster_(?:reconciliations|incomplete_gathers|nodes_lost)_total) (\d+)$/m;

interface Started {
  readonly target: ServerTarget;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly clockFile: string;
  readonly metricsUrl: string;
}

function node(server: RunningServer, { target, command, env, clockFile, metricsUrl }: Started): ProveNode {
  // A handover leaves the first process as the parent of the one that serves.
  const processes = (): readonly number[] => [server.pid, ...childrenOf(server.pid)];
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of processes()) process.kill(pid, name);
  };
  return {
    port: server.port,
    async isHealed(nodes) {
      try {
        const ready = await fetch(`${server.url}/up?ready`, { signal: AbortSignal.timeout(PATIENCE) });
        return ready.ok && await metric(metricsUrl, /^resound_cluster_nodes (\d+)$/m) === nodes;
      } catch {
        // It does not answer.
        return false;
      }
    },
    async kill() {
      signal("SIGKILL");
      await server.exited;
    },
    async stop() {
      await server.stop();
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    // On Deno a restart is a stop, and a process manager starts the server again.
    ...(target === "deno" ? {} : { handOver: () => restart(command, server.directory, env) }),
    ...(CLOCK_LIBRARY === undefined
      ? {}
      : { jump: (seconds: number) => writeFileSync(clockFile, `${seconds < 0 ? "" : "+"}${seconds}`) }),
    disturbances: () => metric(metricsUrl, DISTURBED),
    async losses() {
      const log = [...server.output.lines];
      const logged = log.reduce(
        (sum, line) => sum + Number(/(\d+) events? (?:was|were) lost/.exec(line)?.[1] ?? 0),
        0,
      );
      return {
        counted: await metric(metricsUrl, /^resound_bus_dropped_total\{[^}]*\} (\d+)$/gm),
        logged,
        log,
      };
    },
  };
}

/** Milliseconds that a node may take to answer on a busy machine; one that is down does so at once. */
const PATIENCE = 10_000;

/** The sum of all series that match; their value is the pattern's first group. */
async function metric(url: string, pattern: RegExp): Promise<number> {
  const text = await (await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })).text();
  const global = new RegExp(pattern.source, "gm");
  return [...text.matchAll(global)].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function restart(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env, { id, key, secret } = TEST_APPLICATION;
  const child = Bun.spawn([...command, "restart"], {
    cwd,
    env: { PATH, HOME, TMPDIR, ...env, REVERB_APP_ID: id, REVERB_APP_KEY: key, REVERB_APP_SECRET: secret },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const complaint = await new Response(child.stderr).text();
  if (await child.exited !== 0) console.error(`A handover has failed: ${complaint.trim()}`);
}
