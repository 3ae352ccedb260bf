import { assignTo, type Place, placeOf, readPlace, writePlace } from "./assign.ts";
import { typeName } from "../values/coercion.ts";
import type { Completion, Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpKey, type PhpValue } from "../php-value.ts";
import { afterRound } from "./run-loop.ts";
import { type Scope, VariableCell } from "./scope.ts";
import type { Statement } from "../parse/syntax.ts";

type Foreach = Extract<Statement, { kind: "foreach" }>;

const end: Completion = { kind: "end" };

/** `foreach`, over an array or a collection. */
export function runForeach(statement: Foreach, scope: Scope, machine: Machine): Completion {
  if (statement.byReference) return runByReference(statement, scope, machine);
  const { value: subject, env } = machine.trace.apart(() => machine.evaluate(statement.subject, scope));
  const array = items(subject);
  if (array === undefined) {
    // PHP gives a warning and goes on.
    if (subject === null || typeof subject !== "object") return end;
    throw new PhpFault(`foreach over ${typeName(subject)} is not supported`);
  }
  for (const [key, entry] of array.entries()) {
    machine.spend(1);
    const origin = { ...scope.origin(statement.line, entry.origin.env), line: entry.origin.line };
    assignTo(statement.value, { value: entry.value, origin }, scope, machine);
    if (statement.key !== undefined) {
      assignTo(statement.key, { value: key, origin: scope.origin(statement.line, env) }, scope, machine);
    }
    const ended = afterRound(machine.run(statement.body, scope));
    if (ended !== undefined) return ended;
  }
  return end;
}

/** `foreach ($array as &$value)`: the variable is a place inside the array, also after the loop, until it is unset. */
function runByReference(statement: Foreach, scope: Scope, machine: Machine): Completion {
  const { value: target } = statement;
  if (!("kind" in target) || target.kind !== "variable") {
    throw new PhpFault("foreach by reference into anything but a plain variable is not supported");
  }
  const outer = placeOf(statement.subject, scope, machine);
  const before = machine.trace.apart(() => readPlace(outer, scope, machine)).value.value;
  if (!(before instanceof PhpArray)) {
    if (before === null || typeof before !== "object") return end;
    throw new PhpFault(`foreach by reference over ${typeName(before)} is not supported`);
  }
  const visited = new Set<PhpKey>();
  for (;;) {
    const key = nextKey(readPlace(outer, scope, machine).value, visited, machine);
    if (key === undefined) return end;
    visited.add(key);
    machine.spend(1);
    const place: Place = { name: outer.name, keys: [...outer.keys, key] };
    const { value: variable } = machine.trace.apart(() => readPlace(place, scope, machine));
    const line = statement.line;
    scope.bind(
      target.name,
      new VariableCell(
        variable,
        ({ value, env }) => writePlace(place, { value, origin: scope.origin(line, env) }, scope, machine),
      ),
    );
    if (statement.key !== undefined) {
      assignTo(statement.key, { value: key, origin: scope.origin(line, []) }, scope, machine);
    }
    const ended = afterRound(machine.run(statement.body, scope));
    if (ended !== undefined) return ended;
  }
}

/** The first key that has not been visited: entries that the body adds are visited as well, as in PHP. */
function nextKey(array: PhpValue, visited: ReadonlySet<PhpKey>, machine: Machine): PhpKey | undefined {
  if (!(array instanceof PhpArray)) return undefined;
  machine.spend(visited.size);
  for (const key of array.keys()) if (!visited.has(key)) return key;
  return undefined;
}

function items(subject: PhpValue): PhpArray | undefined {
  if (subject instanceof PhpArray) return subject;
  return subject !== null && typeof subject === "object" && subject.kind === "collection"
    ? subject.items
    : undefined;
}
