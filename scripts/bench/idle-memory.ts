import { residentBytes } from "./process-usage.ts";
import type { Scenario } from "./scenario.ts";

/** How long memory may take to settle after the last connection, in milliseconds. */
const SETTLE = 3000;

/** Resident memory for each idle connection that is subscribed to one channel, beyond the empty server's. */
export function idleMemory(connections: number): Scenario {
  return {
    name: `${connections} idle connections, subscribed`,
    unit: "KB a connection",
    digits: 2,
    pairs: 3,
    async measure({ pid, port, socketPath: path }, load) {
      await Bun.sleep(SETTLE / 3);
      const empty = residentBytes(pid);
      await load.ask({ do: "connect", port, path, channel: "bench", count: connections });
      await Bun.sleep(SETTLE);
      return { value: (residentBytes(pid) - empty) / connections / 1024, loadShare: 0 };
    },
  };
}
