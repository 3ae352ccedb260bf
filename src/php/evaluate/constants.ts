import { createRequire } from "node:module";
import type { Machine } from "./machine.ts";
import type { PhpValue } from "../php-value.ts";
import { Scope } from "./scope.ts";

const values: ReadonlyMap<string, PhpValue> = new Map<string, PhpValue>([
  ["PHP_EOL", "\n"],
  ["PHP_INT_MAX", 2n ** 63n - 1n],
  ["PHP_INT_MIN", -(2n ** 63n)],
  ["PHP_INT_SIZE", 8n],
  ["PHP_FLOAT_EPSILON", Number.EPSILON],
  ["PHP_FLOAT_MAX", Number.MAX_VALUE],
  ["INF", Infinity],
  ["NAN", NaN],
  ["M_PI", Math.PI],
  ["DIRECTORY_SEPARATOR", "/"],
  ["PATH_SEPARATOR", ":"],
  // The version whose rules this evaluator follows.
  ["PHP_VERSION", "8.3.0"],
  ["PHP_VERSION_ID", 80300n],
  ["PHP_MAJOR_VERSION", 8n],
  ["PHP_MINOR_VERSION", 3n],
  ["E_ERROR", 1n],
  ["E_WARNING", 2n],
  ["E_PARSE", 4n],
  ["E_NOTICE", 8n],
  ["E_STRICT", 2048n],
  ["E_DEPRECATED", 8192n],
  ["E_USER_ERROR", 256n],
  ["E_USER_WARNING", 512n],
  ["E_USER_NOTICE", 1024n],
  ["E_USER_DEPRECATED", 16384n],
  ["E_ALL", 32767n],
  ["FILE_USE_INCLUDE_PATH", 1n],
  ["FILE_IGNORE_NEW_LINES", 2n],
  ["FILE_SKIP_EMPTY_LINES", 4n],
  ["PREG_PATTERN_ORDER", 1n],
  ["PREG_SET_ORDER", 2n],
  ["PREG_OFFSET_CAPTURE", 256n],
  ["PREG_UNMATCHED_AS_NULL", 512n],
  ["PREG_SPLIT_NO_EMPTY", 1n],
  ["PREG_SPLIT_DELIM_CAPTURE", 2n],
  ["PREG_GREP_INVERT", 1n],
  ["SORT_REGULAR", 0n],
  ["SORT_NUMERIC", 1n],
  ["SORT_STRING", 2n],
  ["SORT_NATURAL", 6n],
  ["SORT_FLAG_CASE", 8n],
  ["SORT_ASC", 4n],
  ["SORT_DESC", 3n],
  ["CASE_LOWER", 0n],
  ["CASE_UPPER", 1n],
  ["MB_CASE_UPPER", 0n],
  ["MB_CASE_LOWER", 1n],
  ["MB_CASE_TITLE", 2n],
  ["ENT_QUOTES", 3n],
  ["PHP_QUERY_RFC1738", 1n],
  ["PHP_QUERY_RFC3986", 2n],
  ["LOCK_EX", 2n],
  ["LC_ALL", 6n],
  ["ARRAY_FILTER_USE_KEY", 2n],
  ["ARRAY_FILTER_USE_BOTH", 1n],
  ["COUNT_NORMAL", 0n],
  ["COUNT_RECURSIVE", 1n],
  ["STR_PAD_LEFT", 0n],
  ["STR_PAD_RIGHT", 1n],
  ["STR_PAD_BOTH", 2n],
  ["FILTER_DEFAULT", 516n],
  ["FILTER_VALIDATE_INT", 257n],
  ["FILTER_VALIDATE_BOOLEAN", 258n],
  ["FILTER_VALIDATE_BOOL", 258n],
  ["FILTER_VALIDATE_FLOAT", 259n],
  ["FILTER_NULL_ON_FAILURE", 134217728n],
  ["JSON_HEX_TAG", 1n],
  ["JSON_HEX_AMP", 2n],
  ["JSON_HEX_APOS", 4n],
  ["JSON_HEX_QUOT", 8n],
  ["JSON_FORCE_OBJECT", 16n],
  ["JSON_NUMERIC_CHECK", 32n],
  ["JSON_UNESCAPED_SLASHES", 64n],
  ["JSON_PRETTY_PRINT", 128n],
  ["JSON_UNESCAPED_UNICODE", 256n],
  ["JSON_PRESERVE_ZERO_FRACTION", 1024n],
  ["JSON_OBJECT_AS_ARRAY", 1n],
  ["JSON_BIGINT_AS_STRING", 2n],
  ["JSON_THROW_ON_ERROR", 4194304n],
  ["PHP_URL_SCHEME", 0n],
  ["PHP_URL_HOST", 1n],
  ["PHP_URL_PORT", 2n],
  ["PHP_URL_USER", 3n],
  ["PHP_URL_PASS", 4n],
  ["PHP_URL_PATH", 5n],
  ["PHP_URL_QUERY", 6n],
  ["PHP_URL_FRAGMENT", 7n],
  ["PHP_ROUND_HALF_UP", 1n],
  ["LOG_EMERG", 0n],
  ["LOG_ALERT", 1n],
  ["LOG_CRIT", 2n],
  ["LOG_ERR", 3n],
  ["LOG_WARNING", 4n],
  ["LOG_NOTICE", 5n],
  ["LOG_INFO", 6n],
  ["LOG_DEBUG", 7n],
  ["LOG_USER", 8n],
  // Those of clients have the lowest bit set. options.tls.crypto_method of a server may be of either kind.
  ["STREAM_CRYPTO_METHOD_ANY_CLIENT", 127n],
  ["STREAM_CRYPTO_METHOD_SSLv2_CLIENT", 3n],
  ["STREAM_CRYPTO_METHOD_SSLv3_CLIENT", 5n],
  ["STREAM_CRYPTO_METHOD_SSLv23_CLIENT", 57n],
  ["STREAM_CRYPTO_METHOD_TLS_CLIENT", 121n],
  ["STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT", 9n],
  ["STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT", 17n],
  ["STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT", 33n],
  ["STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT", 65n],
  ["STREAM_CRYPTO_METHOD_ANY_SERVER", 126n],
  ["STREAM_CRYPTO_METHOD_SSLv2_SERVER", 2n],
  ["STREAM_CRYPTO_METHOD_SSLv3_SERVER", 4n],
  ["STREAM_CRYPTO_METHOD_SSLv23_SERVER", 120n],
  ["STREAM_CRYPTO_METHOD_TLS_SERVER", 120n],
  ["STREAM_CRYPTO_METHOD_TLSv1_0_SERVER", 8n],
  ["STREAM_CRYPTO_METHOD_TLSv1_1_SERVER", 16n],
  ["STREAM_CRYPTO_METHOD_TLSv1_2_SERVER", 32n],
  ["STREAM_CRYPTO_METHOD_TLSv1_3_SERVER", 64n],
]);

const pdo =
  "ATTR_AUTOCOMMIT=0 ATTR_PREFETCH=1 ATTR_TIMEOUT=2 ATTR_ERRMODE=3 ATTR_CASE=8 ATTR_PERSISTENT=12 " +
  "ATTR_DEFAULT_FETCH_MODE=19 ATTR_STRINGIFY_FETCHES=17 ATTR_EMULATE_PREPARES=20 ERRMODE_SILENT=0 " +
  "ERRMODE_WARNING=1 ERRMODE_EXCEPTION=2 CASE_NATURAL=0 CASE_UPPER=1 CASE_LOWER=2 FETCH_ASSOC=2 FETCH_NUM=3 " +
  "FETCH_BOTH=4 FETCH_OBJ=5 PGSQL_ATTR_DISABLE_PREPARES=1000";
const mysql =
  "ATTR_USE_BUFFERED_QUERY=1000 ATTR_LOCAL_INFILE=1001 ATTR_INIT_COMMAND=1002 ATTR_COMPRESS=1003 " +
  "ATTR_DIRECT_QUERY=1004 ATTR_FOUND_ROWS=1005 ATTR_IGNORE_SPACE=1006 ATTR_SSL_KEY=1007 ATTR_SSL_CERT=1008 " +
  "ATTR_SSL_CA=1009 ATTR_SSL_CAPATH=1010 ATTR_SSL_CIPHER=1011 ATTR_SERVER_PUBLIC_KEY=1012 " +
  "ATTR_MULTI_STATEMENTS=1013 ATTR_SSL_VERIFY_SERVER_CERT=1014";

const classValues: ReadonlyMap<string, bigint> = new Map([
  ...pairs(pdo).map(([name, value]): [string, bigint] => [`pdo::${name}`, value]),
  ...pairs(mysql).flatMap(([name, value]): [string, bigint][] => [
    [`pdo::MYSQL_${name}`, value],
    [`pdo\\mysql::${name}`, value],
  ]),
]);

/** The value of a global constant, with PHP's numbers; `undefined` when it is not known. */
export function constantOf(name: string, machine: Machine): PhpValue | undefined {
  switch (name.toLowerCase()) {
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
  }
  const { osFamily } = machine.settings;
  if (name === "PHP_OS_FAMILY") return osFamily;
  if (name === "PHP_OS") return osFamily === "Windows" ? "WINNT" : osFamily;
  const known = machine.declared.constant(name) ?? values.get(name);
  return known ?? (/^[A-Z]\w*_\w+$/.test(name) ? extensionConstant(name) : undefined);
}

/** The value of a constant of a class or of a case of an enum, `undefined` when it is not known. */
export function classConstantOf(className: string, name: string, machine: Machine): PhpValue | undefined {
  return classValues.get(`${className.toLowerCase()}::${name}`) ??
    extensionConstant(`${className}::${name}`) ??
    declaredConstant(className, name, machine, new Set());
}

/** A constant of one of PHP's extensions, or of their classes. The list is read for the first name that is in no other. */
function extensionConstant(name: string): bigint | undefined {
  loaded ??= new Map(Object.entries(readConstants()));
  const value = loaded.get(name);
  return value === undefined ? undefined : BigInt(value);
}

let loaded: ReadonlyMap<string, number> | undefined;

/** By `require`, as php-parser, since a configuration is read without `await`. */
function readConstants(): Readonly<Record<string, number>> {
  if (typeof require === "function") return require("./php-constants.json") as Record<string, number>;
  return createRequire(import.meta.url)("./php-constants.json") as Record<string, number>;
}

function declaredConstant(
  className: string,
  name: string,
  machine: Machine,
  seen: Set<string>,
): PhpValue | undefined {
  const declared = machine.classes.find(className);
  if (declared === undefined || declared === null || seen.has(className)) return undefined;
  const { syntax, file } = declared, scope = new Scope(file);
  const constant = syntax.constants.get(name);
  if (constant !== undefined) return machine.evaluate(constant, scope);
  if (syntax.cases.has(name)) {
    const value = syntax.cases.get(name);
    const made = declared.cases.get(name) ?? {
      kind: "enum",
      class: syntax.name,
      name,
      value: value === undefined ? undefined : machine.evaluate(value, scope),
    };
    declared.cases.set(name, made);
    return made;
  }
  seen.add(className);
  for (const parent of syntax.parents) {
    const inherited = declaredConstant(parent, name, machine, seen);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}

function pairs(list: string): [string, bigint][] {
  return list.split(" ").map((pair) => {
    const [name = "", value = "0"] = pair.split("=");
    return [name, BigInt(value)];
  });
}
