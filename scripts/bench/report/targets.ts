import type { ResultRow } from "./result.ts";
import { checkTarget, type Results, type Target, type TargetCheck } from "./target-check.ts";
import { growthCheck, tailChecks } from "./target-shapes.ts";

const cpu = ({ measure }: ResultRow): boolean => measure.startsWith("CPU a ");
const labelled = (pattern: RegExp) => (row: ResultRow): boolean => cpu(row) && pattern.test(row.label);
const OVERLAPPING = /, (8|32) at once/, ALONE = /, 1 at once/;
const LOW = /^500 a second/, SATURATED = /^as many as possible/;
const ONE_EVENT = /^one event a call$/;

/** What this server is meant to reach, as it was written down before it was measured. */
const TARGETS: readonly Target[] = [
  atMostBare("fan-out, CPU a delivery", "fan-out", 1.05, cpu, "at every size and concurrency"),
  ...better("fan-out, CPU a delivery, publishes overlap", "fan-out", labelled(OVERLAPPING), 10, 10),
  ...better("fan-out, CPU a delivery, one at a time", "fan-out", labelled(ALONE), 1.7, 1.7),
  atMostBare("HTTP trigger, signature verified", "http", 1.6, labelled(ONE_EVENT)),
  ...better("HTTP trigger, signature verified", "http", labelled(ONE_EVENT), 3, 5),
  atMostBare("client events in a room of 100", "client-events", 1.2, cpu),
  ...better("client events, 500 a second", "client-events", labelled(LOW), 1.6),
  ...better("client events, as many as possible", "client-events", labelled(SATURATED), 5),
  atMostBare("connect, subscribe, close", "connect", 1.4, cpu),
  ...better("connect, subscribe, close", "connect", cpu, 2.3, 7),
  below("idle subscribed connection, beyond the empty server", "idle", 3.6, "KB", () => true),
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

function below(what: string, scenario: string, limit: number, unit: string, fits: Target["fits"]): Target {
  return { what, target: `at most ${limit} ${unit}`, scenario, fits, rule: { kind: "below", limit } };
}
