import { residentBytes } from "../machine/resident-bytes.ts";
import { median } from "../report/statistics.ts";
import type { Scenario } from "../scenario.ts";

/** Milliseconds after which an empty server's memory is read. */
const SETTLE = 700;

/** How soon a server answers, and how much memory it takes before the first client. */
export const startUp: Scenario = {
  name: "start-up",
  title: "Start, and the empty server",
  about:
    `From the start of the process to the greeting of the first WebSocket client, which tries every half millisecond, and ` +
    `resident memory ${SETTLE} ms later. At the full pace the median of three starts in each round.`,
  async measure(stage) {
    const starts: { readonly within: number; readonly bytes: number }[] = [];
    const count = stage.pace.name === "full" ? 3 : 1;
    for (let start = 1; start <= count; start++) {
      stage.note(`start ${start} of ${count}`);
      const contender = await stage.start();
      await Bun.sleep(SETTLE);
      starts.push({ within: contender.startedWithin, bytes: residentBytes(contender.pid) });
      await stage.stop(contender);
    }
    const label = "empty server";
    stage.add(
      {
        label,
        measure: "until the first greeting",
        unit: "ms",
        value: median(starts.map(({ within }) => within)),
      },
      { label, measure: "memory", unit: "MB", value: median(starts.map(({ bytes }) => bytes)) / 1024 / 1024 },
    );
  },
};
