import { CHECKERS } from "../checkers/all.ts";
import { lossesOf } from "../checkers/honest-loss.ts";
import type { Violation } from "../checkers/checker.ts";
import type { History } from "../history/history.ts";
import { faultsOf } from "../history/stretches.ts";
import { story } from "./story.ts";

/** What all checkers say of a history. */
export interface Verdict {
  /** By the checkers' names, in their order. */
  readonly violations: ReadonlyMap<string, readonly Violation[]>;
  readonly isClean: boolean;
}

/** Asks all checkers. */
export function verdictOn(history: History): Verdict {
  const violations = new Map(CHECKERS.map((checker) => [checker.name, checker.check(history)]));
  return { violations, isClean: [...violations.values()].every(({ length }) => length === 0) };
}

/** A history and its verdict in lines: what was done, what each checker says, and a story of each checker's first violation. */
export function reportOf(history: History, { violations }: Verdict): readonly string[] {
  const { entries, setup } = history;
  const operations = entries.filter(({ type }) => type === "operation");
  const unknown = operations.filter((each) => each.type === "operation" && each.outcome === "unknown");
  const faults = faultsOf(entries).map(({ kind, node, connection }) =>
    [kind, node ?? connection].filter((each) => each !== undefined).join(" ")
  );
  const quiets = entries.filter(({ type }) => type === "quiet");
  const dead = new Set(
    lossesOf(history).filter((each) => each.isWithTheDead).map(({ event }) => event.message),
  );
  return [
    `  ${operations.length} operations (${unknown.length} without an answer), ${entries.length} entries, ` +
    `${quiets.length} quiet moments${setup.recovers ? ", with recovery" : ""}; ` +
    `faults: ${faults.length === 0 ? "none" : faults.join(", ")}`,
    ...(dead.size === 0
      ? []
      : [`  ${dead.size} events went with a process that had taken them and has ended`]),
    `  ${
      [...violations].map(([name, found]) =>
        `${name} ${found.length === 0 ? "ok" : `FAILS (${found.length})`}`
      ).join(", ")
    }`,
    ...[...violations.values()].flatMap((found) => {
      const [first] = found;
      return first === undefined ? [] : story(first).map((line) => `  ${line}`);
    }),
  ];
}
