import { Caller } from "./caller.ts";
import type { Crowd } from "./crowd.ts";
import { latencyFigures } from "./latency-figures.ts";
import type { LoadProtocol } from "./load-request.ts";
import { MarkerReader } from "./marker-reader.ts";
import { triggerRequest } from "./target.ts";

/** Milliseconds after the last event in which all must have arrived. */
const PATIENCE = 15_000;
/** Calls that may wait for a free connection; beyond it the server does not keep up, and its latency grows for ever. */
const CONNECTIONS = 64;

/** Publishes at a fixed rate and takes times from when an event was due, so that a server that stalls is not spared. */
export async function measureLatency(
  crowd: Crowd,
  request: LoadProtocol["latency"]["request"],
): Promise<LoadProtocol["latency"]["answer"]> {
  const { target, channel, bytes, perSecond, milliseconds } = request;
  const events = Math.round(perSecond * milliseconds / 1000);
  const texts = Array.from({ length: events }, (_, number) => {
    const data = `#${String(number).padStart(8, "0")}#`.padEnd(bytes, "x");
    return triggerRequest(target, { channel, data });
  });
  const groups = request.groups.map((number) => crowd.group(number));
  const due = new Float64Array(events);
  const samples = groups.map(({ peers }) => {
    const probes = peers.slice(0, request.probes);
    const times = new Float64Array(probes.length * events);
    const state = { times, count: 0 };
    for (const peer of probes) {
      const reader = new MarkerReader((number) => {
        times[state.count++] = performance.now() - due[number]!;
      });
      peer.probe = (piece) => reader.take(piece);
    }
    return state;
  });

  const idle = Array.from({ length: request.callers ?? CONNECTIONS }, () => new Caller(target));
  const waiting: string[] = [];
  const calls: Promise<void>[] = [];
  const run = async (caller: Caller, text: string): Promise<void> => {
    for (let next: string | undefined = text; next !== undefined; next = waiting.shift()) {
      await caller.call(next);
    }
    idle.push(caller);
  };
  const startedAt = performance.now() + 5;
  let late = 0;
  for (let number = 0; number < events; number++) {
    const at = startedAt + number * 1000 / perSecond;
    // Polls, since a timer would be up to a millisecond late: this process has a processor of its own.
    while (performance.now() < at) await new Promise((resolve) => setImmediate(resolve));
    due[number] = at;
    late = Math.max(late, performance.now() - at);
    const caller = idle.pop(), text = texts[number]!;
    if (caller === undefined) waiting.push(text);
    else calls.push(run(caller, text));
  }
  await Promise.race([Promise.all(calls), Bun.sleep(PATIENCE)]);
  for (const { tally, peers } of groups) {
    await tally.take(events * peers.length);
    await tally.verify();
    for (const peer of peers) peer.probe = undefined;
  }
  for (const caller of idle) caller.close();
  return {
    events,
    late,
    groups: samples.map(({ times, count }) => {
      if (count !== times.length) {
        throw new Error(`${count} of ${times.length} timed deliveries were recognised`);
      }
      return latencyFigures(times);
    }),
  };
}
