import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Capacity, loadOf, type Rates } from "./loads.ts";
import type { Costs, Workload } from "./measure-costs.ts";
import { realCosts } from "./real-scale.ts";
import { scaleChart } from "./scale-chart.ts";
import { comparisonTable, costTable, limitLines, loadTable } from "./scale-table.ts";
import { type Death, simulateCosts, simulateDeath } from "./simulated-scale.ts";

const NODES = [3, 6, 12, 25, 50, 100];
const REAL_NODES = [3, 6, 12];
const MASTERS = [1, 3, 6];
const WORKLOAD: Workload = {
  groups: 4,
  audience: 20,
  privateChannels: 2,
  publishes: 40,
  eventBytes: 200,
  idleFor: 6000,
};
/** A node with 10,000 connections, each of which stays for ten minutes. */
const RATES: Rates = { joins: 10_000 / 600, leaves: 10_000 / 600, publishes: 100, questions: 0.1 };
/** Assumed: 5 µs for a command or a message, a core that is busy for seven tenths of the time, and a network of 1 Gbit/s. */
const CAPACITY: Capacity = { steps: 140_000, bytes: 125_000_000 };
/** Members on the node that is killed. */
const MEMBERS = 50;

/** What the command line may set; what is `undefined` is as in docs/scaling.md. */
export interface ScaleWish {
  /** A second at each node; there are as many leaves. */
  readonly joins: number | undefined;
  /** Events a second at each node. */
  readonly publishes: number | undefined;
  /** Private channels of each connection. */
  readonly channels: number | undefined;
  /** The folder for the chart; none is written without one. */
  readonly out?: string | undefined;
}

/** Simulates clusters of 3 to 100 nodes, says what they ask of Redis, and writes the chart. */
export async function proveScale(wish: ScaleWish, say: (line: string) => void): Promise<void> {
  const all: Costs[] = [], deaths = new Map<number, Death>(), workload = workloadOf(wish), { out } = wish;
  for (const nodes of NODES) {
    all.push(await inTask(() => simulateCosts(nodes, workload)));
    deaths.set(nodes, await inTask(() => simulateDeath(nodes, MEMBERS)));
  }
  const loads = all.map((costs) => loadOf(costs, ratesOf(wish), MASTERS));
  for (const line of ["What one of each costs: commands + messages, bytes", "", ...costTable(all)]) say(line);
  for (const line of ["", "By node and second", "", ...loadTable(loads, deaths)]) say(line);
  for (const line of ["", "The first limit", "", ...limitLines(loads, CAPACITY)]) say(line);
  if (out !== undefined) writeFileSync(join(out, "scaling.svg"), scaleChart(loads, CAPACITY));
}

/** Compares what is simulated with real nodes and a real Redis. */
export async function compareScale(wish: ScaleWish, say: (line: string) => void): Promise<void> {
  const pairs: (readonly [Costs, Costs])[] = [], workload = workloadOf(wish);
  for (const nodes of REAL_NODES) {
    pairs.push([await inTask(() => simulateCosts(nodes, workload)), await realCosts(nodes, workload)]);
  }
  for (const line of ["", "Commands, simulated / counted by a real Redis", "", ...comparisonTable(pairs)]) {
    say(line);
  }
}

function workloadOf({ channels }: ScaleWish): Workload {
  return channels === undefined ? WORKLOAD : { ...WORKLOAD, privateChannels: channels };
}

function ratesOf({ joins = RATES.joins, publishes = RATES.publishes }: ScaleWish): Rates {
  return { ...RATES, joins, leaves: joins, publishes };
}

/** As a virtual clock must be used: not from within a promise. */
function inTask<T>(call: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(call());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
