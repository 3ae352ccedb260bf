import { convertEnvironmentText } from "../environment-text.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import type { PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";

const env: Behaviour = (args, host) => {
  const raw = host.env(args.string(0));
  return raw === undefined ? resolve(args.value(1), host) : convertEnvironmentText(raw);
};

/** `env()` and its relatives. */
export const environmentFunctions: BuiltinTable = defineBuiltins({
  "env(key, default?)": env,
  "getenv(name?, local_only?)": (args, host) => {
    if (args.value(0) === null) throw new PhpFault("getenv() without a name is not supported");
    return host.env(args.string(0)) ?? false;
  },
  "value(value, ...args)": (args, host) => resolve(args.value(0), host, args.rest),
});

/** Methods of `Illuminate\Support\Env`. */
export const envMethods: BuiltinTable = defineBuiltins({
  "get(key, default?)": env,
  "getOrFail(key)": (args: Arguments, host: Host) => {
    const raw = host.env(args.string(0));
    if (raw === undefined) {
      throw raise("RuntimeException", `environment variable ${args.string(0)} is not set`);
    }
    return convertEnvironmentText(raw);
  },
});

/** Laravel's `value()`: a closure is called, anything else is itself. */
export function resolve(value: PhpValue, host: Host, args: readonly PhpValue[] = []): PhpValue {
  return typeof value === "object" && value !== null && "invoke" in value ? host.call(value, args) : value;
}
