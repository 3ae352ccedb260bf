import { PhpFault } from "../php-config-error.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";

/** PHP's functions about PHP itself and its machine. There are no classes and no extensions, since there is no PHP. */
export const runtimeFunctions: BuiltinTable = defineBuiltins({
  "extension_loaded(extension)": () => false,
  "class_exists(class, autoload?)": () => false,
  "function_exists(function)": (args, host) => host.knows(args.string(0)),
  "define(constant_name, value)": (args, host) => {
    host.declared.addConstant(args.string(0).replace(/^\\/, ""), args.value(1));
    return true;
  },
  "defined(constant_name)": (args, host) => host.constant(args.string(0)) !== undefined,
  "constant(name)": (args, host) => {
    const value = host.constant(args.string(0));
    if (value === undefined) throw new PhpFault(`constant "${args.string(0)}" is not known`);
    return value;
  },
  "php_sapi_name()": () => "cli",
  "phpversion()": (_, host) => host.constant("PHP_VERSION") ?? null,
  "gethostname()": (_, { settings: { hostname } }) => {
    if (hostname === undefined) throw new PhpFault("gethostname() is not known here");
    return hostname;
  },
});
