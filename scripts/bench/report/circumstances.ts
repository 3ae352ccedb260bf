import { problemText, type ScenarioResult } from "./result.ts";
import type { Results } from "./target-check.ts";

/** Where, when, how often and on what the results were measured, in one sentence a line. */
export function circumstances(results: Results): string[] {
  const all = [...results.values()];
  const each = (tell: (result: ScenarioResult) => string): string => [...new Set(all.map(tell))].join("; ");
  const pinned = all.every(({ machine }) => machine.pinned);
  const dates = [...new Set(all.map(({ machine }) => machine.date))].toSorted();
  const begun = dates.length > 1 ? `${dates[0]} to ${dates.at(-1)}` : dates[0];
  const others = all.map(({ machine }) => machine.otherWork);
  return [
    `Machine: ${
      each(({ machine }) =>
        `${machine.processor}, ${machine.processors} processors, ${machine.memoryGigabytes} GB, ${machine.system}`
      )
    }.`,
    `Pace: ${each(({ pace, pairs }) => `${pace}, ${pairs} rounds`)}, begun ${begun} UTC, commit ${
      each(({ machine }) => machine.commit)
    }.`,
    `Measuring took ${
      Math.ceil(all.reduce((sum, { seconds }) => sum + seconds, 0) / 60)
    } minutes: every round starts, measures and stops each contender in turn.`,
    pinned
      ? "The server has processor 0 for itself, the load client and everything else processor 1 (`taskset`)."
      : "Nothing was bound to a processor: there was no taskset, or only one processor.",
    `Other processes of the machine used ${Math.min(...others).toFixed(2)} to ${
      Math.max(...others).toFixed(2)
    } processors meanwhile; the more they use, the more the values scatter.`,
  ];
}

/** The contenders of all results, each with its version or the reason why it could not take part. */
export function participants(results: Results): { readonly name: string; readonly version: string }[] {
  const found = new Map<string, { name: string; version: string }>();
  for (const { contenders } of results.values()) {
    for (const { id, name, version, problem } of contenders) {
      if (version !== "") found.set(id, { name, version });
      else if (!found.has(id)) {
        found.set(id, { name, version: problem === undefined ? "unknown" : problemText(problem) });
      }
    }
  }
  return [...found.values()];
}
