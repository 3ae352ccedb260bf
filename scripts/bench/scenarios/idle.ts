import { residentBytes } from "../machine/resident-bytes.ts";
import { openFilesLimit } from "../machine/open-files-limit.ts";
import type { Scenario } from "../scenario.ts";

/** How long memory may take to settle after the last connection, in milliseconds. */
const SETTLE = 1000;
/** Open files of a process that are not these connections. */
const SPARE = 500;

/** Memory of connections that do nothing. */
export const idle: Scenario = {
  name: "idle",
  title: "Idle connections",
  about:
    "Clients that are subscribed to one public channel and silent. Resident memory of the server for each, beyond what it " +
    "had before the first.",
  async measure(stage) {
    const contender = await stage.start();
    await Bun.sleep(SETTLE);
    const empty = residentBytes(contender.pid);
    let connections = 0;
    const limit = openFilesLimit();
    for (const size of stage.pace.name === "quick" ? [1000, 10_000] : [1000, 10_000, 18_000]) {
      if (size + SPARE > limit) {
        stage.remark(
          `${size.toLocaleString("en")} connections do not fit: a process may have ${
            limit.toLocaleString("en")
          } open files here.`,
        );
        break;
      }
      const label = `${size.toLocaleString("en")} connections`;
      stage.note(label);
      await stage.load.ask("open", {
        target: contender.target,
        group: 0,
        count: size - connections,
        atOnce: 100,
        join: { channel: "bench" },
      });
      connections = size;
      await Bun.sleep(SETTLE);
      const value = (residentBytes(contender.pid) - empty) / connections / 1024;
      const growths = [{ series: "subscribed to one channel", size, axis: "connections" }];
      stage.add({ label, measure: "memory a connection", unit: "KB", value, growths });
    }
  },
};
