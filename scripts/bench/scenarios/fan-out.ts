import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import type { Contender } from "../contenders/contender.ts";

/** Several publishes on their way at once, and how large their data is. */
interface Case {
  readonly atOnce: number;
  readonly bytes: number;
}

const GROUP = 0;
/** Bytes that may wait for clients at once; what is larger measures the memory of the machine. */
const MOST_ON_ITS_WAY = 1e9;

/** One event to many subscribers of one channel. */
export const fanOut: Scenario = {
  name: "fan-out",
  title: "One event to many subscribers",
  measures: "What an event costs the server for each subscriber of its channel.",
  about:
    "Events go to one public channel through the HTTP API, 1, 8 or 32 at a time; the next ones are sent when every " +
    "subscriber has received all of these. CPU of the server for each delivery, with its share of the API call. At the full " +
    "pace every number of subscribers is measured with every concurrency and size, unless more than 1 GB would be on its way.",
  async measure(stage) {
    const contender = await stage.start();
    let subscribers = 0;
    for (const size of stage.pace.name === "quick" ? [10, 100, 1000] : [10, 100, 1000, 10_000]) {
      if (!stage.fits(size)) break;
      stage.note(`${size} subscribers connect`);
      await stage.load.ask("open", {
        target: contender.target,
        group: GROUP,
        count: size - subscribers,
        atOnce: 100,
        join: { channel: "bench" },
      });
      subscribers = size;
      for (const each of casesOf(stage, size)) {
        // Calls need connections too.
        if (stage.fits(size + each.atOnce)) await measureCase(stage, contender, size, each);
      }
    }
  },
};

function casesOf({ pace }: Stage, subscribers: number): readonly Case[] {
  const small = [1, 8, 32].map((atOnce) => ({ atOnce, bytes: 100 }));
  const large = [1000, 10_000].map((bytes) => ({ atOnce: 8, bytes }));
  switch (pace.name) {
    case "full":
      return [1, 8, 32].flatMap((atOnce) => [100, 1000, 10_000].map((bytes) => ({ atOnce, bytes })))
        .filter(({ atOnce, bytes }) => subscribers * atOnce * bytes <= MOST_ON_ITS_WAY);
    case "normal":
      return subscribers === 1000 ? [...small, ...large] : subscribers > 1000 ? small.slice(0, 2) : small;
    case "quick":
      return subscribers === 1000 ? [...small.slice(0, 2), large[1]!] : small.slice(0, 2);
  }
}

/** Measures one case after a warm-up: the compiler of the runtime, and the sizes of its buffers. */
async function measureCase(
  stage: Stage,
  contender: Contender,
  subscribers: number,
  each: Case,
): Promise<void> {
  const label = caseLabel(subscribers, each);
  stage.note(label);
  const publish = (milliseconds: number) =>
    stage.load.ask("publish", {
      target: contender.target,
      publications: [{ channel: "bench", data: "x".repeat(each.bytes) }],
      atOnce: each.atOnce,
      milliseconds,
      group: GROUP,
      deliveriesPerEvent: subscribers,
    });
  const { serverSeconds, deliveries, seconds, loadShare } = await stage.costWhenWarm(contender, publish);
  const growths = [
    ...(each.bytes === 100
      ? [{ series: `${each.atOnce} at once, 100 B`, size: subscribers, axis: "subscribers" }]
      : []),
    ...(each.atOnce === 8 && subscribers === 1000
      ? [{ series: "8 at once, 1,000 subscribers", size: each.bytes, axis: "bytes of data" }]
      : []),
  ];
  stage.add(
    {
      label,
      measure: "CPU a delivery",
      unit: "µs",
      value: serverSeconds / deliveries * 1e6,
      loadShare,
      growths,
    },
    { label, measure: "deliveries", unit: "a second", value: deliveries / seconds, loadShare },
  );
}

function caseLabel(subscribers: number, { atOnce, bytes }: Case): string {
  return `${subscribers.toLocaleString("en")} subscribers, ${atOnce} at once, ${size(bytes)}`;
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${bytes / 1000} KB`;
}
