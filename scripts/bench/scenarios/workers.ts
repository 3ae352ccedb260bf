import { HAS_REDIS, NO_REDIS, startRedis } from "../../../test/support/redis-server.ts";
import type { Contender } from "../contenders/contender.ts";
import { cpuSeconds } from "../machine/cpu-seconds.ts";
import { CLIENT_CORE, pin, WORKER_CORES } from "../machine/pinned.ts";
import { childrenOf, listenersAt, ownersOf } from "../machine/socket-owners.ts";
import { median } from "../report/statistics.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import { redisProcess } from "./redis-process.ts";

const WORKERS = 2;
const SUBSCRIBERS = 1000;
const GROUP = 0, FIRST_TIMED = 1, TIMED = 16;
/** Group of the members who are there, and those who come and go, each with a member of a channel of its own. */
const MEMBERS = FIRST_TIMED + TIMED, NEWCOMERS = 32;
const PER_SECOND = 200;
const DATA = "x".repeat(100);
/** Milliseconds that workers may take until all of them listen. */
const PATIENCE = 10_000;

/** One process and two that share a port, on the same two processors. */
export const workers: Scenario = {
  name: "workers",
  title: "One process and two workers",
  measures:
    "What a delivery, an API call and a join cost with several processes on one port, and how late events reach the other process.",
  about:
    `One process, then a parent with ${WORKERS} workers, without Redis and with it, all free to use the same two processors. Where ` +
    `the machine has no third processor, the load client and Redis use the second one too, and rates are those of a shared machine. ` +
    `The rate with processors to itself is computed: what one second of CPU did, times ${WORKERS}. Events of 100 B to ` +
    `${
      SUBSCRIBERS.toLocaleString("en")
    } subscribers, and API calls to a channel without subscribers; members who join presence channels and leave them, ${NEWCOMERS} at ` +
    `once, each heard of by a member whom the kernel has put on any of the workers; then the delay of ${PER_SECOND} ` +
    `events a second on the worker that takes the calls, and on the other one, which gets them from its sibling.`,
  needs: "workers",
  async measure(stage) {
    if (!HAS_REDIS) throw new Error(NO_REDIS);
    await using redis = await startRedis();
    pin(await redisProcess(redis), CLIENT_CORE);
    stage.remark(`Servers may use the processors ${WORKER_CORES}, the load client and Redis ${CLIENT_CORE}.`);
    const setups = [
      { name: "one process", count: 1 },
      { name: `${WORKERS} workers without Redis`, count: WORKERS },
      { name: `${WORKERS} workers with Redis`, count: WORKERS, redis: redis.port },
    ];
    for (const { name, count, ...meeting } of setups) {
      const contender = await stage.start({ workers: count, ...meeting });
      const pids = await processesOf(contender, count);
      await throughput(stage, contender, pids, name);
      await joins(stage, contender, pids, name);
      if (count > 1) await delays(stage, contender, pids.slice(1), name);
      await stage.load.ask("close", { group: GROUP, count: SUBSCRIBERS });
      await stage.stop(contender);
    }
  },
};

/** The process, or the parent and its workers once all of them listen. */
async function processesOf({ pid, target }: Contender, count: number): Promise<readonly number[]> {
  if (count === 1) return [pid];
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    const children = childrenOf(pid);
    if (listenersAt(target.port, children).length === count) return [pid, ...children];
    await Bun.sleep(5);
  }
  throw new Error(`${count} workers do not listen within ${PATIENCE} ms`);
}

async function throughput(
  stage: Stage,
  { target }: Contender,
  pids: readonly number[],
  name: string,
): Promise<void> {
  stage.note(`${name}: ${SUBSCRIBERS} subscribers connect`);
  const join = { channel: "bench" };
  await stage.load.ask("open", { target, group: GROUP, count: SUBSCRIBERS, atOnce: 100, join });
  const cases = [
    {
      what: `events to ${SUBSCRIBERS.toLocaleString("en")} subscribers, 8 at once`,
      channel: "bench",
      atOnce: 8,
    },
    { what: "API calls without subscribers, 16 at once", channel: "unheard", atOnce: 16 },
  ];
  for (const { what, channel, atOnce } of cases) {
    const label = `${name}, ${what}`;
    stage.note(label);
    const publish = (milliseconds: number) =>
      stage.load.ask("publish", {
        target,
        publications: [{ channel, data: DATA }],
        atOnce,
        milliseconds,
        group: GROUP,
        deliveriesPerEvent: channel === "unheard" ? 0 : SUBSCRIBERS,
      });
    await stage.warmUp({ pid: pids.at(-1)! }, publish);
    const spent = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const before = spent();
    const { calls, deliveries, seconds, cpuSeconds: load } = await publish(2 * stage.pace.runFor);
    const server = spent() - before;
    const [count, unit] = deliveries > 0 ? [deliveries, "delivery"] : [calls, "call"];
    const figure = { label, loadShare: load / seconds };
    stage.add(
      { ...figure, measure: `CPU a ${unit}, all processes`, unit: "µs", value: server / count * 1e6 },
      { ...figure, measure: "rate beside the load client", unit: "a second", value: count / seconds },
      {
        ...figure,
        measure: "rate with its processors to itself, computed",
        unit: "a second",
        value: Math.max(1, pids.length - 1) * count / server,
      },
    );
  }
}

/** Members come and go, on channels whose other member may be on another worker. */
async function joins(
  stage: Stage,
  { target }: Contender,
  pids: readonly number[],
  name: string,
): Promise<void> {
  const label = `${name}, joining and leaving a presence channel, ${NEWCOMERS} at once`;
  stage.note(label);
  const channel = "presence-room-{n}", group = MEMBERS;
  await stage.load.ask("open", { target, group, count: NEWCOMERS, atOnce: NEWCOMERS, join: { channel } });
  const churn = (milliseconds: number) =>
    stage.load.ask("churn", { target, group, channel, newcomers: NEWCOMERS, milliseconds });
  await stage.warmUp({ pid: pids.at(-1)! }, churn);
  const spent = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0), before = spent();
  const { joins, seconds, cpuSeconds: load } = await churn(2 * stage.pace.runFor);
  const value = (spent() - before) / joins * 1e6, figure = { label, loadShare: load / seconds };
  stage.add(
    { ...figure, measure: "CPU a join and leave, all processes", unit: "µs", value },
    { ...figure, measure: "joins and leaves", unit: "a second", value: joins / seconds },
  );
  await stage.load.ask("close", { group, count: NEWCOMERS });
}

/** Delays on the worker that the calls reach, and on the other. */
async function delays(
  stage: Stage,
  { target }: Contender,
  pids: readonly number[],
  name: string,
): Promise<void> {
  const label = `${name}, ${PER_SECOND} events a second`;
  stage.note(label);
  const ports: number[] = [], groups = Array.from({ length: TIMED }, (_, index) => FIRST_TIMED + index);
  for (const group of groups) {
    const join = { channel: "timed" };
    const { localPorts } = await stage.load.ask("open", { target, group, count: 1, atOnce: 1, join });
    ports.push(...localPorts);
  }
  const known = ownersOf(target.port, pids);
  const milliseconds = 5 * stage.pace.runFor;
  const running = stage.load.ask("latency", {
    target,
    channel: "timed",
    bytes: DATA.length,
    perSecond: PER_SECOND,
    milliseconds,
    groups,
    probes: 1,
    callers: 1,
  });
  await Bun.sleep(milliseconds / 2);
  const [caller] = [...ownersOf(target.port, pids)].filter(([port]) => !known.has(port));
  const answer = await running;
  for (const group of groups) await stage.load.ask("close", { group, count: 1 });
  const loadShare = answer.cpuSeconds / answer.seconds;
  for (const [where, isThere] of [["same", true], ["other", false]] as const) {
    const found = answer.groups.filter((_, index) => (known.get(ports[index]!) === caller?.[1]) === isThere);
    if (found.length === 0) throw new Error(`none of ${TIMED} timed connections is on the ${where} worker`);
    stage.add(
      {
        label,
        measure: `p50 on the ${where} worker`,
        unit: "ms",
        value: median(found.map(({ p50 }) => p50)),
        loadShare,
      },
      {
        label,
        measure: `p99 on the ${where} worker`,
        unit: "ms",
        value: median(found.map(({ p99 }) => p99)),
        loadShare,
      },
    );
  }
}
