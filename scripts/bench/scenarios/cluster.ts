import { HAS_REDIS, NO_REDIS, startRedis } from "../../../test/support/redis-server.ts";
import type { Contender } from "../contenders/contender.ts";
import { CLIENT_CORE, pin } from "../machine/pinned.ts";
import { cpuSeconds } from "../machine/cpu-seconds.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import { redisProcess, redisVersion } from "./redis-process.ts";

/** Connections to the node on which everything is published, and to the other. */
const HERE = 0, THERE = 1, BYSTANDER = 2;
const SUBSCRIBERS = 10;
const PER_SECOND = 200;
/** API calls at once, and how often one process and a node are measured in turn. */
const CALLS_AT_ONCE = 16, TURNS = 3;
const DATA = "x".repeat(100);

/** Two nodes that are one server through Redis. */
export const cluster: Scenario = {
  name: "cluster",
  title: "Two nodes and a Redis",
  measures:
    "How late events reach another node, how many a second do, and what they cost both nodes; what scaling adds to an API call.",
  about:
    `Two nodes share the processor for servers, and one Redis that of the load client. Delay of ${PER_SECOND} events a second ` +
    `to ${SUBSCRIBERS} subscribers on the node where they are published and ${SUBSCRIBERS} on the other; CPU of a node for each ` +
    `event without a subscriber there, beyond what the node uses when idle; of an API call without subscribers in one process, in a ` +
    `node without others, and beside another node, in turn; events a second that one publisher can send to the ` +
    `other node with 32 at once; and joins a second of presence channels whose only member is on the other node.`,
  needs: "redis",
  async measure(stage) {
    if (!HAS_REDIS) throw new Error(NO_REDIS);
    await using redis = await startRedis();
    pin(await redisProcess(redis), CLIENT_CORE);
    stage.remark(`Between the nodes stood ${await redisVersion(redis)}.`);
    const single = await stage.start(), here = await stage.start({ redis: redis.port });
    await calls(stage, single, here, "no other node");
    const there = await stage.start({ redis: redis.port });
    await calls(stage, single, here, "one other node");
    await stage.stop(single);
    await open(stage, here, HERE, "bench");
    await open(stage, there, THERE, "bench");
    await delays(stage, here);
    await unwanted(stage, here, there);
    await throughput(stage, here, there);
    await joins(stage, here, there);
  },
};

function open(stage: Stage, { target }: Contender, group: number, channel: string, count = SUBSCRIBERS) {
  return stage.load.ask("open", { target, group, count, atOnce: SUBSCRIBERS, join: { channel } });
}

/** API calls that no client listens to, by turns in one process and in a node. */
async function calls(stage: Stage, single: Contender, node: Contender, beside: string): Promise<void> {
  const costs = [single, node].map((contender) => ({ contender, seconds: 0, calls: 0 }));
  const run = (contender: Contender) => (milliseconds: number) =>
    publish(stage, contender, {
      channel: "unheard",
      group: BYSTANDER,
      deliveries: 0,
      atOnce: CALLS_AT_ONCE,
      milliseconds,
    });
  stage.note(`API calls, ${beside}`);
  for (const { contender } of costs) await stage.warmUp(contender, run(contender));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const cost of costs) {
      const { serverSeconds, calls } = await stage.costOf(
        cost.contender,
        () => run(cost.contender)(stage.pace.runFor),
      );
      cost.seconds += serverSeconds;
      cost.calls += calls;
    }
  }
  const [alone, inCluster] = costs.map(({ seconds, calls }) => seconds / calls * 1e6) as [number, number];
  const label = `API calls without subscribers, ${CALLS_AT_ONCE} at once, ${beside}`;
  stage.add(
    { label, measure: "CPU a call without scaling", unit: "µs", value: alone },
    { label, measure: "CPU a call with scaling", unit: "µs", value: inCluster },
    { label, measure: "with scaling against without", unit: "×", value: inCluster / alone },
  );
}

async function delays(stage: Stage, here: Contender): Promise<void> {
  const label = `${PER_SECOND} events a second`;
  stage.note(label);
  const run = (milliseconds: number) =>
    stage.load.ask("latency", {
      target: here.target,
      channel: "bench",
      bytes: DATA.length,
      perSecond: PER_SECOND,
      milliseconds,
      groups: [HERE, THERE],
      probes: SUBSCRIBERS,
    });
  await stage.warmUp(here, run);
  const { groups: [local, remote], cpuSeconds, seconds } = await run(5 * stage.pace.runFor);
  const loadShare = cpuSeconds / seconds;
  if (local === undefined || remote === undefined) throw new Error("the load client gave no figures");
  stage.add(
    { label, measure: "p50 on the same node", unit: "ms", value: local.p50, loadShare },
    { label, measure: "p50 on the other node", unit: "ms", value: remote.p50, loadShare },
    { label, measure: "p99 on the same node", unit: "ms", value: local.p99, loadShare },
    { label, measure: "p99 on the other node", unit: "ms", value: remote.p99, loadShare },
  );
}

/** What an event costs a node that has no subscriber for it. */
async function unwanted(stage: Stage, here: Contender, there: Contender): Promise<void> {
  const label = "an event without subscribers on the other node";
  stage.note(label);
  await open(stage, here, BYSTANDER, "elsewhere");
  const idleFor = 2 * stage.pace.runFor;
  const before = cpuSeconds(there.pid);
  await Bun.sleep(idleFor);
  const idleShare = (cpuSeconds(there.pid) - before) / (idleFor / 1000);
  const { serverSeconds, events, seconds } = await stage.costOf(
    there,
    () =>
      publish(stage, here, { channel: "elsewhere", group: BYSTANDER, deliveries: SUBSCRIBERS, atOnce: 8 }),
  );
  const value = Math.max(0, serverSeconds - idleShare * seconds) / events * 1e6;
  stage.add({ label, measure: "CPU of the other node", unit: "µs", value });
}

async function throughput(stage: Stage, here: Contender, there: Contender): Promise<void> {
  const label = "events to one subscriber on the other node, 32 at once";
  stage.note(label);
  const group = BYSTANDER + 1;
  await open(stage, there, group, "far", 1);
  const run = (milliseconds: number) =>
    publish(stage, here, { channel: "far", group, deliveries: 1, atOnce: 32, milliseconds });
  await stage.warmUp(here, run);
  const before = cpuSeconds(there.pid);
  const { serverSeconds, events, seconds, loadShare } = await stage.costOf(
    here,
    () => run(stage.pace.runFor),
  );
  const others = cpuSeconds(there.pid) - before;
  stage.add(
    {
      label,
      measure: "CPU of both nodes an event",
      unit: "µs",
      value: (serverSeconds + others) / events * 1e6,
      loadShare,
    },
    { label, measure: "events", unit: "a second", value: events / seconds, loadShare },
  );
}

async function joins(stage: Stage, here: Contender, there: Contender): Promise<void> {
  const label = "joining and leaving a member on the other node, 32 at once";
  stage.note(label);
  const group = BYSTANDER + 2, channel = "presence-room-{n}", newcomers = 32;
  await open(stage, there, group, channel, newcomers);
  const churn = () =>
    stage.load.ask("churn", {
      target: here.target,
      group,
      channel,
      newcomers,
      milliseconds: stage.pace.runFor,
    });
  await churn();
  const { joins, seconds, cpuSeconds: loadSeconds } = await churn();
  const loadShare = loadSeconds / seconds;
  stage.add({ label, measure: "joins and leaves", unit: "a second", value: joins / seconds, loadShare });
}

function publish(
  stage: Stage,
  { target }: Contender,
  { channel, group, deliveries, atOnce, milliseconds = stage.pace.runFor }: {
    readonly channel: string;
    readonly group: number;
    readonly deliveries: number;
    readonly atOnce: number;
    readonly milliseconds?: number;
  },
) {
  return stage.load.ask("publish", {
    target,
    publications: [{ channel, data: DATA }],
    atOnce,
    milliseconds,
    group,
    deliveriesPerEvent: deliveries,
  });
}
