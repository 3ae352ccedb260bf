import { PhpFault } from "../php-config-error.ts";
import type { PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { isKnownException } from "./exception-classes.ts";

/** PHP's functions about PHP itself and its machine. What only PHP could answer is refused by name. */
export const runtimeFunctions: BuiltinTable = defineBuiltins({
  "extension_loaded(extension)": (args) => unknown(`extension_loaded("${args.string(0)}")`),
  "class_exists(class, autoload?)": (args, host) => classExists("class_exists", args, host),
  "enum_exists(enum, autoload?)": (args, host) => classExists("enum_exists", args, host),
  "interface_exists(interface, autoload?)": (args, host) => classExists("interface_exists", args, host),
  "function_exists(function)": (args, host) => {
    const name = args.string(0).replace(/^\\/, "");
    if (host.knows(name)) return true;
    return ofPhp.test(name) ? unknown(`function_exists("${name}")`) : false;
  },
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
  "php_uname(mode?)": (args, host) => {
    if (args.string(0, "a") === "n") return hostname(host);
    return unknown("php_uname()");
  },
  "gethostname()": (_, host) => hostname(host),
  // These change how PHP runs, and no value of a configuration. The answer is for code that keeps the old value.
  "ini_set(option, value)": noEffect(false),
  "ini_get(option)": (args) => unknown(`ini_get("${args.string(0)}")`),
  "set_time_limit(seconds)": noEffect(true),
  "ignore_user_abort(enable?)": noEffect(0n),
  "error_reporting(error_level?)": noEffect(32767n),
  "date_default_timezone_set(timezoneId)": noEffect(true),
  "setlocale(category, ...locales)": noEffect(false),
  "mb_internal_encoding(encoding?)": (args) => args.value(0) === null ? "UTF-8" : true,
  "gc_enable()": noEffect(null),
  "gc_disable()": noEffect(null),
  "gc_collect_cycles()": noEffect(0n),
  "error_log(message, message_type?, destination?, additional_headers?)": noEffect(true),
  "trigger_error(message, error_level?)": noEffect(true),
  "assert(assertion, description?)": noEffect(true),
  "clearstatcache(clear_realpath_cache?, filename?)": noEffect(null),
});

/** Names of PHP's functions that may be there or not. Any other that is not known is one that a file is about to declare. */
const ofPhp =
  /^(?:apcu|curl|ctype|exif|filter|ftp|gd|iconv|igbinary|image|imap|intl|json|ldap|mb|msgpack|mysqli|opcache|openssl|pcntl|pg|posix|preg|proc|readline|sodium|socket|stream|swoole|sys|uopz|xdebug|zip|zlib)_|^(?:exec|shell_exec|system|passthru|popen|mail|putenv|set_time_limit|fastcgi_finish_request|frankenphp_\w+|dns_\w+|is_\w+|gzip\w*)$/i;

function noEffect(value: PhpValue): Behaviour {
  return () => value;
}

function unknown(what: string): never {
  throw new PhpFault(`${what} is not known here, where there is no PHP; it is not supported`);
}

function hostname({ settings: { hostname: name } }: Host): string {
  return name ?? unknown("gethostname()");
}

function classExists(asker: string, args: Arguments, host: Host): boolean {
  const name = args.string(0).replace(/^\\/, "");
  if (isKnownException(name) || /^(?:closure|stdclass|arrayobject|datetime)$/i.test(name)) {
    return asker === "class_exists";
  }
  const found = host.findClass(name);
  if (found === undefined) return unknown(`${asker}("${name}")`);
  if (found === null) return false;
  const isEnum = found.syntax.type === "enum", isClass = found.syntax.type === "class" || isEnum;
  return asker === "class_exists"
    ? isClass
    : asker === "enum_exists"
    ? isEnum
    : found.syntax.type === "interface";
}
