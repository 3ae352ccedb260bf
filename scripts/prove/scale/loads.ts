import { type Costs, NOTHING } from "./measure-costs.ts";
import { commandCount, type Traffic, trafficPlus } from "./traffic.ts";

/** What happens at one node in a second. */
export interface Rates {
  readonly joins: number;
  readonly leaves: number;
  readonly publishes: number;
  readonly questions: number;
}

/** What one Redis can do in a second. */
export interface Capacity {
  /** Commands, those of scripts too, and messages to nodes. */
  readonly steps: number;
  /** Bytes in or out, the larger of them. */
  readonly bytes: number;
}

/** What a cluster of so many nodes asks of Redis in a second. */
export interface Load {
  readonly nodes: number;
  /** Of one node. */
  readonly byNode: Traffic;
  /** Of that: what it asks while nothing happens. */
  readonly idle: Traffic;
  /** What all nodes ask of a Redis cluster's busiest master, by the number of masters. */
  readonly busiest: ReadonlyMap<number, { readonly steps: number; readonly bytes: number }>;
}

/** Commands on `{connections:APP}` for a join or a leave: one key, which is on one master. */
const COUNTED = 1;

/** Computes the load from what single operations cost. Leases, and the counts of connections of one application, are on one master. */
export function loadOf(costs: Costs, rates: Rates, masters: readonly number[]): Load {
  const { nodes, idle } = costs;
  const work = [
    [costs.join, rates.joins],
    [costs.leave, rates.leaves],
    [costs.publish, rates.publishes],
    [costs.question, rates.questions],
  ] as const;
  const byNode = work.reduce(
    (sum, [part, times]) => trafficPlus(sum, part, times),
    trafficPlus(NOTHING, idle, 1),
  );
  const counted = COUNTED * (rates.joins + rates.leaves);
  const busiest = new Map(masters.map((count) => {
    const steps = stepsOf(byNode), fixed = Math.min(steps, stepsOf(idle) + counted);
    const bytes = largerBytes(byNode), fixedBytes = largerBytes(idle);
    return [count, {
      steps: nodes * (fixed + (steps - fixed) / count),
      bytes: nodes * (fixedBytes + (bytes - fixedBytes) / count),
    }];
  }));
  return { nodes, byNode, idle, busiest };
}

/** Commands and messages. */
export function stepsOf(traffic: Traffic): number {
  return commandCount(traffic) + traffic.messages;
}

function largerBytes({ bytesIn, bytesOut }: Traffic): number {
  return Math.max(bytesIn, bytesOut);
}

/** Where a limit is reached first. */
export interface Limit {
  readonly nodes: number;
  readonly by: "steps" | "bytes";
}

/**
 * The number of nodes from which on the busiest of so many masters has more than it can do: on a line between the two loads around
 * it; `undefined` where none of the loads has reached it.
 */
export function firstLimit(
  loads: readonly Load[],
  masters: number,
  capacity: Capacity,
): Limit | undefined {
  const found = (["steps", "bytes"] as const).flatMap((by): Limit[] => {
    let before = { nodes: 0, value: 0 };
    for (const { nodes, busiest } of loads) {
      const value = busiest.get(masters)?.[by] ?? 0;
      if (value > capacity[by]) {
        const share = (capacity[by] - before.value) / (value - before.value);
        return [{ nodes: Math.floor(before.nodes + share * (nodes - before.nodes)), by }];
      }
      before = { nodes, value };
    }
    return [];
  });
  return found.toSorted((one, other) => one.nodes - other.nodes)[0];
}
