import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  HAS_OPENSSL,
  type MadeCertificate,
  makeCertificate,
  NO_OPENSSL,
} from "../../../test/support/certificates.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { scratchFolder } from "../contenders/server-process.ts";
import type { Contender } from "../contenders/contender.ts";
import { caddy, type Front, type FrontKind, haproxy, nginx, startFront } from "../fronts/front.ts";
import type { LoadCost } from "../load/load-request.ts";
import { cpuSeconds } from "../machine/cpu-seconds.ts";
import { anonymousBytes } from "../machine/resident-bytes.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const SUBSCRIBERS = 500, SILENT = 2000, GROUP = 0, SILENT_GROUP = 1;
const EVENTS_PER_SECOND = 60, CALLS_PER_SECOND = 500, CONNECTIONS_PER_SECOND = 200, AT_ONCE = 16;
const DATA = "x".repeat(100);
/** How long memory may take to settle after the last connection, in milliseconds. */
const SETTLE = 1000;

/** What stands in front of the server. */
interface Setup {
  readonly name: string;
  readonly kind?: FrontKind;
  /** Whether the proxy reaches the server over a Unix socket. */
  readonly isUnix?: boolean;
}

const SETUPS: readonly Setup[] = [
  { name: "own TLS" },
  { name: "nginx, TCP", kind: nginx },
  { name: "nginx, Unix socket", kind: nginx, isUnix: true },
  { name: "HAProxy, TCP", kind: haproxy },
  { name: "HAProxy, Unix socket", kind: haproxy, isUnix: true },
  { name: "Caddy, TCP", kind: caddy },
  { name: "Caddy, Unix socket", kind: caddy, isUnix: true },
];

/** The server with what stands in front of it. */
export const deployed: Scenario = {
  name: "deployed",
  title: "The whole way, with what stands in front",
  measures:
    "What a delivery, a connection and an API call over TLS cost the server and the proxy in front of it.",
  about:
    `TLS by Resound itself, then by nginx, HAProxy and Caddy (packaged configurations, Debian's packages, one process each), which ` +
    `reach Resound over TCP or a Unix socket; server and proxy share a processor. CPU of each for a delivery of 100 B to ` +
    `${SUBSCRIBERS} subscribers (${EVENTS_PER_SECOND} events a second, then 8 at once), for connecting, subscribing and closing ` +
    `(${CONNECTIONS_PER_SECOND} a second, then ${AT_ONCE} at once) and for an API call over a kept connection ` +
    `(${CALLS_PER_SECOND} a second, then ${AT_ONCE} at once); and anonymous memory of each for one of ` +
    `${SILENT.toLocaleString("en")} silent connections.`,
  needs: "unix socket",
  async measure(stage) {
    if (!HAS_OPENSSL) throw new Error(NO_OPENSSL);
    const certificate = await makeCertificate({ hosts: ["localhost"] });
    for (const setup of SETUPS) {
      const { kind } = setup;
      if (kind !== undefined && Bun.which(kind.program) === null) {
        stage.remark(`${kind.program} is not installed here.`);
        continue;
      }
      stage.note(setup.name);
      const { contender, front } = await open(stage, setup, certificate);
      try {
        await new Deployment(stage, setup.name, contender, front).measure();
      } finally {
        await stage.stop(contender);
        await front?.stop();
      }
    }
  },
};

async function open(
  stage: Stage,
  { kind, isUnix }: Setup,
  certificate: MadeCertificate,
): Promise<{ readonly contender: Contender; readonly front: Front | undefined }> {
  const folder = mkdtempSync(join(scratchFolder(), "deployed-"));
  if (kind === undefined) {
    const paths = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
    writeFileSync(paths.certificate, certificate.certificate);
    writeFileSync(paths.key, certificate.key);
    return { contender: await stage.start({ tls: paths }), front: undefined };
  }
  const socket = join(folder, "resound.sock"), port = await freePort();
  const front = await startFront(kind, { upstream: isUnix === true ? socket : port, certificate });
  try {
    const behind = { port: front.port, ...(isUnix === true ? { socket } : {}) };
    return { contender: await stage.start({ port, behind }), front };
  } catch (error) {
    await front.stop();
    throw error;
  }
}

/** One set-up that runs. */
class Deployment {
  readonly #stage: Stage;
  readonly #name: string;
  readonly #contender: Contender;
  readonly #front: Front | undefined;

  constructor(stage: Stage, name: string, contender: Contender, front: Front | undefined) {
    this.#stage = stage;
    this.#name = name;
    this.#contender = contender;
    this.#front = front;
  }

  async measure(): Promise<void> {
    const { pace, load } = this.#stage, { target } = this.#contender, join = { channel: "bench" };
    const runFor = 2 * pace.runFor, shared = { target, group: GROUP, atOnce: AT_ONCE };
    await this.#cost(
      "a connection",
      `${CONNECTIONS_PER_SECOND} connections a second`,
      runFor,
      async (milliseconds) => {
        const storm = { target, atOnce: AT_ONCE, milliseconds, join: { channel: "storm" } };
        const answer = await load.ask("storm", { ...storm, perSecond: CONNECTIONS_PER_SECOND });
        return { ...answer, count: answer.connections };
      },
    );
    await this.#cost("a connection", `connections, ${AT_ONCE} at once`, runFor, async (milliseconds) => {
      const answer = await load.ask("storm", {
        target,
        atOnce: AT_ONCE,
        milliseconds,
        join: { channel: "storm" },
      });
      return { ...answer, count: answer.connections };
    });
    const fixed = async (channel: string, perSecond: number, milliseconds: number) =>
      await load.ask("latency", {
        ...{ target, channel, bytes: DATA.length, perSecond, milliseconds, probes: 1 },
        groups: channel === "bench" ? [GROUP] : [],
      });
    const flood = async (channel: string, atOnce: number, milliseconds: number, deliveriesPerEvent: number) =>
      await load.ask("publish", {
        ...{ ...shared, publications: [{ channel, data: DATA }], atOnce, milliseconds, deliveriesPerEvent },
      });
    await this.#cost("a call", `${CALLS_PER_SECOND} API calls a second`, runFor, async (milliseconds) => {
      const answer = await fixed("unheard", CALLS_PER_SECOND, milliseconds);
      return { ...answer, count: answer.events };
    });
    await this.#cost("a call", `API calls, ${AT_ONCE} at once`, runFor, async (milliseconds) => {
      const answer = await flood("unheard", AT_ONCE, milliseconds, 0);
      return { ...answer, count: answer.calls };
    });
    await load.ask("open", { target, group: GROUP, count: SUBSCRIBERS, atOnce: 50, join });
    await this.#cost("a delivery", `${EVENTS_PER_SECOND} events a second`, runFor, async (milliseconds) => {
      const answer = await fixed("bench", EVENTS_PER_SECOND, milliseconds);
      return { ...answer, count: answer.events * SUBSCRIBERS };
    });
    await this.#cost("a delivery", "events, 8 at once", runFor, async (milliseconds) => {
      const answer = await flood("bench", 8, milliseconds, SUBSCRIBERS);
      return { ...answer, count: answer.deliveries };
    });
    await this.#memory();
    await load.ask("close", { group: GROUP, count: SUBSCRIBERS });
    await load.ask("close", { group: SILENT_GROUP, count: SILENT });
  }

  /** CPU of both sides for each of what `run` counts. */
  async #cost(
    what: string,
    label: string,
    milliseconds: number,
    run: (milliseconds: number) => Promise<LoadCost & { readonly count: number }>,
  ): Promise<void> {
    const { pid } = this.#contender, front = this.#front?.pid;
    this.#stage.note(`${this.#name}: ${label}`);
    await this.#stage.warmUp(this.#contender, run);
    const before = [cpuSeconds(pid), front === undefined ? 0 : cpuSeconds(front)] as const;
    const { count, cpuSeconds: load, seconds } = await run(milliseconds);
    const server = cpuSeconds(pid) - before[0],
      proxy = front === undefined ? 0 : cpuSeconds(front) - before[1];
    const figure = { label: `${this.#name}, ${label}`, loadShare: load / seconds, unit: "µs" };
    this.#stage.add(
      { ...figure, measure: `CPU ${what}, both`, value: (server + proxy) / count * 1e6 },
      { ...figure, measure: `CPU ${what}, server`, value: server / count * 1e6 },
      { ...figure, measure: `CPU ${what}, proxy`, value: proxy / count * 1e6 },
    );
  }

  async #memory(): Promise<void> {
    const { pid, target } = this.#contender, front = this.#front?.pid;
    const label = `${this.#name}, ${SILENT.toLocaleString("en")} silent connections`;
    this.#stage.note(label);
    const bytes = (): readonly [number, number] => [
      anonymousBytes(pid),
      front === undefined ? 0 : anonymousBytes(front),
    ];
    const before = bytes();
    const join = { channel: "silent-{n}", perChannel: 100 };
    await this.#stage.load.ask("open", { target, group: SILENT_GROUP, count: SILENT, atOnce: 50, join });
    await Bun.sleep(SETTLE);
    const after = bytes();
    for (const [index, side] of ["server", "proxy"].entries()) {
      const value = (after[index]! - before[index]!) / SILENT / 1024;
      this.#stage.add({ label, measure: `anonymous memory a connection, ${side}`, unit: "KB", value });
    }
  }
}
