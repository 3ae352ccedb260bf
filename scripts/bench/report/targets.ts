import type { ResultRow } from "./result.ts";
import { checkTarget, type Results, type Target, type TargetCheck } from "./target-check.ts";
import { growthCheck, tailChecks } from "./target-shapes.ts";

const cpu = ({ measure }: ResultRow): boolean => measure.startsWith("CPU a ");
const labelled = (pattern: RegExp) => (row: ResultRow): boolean => cpu(row) && pattern.test(row.label);
const OVERLAPPING = /, (8|32) at once/, ALONE = /, 1 at once/;
const LOW = /^500 a second/, SATURATED = /^as many as possible/;
const ONE_EVENT = /^one event a call$/;
/** Labels of cases that are measured twice in one visit: the second way, and what stands in its place for the first. */
const ON = "on, ", OFF = "off, ", WORKERS = "2 workers without Redis, ", ALONE_THERE = "one process, ";

/** How a call's cost in a node is told, and the rows that have it. */
const AGAINST = "× without scaling";
const scaled = (pattern: RegExp) => ({ label, measure }: ResultRow): boolean =>
  measure === "with scaling against without" && pattern.test(label);

/** What this server is meant to reach, as it was written down before it was measured. */
const TARGETS: readonly Target[] = [
  atMostBare("fan-out, CPU a delivery", "fan-out", 1.05, cpu, "at every size and concurrency"),
  atMostBare("fan-out to 10 subscribers, CPU a delivery", "fan-out", 1.25, labelled(/^10 subscribers, /)),
  ...better("fan-out, CPU a delivery, publishes overlap", "fan-out", labelled(OVERLAPPING), 10, 10),
  ...better("fan-out, CPU a delivery, one at a time", "fan-out", labelled(ALONE), 1.7, 1.7),
  atMostBare("HTTP trigger, signature verified", "http", 1.25, labelled(ONE_EVENT)),
  ...better("HTTP trigger, signature verified", "http", labelled(ONE_EVENT), 3, 5),
  atMostBare("client events in a room of 100", "client-events", 1.2, cpu),
  ...better("client events, 500 a second", "client-events", labelled(LOW), 1.6),
  ...better("client events, as many as possible", "client-events", labelled(SATURATED), 5),
  atMostBare("connect, subscribe, close", "connect", 1.15, cpu),
  ...better("connect, subscribe, close", "connect", cpu, 2.3, 7),
  below(
    "idle subscribed connection, beyond the empty server",
    "idle",
    2.2,
    "KB at 10,000",
    ({ label, measure }) => label.startsWith("10,000 ") && measure === "memory a connection",
  ),
  besideOff("recovery on, events to 1,000 subscribers, 8 at once", 1.6, labelled(/^on, 8 at once/)),
  besideOff("recovery on, events to 1,000 subscribers, one at a time", 2.2, labelled(/^on, one /)),
  {
    what: "recovery on, events between two nodes",
    target: "at least half as many a second as with it off",
    scenario: "recovery",
    fits: ({ label, measure }) => measure === "events" && label.startsWith(OFF),
    rule: { kind: "own", times: 2, than: (label) => ON + label.slice(OFF.length) },
  },
  below(
    "recovery on, idle subscribed connection",
    "recovery",
    300,
    "B more than with it off",
    ({ measure }) => measure === "memory a connection, more than off",
  ),
  below("API call with scaling, no other node", "cluster", 1.1, AGAINST, scaled(/, no other node$/)),
  below(
    "API call with scaling, one other node without a subscriber",
    "cluster",
    1.3,
    AGAINST,
    scaled(/, one other node$/),
  ),
  below(
    "event to a subscriber on another node, 32 at once",
    "cluster",
    40,
    "µs of CPU of both nodes",
    ({ measure }) => measure === "CPU of both nodes an event",
  ),
  besideOne("two workers without Redis, a delivery", 1.3, /a delivery/),
  besideOne("two workers without Redis, an API call", 1.5, /a call/),
  below(
    "first accepted connection after the start",
    "start-up",
    60,
    "ms",
    ({ measure }) => measure === "until the first greeting",
  ),
];

/** Checks all targets; what was not measured is reported as such. */
export function checkTargets(results: Results): TargetCheck[] {
  return [
    ...TARGETS.map((target) => checkTarget(target, results)),
    growthCheck(results),
    ...tailChecks(results),
  ];
}

function atMostBare(
  what: string,
  scenario: string,
  times: number,
  fits: Target["fits"],
  where = "",
): Target {
  const target = `at most ${times} × bare${where === "" ? "" : `, ${where}`}`;
  return { what, target, scenario, fits, rule: { kind: "at most", times, of: "bare" } };
}

function better(
  what: string,
  scenario: string,
  fits: Target["fits"],
  soketi: number,
  reverb?: number,
): Target[] {
  const rule = (name: string, than: string, times: number): Target => ({
    what,
    target: `${times} × better than ${name}`,
    scenario,
    fits,
    rule: { kind: "better", times, than },
  });
  return [
    rule("soketi", "soketi", soketi),
    ...(reverb === undefined ? [] : [rule("Reverb", "reverb", reverb)]),
  ];
}

/** With recovery against without it. */
function besideOff(what: string, times: number, fits: Target["fits"]): Target {
  const than = (label: string): string => OFF + label.slice(ON.length);
  const target = `at most ${times} × of off`;
  return { what, target, scenario: "recovery", fits, rule: { kind: "own", times, than } };
}

/** Two workers against one process. */
function besideOne(what: string, times: number, measured: RegExp): Target {
  const fits = ({ label, measure }: ResultRow): boolean =>
    label.startsWith(WORKERS) && measure.startsWith("CPU") && measured.test(measure);
  const than = (label: string): string => ALONE_THERE + label.slice(WORKERS.length);
  const target = `at most ${times} × one process`;
  return { what, target, scenario: "workers", fits, rule: { kind: "own", times, than } };
}

function below(what: string, scenario: string, limit: number, unit: string, fits: Target["fits"]): Target {
  return { what, target: `at most ${limit} ${unit}`, scenario, fits, rule: { kind: "below", limit } };
}
