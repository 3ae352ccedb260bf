import { createSocket } from "node:dgram";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { APPLICATION, type Availability, type ContenderKind } from "./contender.ts";
import { telling } from "./telling.ts";
import { scratchFolder, startProcess } from "./server-process.ts";

const VERSION = "1.6.1";
/** Where it is installed. */
const SOKETI_FOLDER: string = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "resound-bench",
  `soketi-${VERSION}`,
);
/** Its program. */
const SOKETI_ENTRY: string = join(SOKETI_FOLDER, "node_modules/@soketi/soketi/bin/server.js");

/** soketi asks for its WebSocket library at GitHub; this is the same one, republished on npm. */
const PACKAGE = {
  private: true,
  dependencies: { "@soketi/soketi": VERSION },
  overrides: { "uWebSockets.js": "npm:@trufflesuite/uws-js-unofficial@20.30.0-unofficial.0" },
};

/** The versions of Node.js that the library has binaries for. */
const NODE_VERSIONS = [16, 18, 20];

/** soketi, installed with npm into the user's cache folder when it is first measured. */
export const soketi: ContenderKind = {
  id: "soketi",
  name: `soketi ${VERSION}`,
  isOurs: false,
  lacks: ["workers", "compression", "pace", "unix socket", "handover", "recovery"],
  prepare: () => Promise.resolve(install()),
  async start({ tls, redis }) {
    const port = await freePort();
    const certificate = tls === undefined ? {} : { "ssl.certPath": tls.certificate, "ssl.keyPath": tls.key };
    const place = await soketiPlace({
      port,
      redis,
      folder: scratchFolder(),
      application: { ...APPLICATION, webhooks: [] },
      more: { "presence.maxMembersPerChannel": 100_000, ...certificate },
    });
    return startProcess({
      ...place,
      target: { port, secure: tls !== undefined, dialect: { kind: "pusher", ...APPLICATION } },
    });
  },
};

/** A soketi that is to be started. */
interface SoketiOptions {
  readonly port: number;
  /** The port of the Redis that its nodes meet in. */
  readonly redis: number | undefined;
  /** For its configuration file. */
  readonly folder: string;
  readonly application: Readonly<Record<string, unknown>>;
  /** Other options, named as in its configuration file. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Writes the configuration of a soketi without limits, and returns how it is started. */
export async function soketiPlace(
  { port, redis, folder, application, more }: SoketiOptions,
): Promise<{ readonly command: readonly string[]; readonly cwd: string }> {
  const file = join(folder, `soketi-${port}.json`);
  writeFileSync(
    file,
    JSON.stringify({
      host: "127.0.0.1",
      port,
      "metrics.host": "127.0.0.1",
      "metrics.port": await freePort(),
      // Its discovery would broadcast into the whole network.
      "cluster.address": "127.0.0.1",
      "cluster.unicast": "127.0.0.1",
      "cluster.port": await udpPort(),
      ...(redis === undefined
        ? {}
        : { "adapter.driver": "redis", "database.redis.host": "127.0.0.1", "database.redis.port": redis }),
      "appManager.array.apps": [{
        enabled: true,
        enableClientMessages: true,
        maxConnections: -1,
        maxBackendEventsPerSecond: -1,
        maxClientEventsPerSecond: -1,
        maxReadRequestsPerSecond: -1,
        ...application,
      }],
      ...more,
    }),
  );
  return {
    command: [nodeExecutable() ?? "node", SOKETI_ENTRY, "start", `--config=${file}`],
    cwd: SOKETI_FOLDER,
  };
}

/** A free UDP port, for soketi's discovery: those of `freePort` are held by a UDP socket of this process. */
async function udpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function nodeExecutable(): string | undefined {
  return Bun.which("node") ?? undefined;
}

function install(): Availability {
  const node = nodeExecutable(), npm = Bun.which("npm");
  if (node === undefined || npm === null) return unavailable("Node.js and npm are not installed");
  const version = Bun.spawnSync([node, "--version"]).stdout.toString().trim();
  if (!NODE_VERSIONS.includes(Number(/^v(\d+)/.exec(version)?.[1]))) {
    return unavailable(
      `its WebSocket library runs on Node.js ${NODE_VERSIONS.join(", ")}, and here is ${version}`,
    );
  }
  if (!existsSync(SOKETI_ENTRY)) {
    mkdirSync(SOKETI_FOLDER, { recursive: true });
    writeFileSync(join(SOKETI_FOLDER, "package.json"), JSON.stringify(PACKAGE, null, 2));
    const { exitCode, stderr } = Bun.spawnSync(
      [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
      { cwd: SOKETI_FOLDER, stdin: "ignore", stdout: "ignore", stderr: "pipe", timeout: 300_000 },
    );
    if (exitCode !== 0) {
      return unavailable(`npm cannot install it: ${telling(stderr.toString())}`);
    }
  }
  return { kind: "ready", version: `soketi ${VERSION}, Node.js ${version.slice(1)}` };
}

function unavailable(reason: string): Availability {
  return { kind: "unavailable", reason };
}
