import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpClosure, type PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { ClosureSyntax } from "../parse/syntax.ts";

/** A function written in the file, with the variables that it captures by value at this moment. */
export function makeClosure(syntax: ClosureSyntax, scope: Scope, machine: Machine): PhpClosure {
  machine.spend(scope.size);
  const captured = scope.capture(syntax.uses);
  return {
    kind: "closure",
    invoke: (args) => {
      machine.spend(captured.size);
      const local = captured.capture("all");
      bind(syntax, args, local, machine);
      const completion = machine.run(syntax.body, local);
      return completion.kind === "return" ? completion.value : null;
    },
  };
}

function bind(syntax: ClosureSyntax, args: readonly PhpValue[], local: Scope, machine: Machine): void {
  const env = machine.trace.names;
  for (const [index, parameter] of syntax.parameters.entries()) {
    if (parameter.variadic) {
      const line = parameter.fallback?.line ?? 1;
      local.set(parameter.name, { value: PhpArray.list(args.slice(index), { line, env }), env });
      continue;
    }
    const given = args[index];
    if (given !== undefined) {
      // The variables behind the arguments were counted when the arguments were evaluated.
      local.set(parameter.name, { value: given, env: [] });
    } else if (parameter.fallback !== undefined) {
      local.set(parameter.name, { value: machine.evaluate(parameter.fallback, local), env: [] });
    } else {
      throw new PhpFault(`too few arguments: $${parameter.name} is missing`);
    }
  }
}
