import { sentence } from "../report/story.ts";
import type { Entry } from "../history/entry.ts";
import type { Failing } from "./simulate-seeds.ts";

/** All that happened in a failing run, in its order, in sentences for people: what is wrong comes last. */
export function tellStory({ plan, run }: Failing): readonly string[] {
  const wrong = new Set(run.violations.flatMap(({ entries }) => entries));
  const told = run.history.entries.filter((each) => !isProtocol(each)).sort((one, other) =>
    orderOf(one) - orderOf(other)
  );
  return [
    `seed ${plan.seed}: ${plan.nodes.length} nodes, recovery ${
      plan.recovers ? "on" : "off"
    }, ${plan.steps.length} steps`,
    ...told.map((each) => `${timeOf(each).padStart(10)} ${wrong.has(each) ? ">" : " "} ${sentence(each)}`),
    ...told.flatMap((each) =>
      each.type === "record" && each.log.length > 0
        ? [`the log of ${each.node}:`, ...each.log.map(logLine)]
        : []
    ),
    ...run.violations.map(({ checker, says }) => `wrong (${checker}): ${says}`),
    ...run.faults.map(({ ms, where, error }) =>
      `wrong at ${ms.toFixed(1)} ms in ${where}: ${
        error instanceof Error ? error.stack ?? error.message : String(error)
      }`
    ),
  ];
}

/** What the protocol sends in any case, and what a process says at each quiet moment. */
function isProtocol(entry: Entry): boolean {
  if (entry.type === "record") return entry.log.length === 0;
  return entry.type === "frame" && /^pusher:(?:pong|ping|connection_established)$/.test(entry.event);
}

function orderOf(entry: Entry): number {
  return entry.type === "operation" || entry.type === "fault" ? entry.start.order : entry.at.order;
}

function timeOf(entry: Entry): string {
  return `${
    (entry.type === "operation" || entry.type === "fault" ? entry.start : entry.at).ms.toFixed(1)
  } ms`;
}

function logLine(text: string): string {
  const { time, event, message } = JSON.parse(text) as { time: string; event: string; message: string };
  return `  ${time.slice(14, 23)} ${event}: ${message}`;
}
