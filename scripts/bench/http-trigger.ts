import { send } from "./fan-out.ts";
import { cpuSeconds } from "./process-usage.ts";
import type { Scenario } from "./scenario.ts";

const REQUESTS = 20_000;
const AT_ONCE = 16;
const PAYLOAD = "x".repeat(100);

/** CPU of the server for each signed trigger that nobody is subscribed to. */
export const httpTrigger: Scenario = {
  name: `HTTP trigger, nobody subscribed, ${AT_ONCE} at once`,
  unit: "µs CPU a request",
  digits: 1,
  pairs: 7,
  async measure(contender) {
    const run = async (requests: number): Promise<void> => {
      for (let sent = 0; sent < requests; sent += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => send(contender.trigger(PAYLOAD))));
      }
    };
    await run(REQUESTS / 4);
    const before = cpuSeconds(contender.pid);
    await run(REQUESTS);
    return { value: (cpuSeconds(contender.pid) - before) / REQUESTS * 1e6, loadShare: 0 };
  },
};
