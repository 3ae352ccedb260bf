import { toStr } from "../values/coercion.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { convertEnvironmentText } from "../environment-text.ts";
import { matchesPattern } from "./str-patterns.ts";

/** `app()` */
export const applicationFunctions: BuiltinTable = defineBuiltins({
  "app(abstract?)": (args) => {
    if (args.has(0)) throw new PhpFault(`call to "app()" with an argument is not supported`);
    return { kind: "application" };
  },
});

const questions: Readonly<Record<string, Behaviour>> = {
  "environment(...environments)": ({ rest }, host) => {
    const current = environment(host);
    const patterns = rest[0] instanceof PhpArray ? [...rest[0].values()] : rest;
    if (patterns.length === 0) return current;
    return patterns.some((pattern) => matchesPattern(toStr(pattern), toStr(current)));
  },
  "isProduction()": (_, host) => environment(host) === "production",
  "isLocal()": (_, host) => environment(host) === "local",
  "runningUnitTests()": (_, host) => environment(host) === "testing",
  "runningInConsole()": () => true,
};

/** Static methods of the `App` facade. */
export const appMethods: BuiltinTable = defineBuiltins(questions);

/** Methods of what `app()` returns. The first parameter is the object itself. */
export const applicationMethods: BuiltinTable = defineBuiltins(
  Object.fromEntries(
    Object.entries(questions).map(([signature, run]) => [
      signature.replace(/\((.*)\)/, (_, list: string) => list === "" ? "(self)" : `(self, ${list})`),
      run,
    ]),
  ),
);

function environment(host: Host): PhpValue {
  const raw = host.env("APP_ENV");
  return raw === undefined ? "production" : convertEnvironmentText(raw);
}
