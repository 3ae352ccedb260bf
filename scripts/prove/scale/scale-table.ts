import { type Capacity, firstLimit, type Load } from "./loads.ts";
import type { Costs } from "./measure-costs.ts";
import type { Death } from "./simulated-scale.ts";
import { commandCount, type Traffic } from "./traffic.ts";

/** The load by number of nodes, as lines of Markdown. */
export function loadTable(loads: readonly Load[], deaths: ReadonlyMap<number, Death>): readonly string[] {
  const masters = [...loads[0]?.busiest.keys() ?? []];
  return table(
    [
      "nodes",
      ...["commands", "messages", "KB in", "KB out", "of these idle: commands", "idle: KB out"],
      ...masters.map((count) => count === 1 ? "one Redis: steps" : `busiest of ${count}: steps`),
      "healed after",
    ],
    loads.map(({ nodes, byNode, idle, busiest }) => [
      String(nodes),
      whole(commandCount(byNode)),
      whole(byNode.messages),
      kilobytes(byNode.bytesIn),
      kilobytes(byNode.bytesOut),
      whole(commandCount(idle)),
      kilobytes(idle.bytesOut),
      ...masters.map((count) => whole(busiest.get(count)!.steps)),
      `${((deaths.get(nodes)?.healedAfter ?? 0) / 1000).toFixed(1)} s`,
    ]),
  );
}

/** What single operations cost, as lines of Markdown: commands, messages, bytes. */
export function costTable(all: readonly Costs[]): readonly string[] {
  const cell = (traffic: Traffic): string =>
    `${tenths(commandCount(traffic))} + ${tenths(traffic.messages)}, ${
      whole(traffic.bytesIn + traffic.bytesOut)
    } B`;
  return table(
    ["nodes", "idle, a node and second", "a join", "a leave", "a publish", "`GET /channels`"],
    all.map(({ nodes, idle, join, leave, publish, question }) => [
      String(nodes),
      ...[idle, join, leave, publish, question].map(cell),
    ]),
  );
}

/** Where the limit is, a sentence for each number of masters. */
export function limitLines(loads: readonly Load[], capacity: Capacity): readonly string[] {
  return [...loads[0]?.busiest.keys() ?? []].map((masters) => {
    const limit = firstLimit(loads, masters, capacity);
    const where = masters === 1 ? "one Redis" : `a Redis Cluster of ${masters} masters`;
    return limit === undefined
      ? `- ${where}: not reached with ${loads.at(-1)?.nodes ?? 0} nodes`
      : `- ${where}: ${limit.nodes} nodes, by its ${
        limit.by === "steps" ? "commands and messages" : "bytes"
      }`;
  });
}

/** Commands of an operation, as simulated and as a real Redis has counted them. */
export function comparisonTable(
  pairs: readonly (readonly [simulated: Costs, real: Costs])[],
): readonly string[] {
  const cell = (simulated: Traffic, real: Traffic): string =>
    `${tenths(commandCount(simulated))} / ${tenths(commandCount(real))}`;
  return table(
    ["nodes", "idle, a node and second", "a join", "a leave", "a publish", "`GET /channels`"],
    pairs.map(([simulated, real]) => [
      String(simulated.nodes),
      ...(["idle", "join", "leave", "publish", "question"] as const).map((part) =>
        cell(simulated[part], real[part])
      ),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---:")), ...rows.map(line)];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function tenths(value: number): string {
  return value.toFixed(1);
}

function kilobytes(bytes: number): string {
  return tenths(bytes / 1000);
}
