import type { Contender } from "./contender.ts";
import type { LoadDriver } from "./load-driver.ts";
import { cpuSeconds } from "./process-usage.ts";
import type { Scenario } from "./scenario.ts";

/** Deliveries in one measured run: enough for a second of CPU or so. */
const DELIVERIES = 1_000_000;
const PAYLOAD = "x".repeat(100);

/** CPU of the server for each event that reaches a subscriber, with so many publishes on their way at once. */
export function fanOut(subscribers: number, atOnce: number): Scenario {
  return {
    name: `fan-out to ${subscribers} subscribers, ${atOnce} publish${
      atOnce === 1 ? "" : "es"
    } at once, 100 B`,
    unit: "µs CPU a delivery",
    digits: 3,
    pairs: 7,
    async measure(contender, load) {
      const { port, socketPath: path } = contender;
      await load.ask({ do: "connect", port, path, channel: "bench", count: subscribers });
      const rounds = Math.max(1, Math.round(DELIVERIES / subscribers / atOnce));
      // The first part warms up: the compiler of the runtime, and the sizes of its buffers.
      await publish(contender, load, Math.ceil(rounds / 4), atOnce, subscribers);
      return publish(contender, load, rounds, atOnce, subscribers);
    },
  };
}

async function publish(
  contender: Contender,
  load: LoadDriver,
  rounds: number,
  atOnce: number,
  subscribers: number,
): Promise<{ value: number; loadShare: number }> {
  const serverBefore = cpuSeconds(contender.pid), startedAt = performance.now();
  let loadBefore = 0, loadAfter = 0;
  for (let round = 0; round < rounds; round++) {
    const requests = Array.from({ length: atOnce }, () => contender.trigger(PAYLOAD));
    await Promise.all(requests.map(send));
    const answer = await load.ask({ do: "expect", frames: atOnce * subscribers });
    if (round === 0) loadBefore = answer.cpuSeconds;
    loadAfter = answer.cpuSeconds;
  }
  const elapsed = (performance.now() - startedAt) / 1000;
  const deliveries = rounds * atOnce * subscribers;
  return {
    value: (cpuSeconds(contender.pid) - serverBefore) / deliveries * 1e6,
    loadShare: (loadAfter - loadBefore) / elapsed,
  };
}

/** Sends one trigger and throws unless it was accepted: an answer in error would look like speed. */
export async function send(request: Request): Promise<void> {
  const response = await fetch(request);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${request.url} answered ${response.status}: ${text}`);
}
