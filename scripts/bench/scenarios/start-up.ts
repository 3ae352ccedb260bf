import { anonymousBytes, residentBytes } from "../machine/resident-bytes.ts";
import { median } from "../report/statistics.ts";
import type { Scenario } from "../scenario.ts";

/** Milliseconds after which an empty server's memory is read. */
const SETTLE = 700;

/** How soon a server answers, and how much memory it takes before the first client. */
export const startUp: Scenario = {
  name: "start-up",
  title: "Start, and the empty server",
  measures: "How soon a started server greets its first client, and how much memory it takes.",
  about:
    `From the start of the process to the greeting of the first WebSocket client, which tries every half millisecond, and ` +
    `resident memory ${SETTLE} ms later, with the anonymous part of it, which is the process's own; the rest are pages of files that ` +
    `the system may drop. At the full pace the median of three starts in each round.`,
  async measure(stage) {
    const starts: { readonly within: number; readonly bytes: number; readonly own: number }[] = [];
    const count = stage.pace.name === "full" ? 3 : 1;
    for (let start = 1; start <= count; start++) {
      stage.note(`start ${start} of ${count}`);
      const contender = await stage.start();
      await Bun.sleep(SETTLE);
      const { pid, startedWithin: within } = contender;
      starts.push({ within, bytes: residentBytes(pid), own: anonymousBytes(pid) });
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
      {
        label,
        measure: "anonymous memory",
        unit: "MB",
        value: median(starts.map(({ own }) => own)) / 1024 / 1024,
      },
    );
  },
};
