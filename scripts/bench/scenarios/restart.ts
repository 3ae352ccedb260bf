import { readFileSync } from "node:fs";
import { freePort } from "../../../test/support/free-port.ts";
import { startNginx } from "../../../test/support/proxies.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../../test/support/redis-server.ts";
import { type Contender, REVERB_ENVIRONMENT, type StartOptions } from "../contenders/contender.ts";
import { Peer } from "../load/peer.ts";
import { PusherCrowd } from "../load/pusher-crowd.ts";
import { Tally } from "../load/tally.ts";
import { median } from "../report/statistics.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const CLIENTS = 200, MANY_CLIENTS = 5000, CALLS = 25;
/** New connections a second, half of them calls and half WebSockets, and the restarts that they go through. */
const NEW_CONNECTIONS = 200, RESTARTS = 20;
/** Milliseconds that a process manager takes until it starts a server that has ended. */
const MANAGER = 300;
/** Milliseconds for the clients to come, and to come back: pusher-js may take 15 s. */
const PATIENCE = 30_000;
/** Milliseconds between a restart and the moment when its clients are waited for. */
const BEGUN = 1500;

/** What a restart costs the clients of a page, which use pusher-js as it is, and the calls of an application. */
export const restart: Scenario = {
  name: "restart",
  title: "A restart, as clients see it",
  measures: "How long clients are without their channel over a restart, and what they miss.",
  about:
    `${CLIENTS} clients with untouched pusher-js and its own timers on one channel, ${CALLS} API calls a second, each on a connection of ` +
    `its own. The time without the channel is that of clients that lost it, until their subscription has succeeded again. A process ` +
    `manager is a start ${MANAGER} ms after the end.`,
  needs: "handover",
  async measure(stage) {
    await single(stage, "`resound restart`", {}, handOver);
    await single(stage, "`resound restart`, 4 workers", { workers: 4 }, handOver);
    await single(stage, "`resound restart`, 5,000 clients", {}, handOver, MANY_CLIENTS);
    await stream(stage);
    await single(stage, "SIGTERM, then a start", {}, async (contender, options) => {
      await ended(stage, contender, "SIGTERM");
      await Bun.sleep(MANAGER);
      await stage.start(options);
    });
    await single(stage, "SIGKILL, then a start", {}, async (contender, options) => {
      await ended(stage, contender, "SIGKILL");
      await Bun.sleep(MANAGER);
      await stage.start(options);
    });
    await behindProxy(
      stage,
      "one of three nodes behind nginx, SIGTERM and a start",
      async ([first], options) => {
        await ended(stage, first!.contender, "SIGTERM");
        await Bun.sleep(MANAGER);
        await stage.start({ ...options, port: first!.port });
      },
    );
    await behindProxy(stage, "three nodes behind nginx, `restart --all`", async ([first], { redis }) => {
      const command = Bun.spawn([...programOf(first!.contender), "restart", "--all"], {
        cwd: "/",
        env: {
          ...{ ...REVERB_ENVIRONMENT, PATH: process.env["PATH"] ?? "" },
          ...{ REVERB_SCALING_ENABLED: "true", REDIS_HOST: "127.0.0.1", REDIS_PORT: String(redis) },
        },
        stdio: ["ignore", "ignore", "pipe"],
      });
      if (await command.exited !== 0) throw new Error(await new Response(command.stderr).text());
    });
  },
};

/** One restart after the other under new connections: how many of these fail. */
async function stream(stage: Stage): Promise<void> {
  const restarts = stage.pace.name === "quick" ? 5 : RESTARTS;
  const label = `${restarts} restarts, ${NEW_CONNECTIONS} new connections a second`;
  stage.note(label);
  const { target, pid } = await stage.start();
  const running = new Set<Promise<void>>();
  let done = 0, failed = 0;
  const timer = setInterval(() => {
    for (const attempt of [call(target), greeting(target)]) {
      const counted = attempt.then(() => void done++, () => void failed++);
      running.add(counted);
      void counted.then(() => running.delete(counted));
    }
  }, 2000 / NEW_CONNECTIONS);
  for (let count = 0; count < restarts; count++) {
    await Bun.sleep(BEGUN);
    process.kill(pid, "SIGUSR2");
    await Bun.sleep(BEGUN);
  }
  clearInterval(timer);
  await Promise.all(running);
  await stage.stopAll();
  stage.remark(`${label}: ${done} connections.`);
  stage.add({ label, measure: "failed calls and connections", unit: "times", value: failed });
}

async function call({ port }: Contender["target"]): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/up`, { headers: { Connection: "close" } });
  if ((await answer.text()) === "" || answer.status !== 200) throw new Error(`/up answered ${answer.status}`);
}

async function greeting(target: Contender["target"]): Promise<void> {
  const peer = new Peer(target, new Tally(), "first");
  await peer.connect();
  await peer.close();
}

interface Node {
  readonly contender: Contender;
  readonly port: number;
}

async function single(
  stage: Stage,
  label: string,
  options: StartOptions,
  act: (contender: Contender, options: StartOptions & { readonly port: number }) => Promise<void>,
  clients = CLIENTS,
): Promise<void> {
  if (!stage.fits(clients)) return;
  stage.note(label);
  const port = await freePort(), placed = { ...options, port }, contender = await stage.start(placed);
  const crowd = new PusherCrowd(port, clients);
  await crowd.areThere(PATIENCE);
  // Thousands of clients in one process read no more.
  crowd.call(clients > CLIENTS ? 1 : CALLS);
  await Bun.sleep(500);
  await act(contender, placed);
  await report(stage, label, crowd);
  await stage.stopAll();
}

async function behindProxy(
  stage: Stage,
  label: string,
  act: (nodes: readonly Node[], options: StartOptions) => Promise<void>,
): Promise<void> {
  if (!HAS_REDIS) throw new Error(NO_REDIS);
  stage.note(label);
  await using redis = await startRedis();
  const options = { redis: redis.port }, nodes: Node[] = [];
  for (let count = 0; count < 3; count++) {
    const port = await freePort();
    nodes.push({ port, contender: await stage.start({ ...options, port }) });
  }
  await using proxy = await startNginx({ upstream: nodes.map(({ port }) => port), prefix: "" });
  const crowd = new PusherCrowd(proxy.port, CLIENTS);
  await crowd.areThere(PATIENCE);
  crowd.call(CALLS);
  await Bun.sleep(500);
  await act(nodes, options);
  await report(stage, label, crowd);
  await stage.stopAll();
}

/** What stands before the server's own arguments, for its other commands. */
function programOf({ pid }: Contender): readonly string[] {
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return words.slice(0, words.indexOf("start"));
}

/** Has another process take a server's place. */
async function handOver({ pid }: Contender, _: StartOptions): Promise<void> {
  process.kill(pid, "SIGUSR2");
  await Bun.sleep(BEGUN);
}

/** Ends a server by a signal, and waits for its end. */
async function ended(stage: Stage, contender: Contender, signal: NodeJS.Signals): Promise<void> {
  const { pid } = contender;
  stage.hasEnded(contender);
  process.kill(pid, signal);
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      // It has ended.
      return;
    }
    await Bun.sleep(5);
  }
}

/** Notes what became of the clients once all are back. */
async function report(stage: Stage, label: string, crowd: PusherCrowd): Promise<void> {
  await Bun.sleep(3000);
  await crowd.areThere(PATIENCE);
  await Bun.sleep(1000);
  const { away, missed, calls, failedCalls, lost } = await crowd.end();
  stage.remark(`${label}: ${calls} calls, ${away.length} connections lost, ${lost} clients never came back.`);
  stage.add(
    {
      label,
      measure: "without the channel, median",
      unit: "s",
      value: away.length === 0 ? 0 : median(away) / 1000,
    },
    { label, measure: "without the channel, longest", unit: "s", value: Math.max(0, ...away) / 1000 },
    { label, measure: "failed API calls", unit: "calls", value: failedCalls },
    { label, measure: "events missed by a client, at most", unit: "events", value: Math.max(...missed) },
  );
}
