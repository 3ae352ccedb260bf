import { toStr } from "../values/coercion.ts";
import type { IncludedFile } from "./file-access.ts";
import type { Machine } from "./machine.ts";
import { PhpConfigError } from "../php-config-error.ts";
import type { PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { Expression } from "../parse/syntax.ts";

/** `include` and `require` of a file of the application: it is evaluated with the variables of the code that includes it. */
export function includeFile(
  { path, once, required, line }: Extract<Expression, { kind: "include" }>,
  scope: Scope,
  machine: Machine,
): PhpValue {
  const written = toStr(machine.evaluate(path, scope)), asker = required ? "require" : "include";
  // Its classes are looked for without it.
  if (/(?:^|\/)vendor\/autoload\.php$/.test(written)) return true;
  const found = open(written, asker, scope, machine);
  if (found === undefined) {
    if (!required) return false;
    throw new PhpConfigError(scope.file.name, line, "thrown", `the required file ${written} is missing`);
  }
  const isFirst = machine.declared.noteInclude(found.file.path);
  return once && !isFirst ? true : machine.runFile(found.program, scope.in(found.file));
}

/** PHP looks for a name without a folder where it was started, then beside the file that asks. */
function open(path: string, asker: string, scope: Scope, machine: Machine): IncludedFile | undefined {
  const found = machine.files.open(path, asker);
  if (found !== undefined) {
    machine.spend(found.bytes >> 2);
    return found;
  }
  if (/^\.{0,2}\//.test(path)) return undefined;
  return machine.files.open(`${scope.file.path.replace(/[^/]*$/, "")}${path}`, asker);
}
