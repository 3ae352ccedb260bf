import { toBool } from "../values/coercion.ts";
import { looselyEqual } from "../values/comparison.ts";
import type { Completion, Machine } from "./machine.ts";
import type { Scope } from "./scope.ts";
import type { Expression, Statement } from "../parse/syntax.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

const end: Completion = { kind: "end" };

/** What a loop does after a round: `undefined` goes on, anything else ends it and is how it has ended. */
export function afterRound(round: Completion): Completion | undefined {
  switch (round.kind) {
    case "end":
      return undefined;
    case "return":
      return round;
    case "break":
    case "continue":
      if (round.levels > 1) return { kind: round.kind, levels: round.levels - 1 };
      return round.kind === "break" ? end : undefined;
  }
}

/** `while`, `do … while` and `for`. */
export function runLoop(
  statement: Of<"while" | "do"> | Of<"for">,
  scope: Scope,
  machine: Machine,
): Completion {
  const evaluate = (expression: Expression) =>
    machine.trace.apart(() => machine.evaluate(expression, scope)).value;
  const isTrue = (): boolean => {
    if (statement.kind !== "for") return toBool(evaluate(statement.test));
    return statement.tests.map(evaluate).map(toBool).at(-1) ?? true;
  };
  if (statement.kind === "for") statement.first.forEach(evaluate);
  for (let round = 0; (statement.kind === "do" && round === 0) || isTrue(); round++) {
    machine.spend(1);
    const ended = afterRound(machine.run(statement.body, scope));
    if (ended !== undefined) return ended;
    if (statement.kind === "for") statement.next.forEach(evaluate);
  }
  return end;
}

/** `switch`, whose cases are compared with `==`; `continue` in it is `break`. */
export function runSwitch(statement: Of<"switch">, scope: Scope, machine: Machine): Completion {
  const { cases } = statement;
  const subject = machine.evaluate(statement.subject, scope);
  let taken = cases.findIndex(({ test }) =>
    test !== undefined && looselyEqual(subject, machine.evaluate(test, scope))
  );
  if (taken < 0) taken = cases.findIndex(({ test }) => test === undefined);
  for (const { body } of taken < 0 ? [] : cases.slice(taken)) {
    const completion = machine.run(body, scope);
    if (completion.kind === "continue" && completion.levels === 1) return end;
    const ended = afterRound(completion);
    if (ended !== undefined) return ended;
  }
  return end;
}
