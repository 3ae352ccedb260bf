import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const GROUP = 0;
const ROOM = 100;
const PROBES = 10;
const BYTES = 100;

/** How long an event is on its way while the server is half busy. */
export const latency: Scenario = {
  name: "latency",
  title: "Delay at a fixed load",
  measures: "How late events arrive at a fixed load, and how long the longest delay is.",
  about:
    `Events of ${BYTES} B to a public channel with ${ROOM} subscribers at a fixed rate, whether or not the server keeps up: ` +
    `half of what the slowest contender can do, and half of what Resound can do. Milliseconds from when an event was due to ` +
    `its arrival, at ${PROBES} of the subscribers. A contender that cannot do that rate is left out. The table also has how late ` +
    `the load client itself was: for that long the machine did something else.`,
  async calibrate(stage) {
    const contender = await stage.start();
    await join(stage, contender);
    stage.note("how many events a second it can do");
    const publish = (milliseconds: number) =>
      stage.load.ask("publish", {
        target: contender.target,
        publications: [{ channel: "bench", data: "x".repeat(BYTES) }],
        atOnce: 8,
        milliseconds,
        group: GROUP,
        deliveriesPerEvent: ROOM,
      });
    await stage.warmUp(contender, publish);
    const { events, seconds } = await publish(2 * stage.pace.runFor);
    return events / seconds;
  },
  async measure(stage) {
    const contender = await stage.start();
    await join(stage, contender);
    const { capacities } = stage;
    const slowest = Math.min(...capacities.values());
    const ours = capacities.get("binary") ?? capacities.get("source") ?? slowest;
    const own = capacities.get(stage.contenderId) ?? slowest;
    const loads = [
      ["half of the slowest's capacity", slowest],
      ["half of Resound's capacity", ours],
    ] as const;
    for (const [name, capacity] of loads) {
      const perSecond = Math.max(10, Math.round(capacity / 2 / 10) * 10);
      if (perSecond > own * 0.8) continue;
      const label = name;
      stage.note(`${label}: ${perSecond} events a second`);
      const run = (milliseconds: number) =>
        stage.load.ask("latency", {
          target: contender.target,
          channel: "bench",
          bytes: BYTES,
          perSecond,
          milliseconds,
          groups: [GROUP],
          probes: PROBES,
        });
      await stage.warmUp(contender, run);
      const { groups: [figures], late, cpuSeconds, seconds } = await run(5 * stage.pace.runFor);
      const loadShare = cpuSeconds / seconds;
      if (figures === undefined) throw new Error("the load client gave no figures");
      stage.add(
        { label, measure: "offered load", unit: "events a second", value: perSecond, loadShare },
        { label, measure: "p50", unit: "ms", value: figures.p50, loadShare },
        { label, measure: "p99", unit: "ms", value: figures.p99, loadShare },
        { label, measure: "p99.9", unit: "ms", value: figures.p999, loadShare },
        { label, measure: "longest", unit: "ms", value: figures.most, loadShare },
        { label, measure: "load client late, at most", unit: "ms", value: late, loadShare },
      );
    }
  },
};

async function join(stage: Stage, { target }: Awaited<ReturnType<Stage["start"]>>): Promise<void> {
  stage.note(`${ROOM} clients join`);
  await stage.load.ask("open", {
    target,
    group: GROUP,
    count: ROOM,
    atOnce: ROOM,
    join: { channel: "bench" },
  });
}
