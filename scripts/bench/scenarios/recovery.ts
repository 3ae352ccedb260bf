import { HAS_REDIS, NO_REDIS, startRedis } from "../../../test/support/redis-server.ts";
import type { Contender } from "../contenders/contender.ts";
import { cpuSeconds } from "../machine/cpu-seconds.ts";
import { CLIENT_CORE, pin } from "../machine/pinned.ts";
import { residentBytes } from "../machine/resident-bytes.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import { redisProcess } from "./redis-process.ts";

const SUBSCRIBERS = 1000;
const DATA = "x".repeat(100);
/** Milliseconds from one event to the next where each comes alone: more than `acknowledge_every`. */
const ALONE = 50;
const IDLE = 10_000, PER_CHANNEL = 100;
/** How long memory may take to settle, in milliseconds. */
const SETTLE = 1000;
const SILENT = `${IDLE.toLocaleString("en")} silent clients`;
const MODES = [{ name: "off", recovery: false, group: 0 }, { name: "on", recovery: true, group: 1 }] as const;
const CASES = [
  { what: "8 at once", atOnce: 8 },
  { what: "one at a time", atOnce: 1 },
  { what: `one every ${ALONE} ms`, atOnce: 1, pause: ALONE },
] as const;

/** What recovery costs while all clients stay. */
export const recovery: Scenario = {
  name: "recovery",
  title: "Recovery, switched off and on",
  measures:
    "What recovery adds to a delivery, to an idle connection and to an event that goes to another node.",
  about:
    `Two servers, one with recovery and one without, are measured in turn. Events of 100 B to ${
      SUBSCRIBERS.toLocaleString("en")
    } subscribers of one public channel, who answer pings as browsers do: CPU of the server for each delivery, with 8 events at ` +
    `once, with the next one as soon as all have the last, and with ${ALONE} ms between them, so that each event is asked about. ` +
    `Resident memory for each of ${
      IDLE.toLocaleString("en")
    } silent clients. Events between two nodes and a Redis, 32 at once, with ` +
    `a subscriber on each: events a second, and CPU of both nodes.`,
  needs: "recovery",
  async measure(stage) {
    await deliveries(stage);
    const bytes = { off: await idle(stage, "off"), on: await idle(stage, "on") };
    if (bytes.on !== undefined && bytes.off !== undefined) {
      const measure = "memory a connection, more than off";
      stage.add({ label: SILENT, measure, unit: "B", value: bytes.on - bytes.off });
    }
    await betweenNodes(stage);
  },
};

async function deliveries(stage: Stage): Promise<void> {
  const servers: { readonly name: string; readonly group: number; readonly contender: Contender }[] = [];
  for (const { name, recovery, group } of MODES) {
    stage.note(`${name}: ${SUBSCRIBERS} subscribers connect`);
    const contender = await stage.start({ recovery }), { target } = contender;
    await stage.load.ask("open", {
      target,
      group,
      count: SUBSCRIBERS,
      atOnce: 100,
      join: { channel: "bench" },
    });
    servers.push({ name, group, contender });
  }
  for (const { what, ...pace } of CASES) {
    for (const { name, group, contender } of servers) {
      const label = `${name}, ${what}`;
      stage.note(label);
      const publish = (milliseconds: number) =>
        stage.load.ask("publish", {
          ...{ target: contender.target, publications: [{ channel: "bench", data: DATA }], ...pace },
          ...{ milliseconds, group, deliveriesPerEvent: SUBSCRIBERS },
        });
      const cost = await stage.costWhenWarm(contender, publish, 2 * stage.pace.runFor);
      const { serverSeconds, deliveries, loadShare } = cost;
      const value = serverSeconds / deliveries * 1e6;
      stage.add({ label, measure: "CPU a delivery", unit: "µs", value, loadShare });
    }
  }
  for (const { group, contender } of servers) {
    await stage.load.ask("close", { group, count: SUBSCRIBERS });
    await stage.stop(contender);
  }
}

/** Returns the bytes a connection; `undefined` where so many are not possible here. */
async function idle(stage: Stage, name: "off" | "on"): Promise<number | undefined> {
  if (!stage.fits(IDLE)) return undefined;
  const label = `${name}, ${SILENT}`, group = 2, recovery = name === "on";
  stage.note(label);
  const contender = await stage.start({ recovery }), { pid, target } = contender;
  await Bun.sleep(SETTLE);
  const empty = residentBytes(pid), join = { channel: "idle-{n}", perChannel: PER_CHANNEL };
  await stage.load.ask("open", { target, group, count: IDLE, atOnce: 100, join });
  await Bun.sleep(SETTLE);
  const value = (residentBytes(pid) - empty) / IDLE;
  stage.add({ label, measure: "memory a connection", unit: "B", value });
  await stage.load.ask("close", { group, count: IDLE });
  await stage.stop(contender);
  return value;
}

async function betweenNodes(stage: Stage): Promise<void> {
  if (!HAS_REDIS) return stage.remark(NO_REDIS);
  await using redis = await startRedis();
  const redisPid = await redisProcess(redis);
  pin(redisPid, CLIENT_CORE);
  for (const { name, recovery, group: number } of MODES) {
    const label = `${name}, two nodes, 32 at once`, group = 3 + number;
    stage.note(label);
    const options = { recovery, redis: redis.port };
    const nodes = [await stage.start(options), await stage.start(options)] as const,
      join = { channel: "far" };
    for (const { target } of nodes) {
      await stage.load.ask("open", { target, group, count: 1, atOnce: 1, join });
    }
    const publish = (milliseconds: number) =>
      stage.load.ask("publish", {
        ...{ target: nodes[0].target, publications: [{ channel: "far", data: DATA }], atOnce: 32 },
        ...{ milliseconds, group, deliveriesPerEvent: nodes.length },
      });
    await stage.warmUp(nodes[0], publish);
    const spent = (): number => nodes.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
    const before = spent(), redisBefore = cpuSeconds(redisPid);
    const { events, seconds, cpuSeconds: load } = await publish(2 * stage.pace.runFor);
    const each = 1e6 / events, loadShare = load / seconds;
    stage.add(
      {
        label,
        measure: "CPU of both nodes an event",
        unit: "µs",
        value: (spent() - before) * each,
        loadShare,
      },
      {
        label,
        measure: "CPU of Redis an event",
        unit: "µs",
        value: (cpuSeconds(redisPid) - redisBefore) * each,
      },
      { label, measure: "events", unit: "a second", value: events / seconds, loadShare },
    );
    await stage.load.ask("close", { group, count: nodes.length });
    for (const node of nodes) await stage.stop(node);
  }
}
