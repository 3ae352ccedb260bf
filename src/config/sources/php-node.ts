import { hostname, platform } from "node:os";
import type { ConfigLeaf, ConfigNode } from "./config-node.ts";
import type { Environment } from "./environment.ts";
import { convertEnvironmentText } from "../../php/environment-text.ts";
import { evaluatePhpFile } from "../../php/evaluate-php-file.ts";
import type { PhpFiles } from "../../php/php-files.ts";
import { PhpArray, type PhpEntry, type PhpOrigin, type PhpValue } from "../../php/php-value.ts";
import { PhpConfigError } from "../../php/php-config-error.ts";
import { ConfigError } from "../config-error.ts";
import { environmentPlace } from "./setting-source.ts";

/** What the places of values in a PHP file are made from. */
interface PhpFile {
  /** As messages name it: `config/reverb.php`. */
  readonly file: string;
  readonly environment: Environment;
}

/** What a PHP file is evaluated with. */
export interface PhpReading extends PhpFile {
  /** The Laravel folder, absolute. */
  readonly directory: string;
  readonly files: PhpFiles;
  /** Hears of statements that were left out, with their places. */
  readonly warn?: (message: string) => void;
}

/** PHP's names for systems; any other is `Unknown`. */
const OS_FAMILIES: Readonly<Record<string, string>> = {
  linux: "Linux",
  darwin: "Darwin",
  win32: "Windows",
  freebsd: "BSD",
  openbsd: "BSD",
  netbsd: "BSD",
  sunos: "Solaris",
};

/**
 * Evaluates a Laravel config file and gives its value with places. Throws a `ConfigError` naming the line where the whole file cannot
 * be evaluated; where that is true of an entry, reading the value of its leaf does.
 */
export function readPhpNode(
  source: string,
  { file, environment, directory, files, warn = () => {} }: PhpReading,
): ConfigNode {
  try {
    const value = evaluatePhpFile(source, {
      file,
      env: (name) => environment.get(name)?.value,
      basePath: directory,
      files,
      hostname: hostname(),
      osFamily: OS_FAMILIES[platform()] ?? "Unknown",
      warn,
    });
    return nodeOf({ value, origin: { line: 0, env: [] } }, "", { file, environment });
  } catch (error) {
    if (error instanceof PhpConfigError) throw asConfigError(error);
    throw error;
  }
}

function nodeOf(entry: PhpEntry, path: string, php: PhpFile): ConfigNode {
  const { file = php.file, line, env } = entry.origin;
  const place = path === "" ? php.file : `${file}:${line} ${path}`;
  if (entry.error !== undefined) return unreadableLeaf(entry.error, entry.origin, place);
  const { value } = entry;
  let array: PhpArray | undefined;
  try {
    array = value instanceof PhpArray
      ? value
      : isObject(value) && value.kind === "collection"
      ? value.items
      : undefined;
  } catch (error) {
    // A change of the collection could not be evaluated.
    if (!(error instanceof PhpConfigError)) throw error;
    return unreadableLeaf(error, entry.origin, place);
  }
  if (array === undefined) {
    const read = leafValue(value);
    return {
      kind: "leaf",
      value: read,
      place: leafPlace(place, read, env, php.environment),
      keyPlace: place,
      env,
    };
  }
  const entries = [...array.entries()].map(([key, inner]): [string, ConfigNode] => {
    const name = String(key);
    return [name, nodeOf(inner, path === "" ? name : `${path}.${name}`, php)];
  });
  // A list may have gaps in its numbers, as array_filter leaves them; only names make it a table of names.
  const list = [...array.keys()].every((key) => typeof key === "bigint");
  return { kind: "table", entries: new Map(entries), list, place, keyPlace: place };
}

/** Stands for an entry that could not be evaluated: a setting that asks for it gets the error. */
function unreadableLeaf(cause: PhpConfigError, { env }: PhpOrigin, place: string): ConfigLeaf {
  const error = asConfigError(cause, place);
  return {
    kind: "leaf",
    get value(): never {
      throw error;
    },
    place,
    keyPlace: place,
    env,
    error,
  };
}

/** The error for the operator: what is wrong, where, and the ways out. `place` is that of an entry whose value is needed. */
function asConfigError(cause: PhpConfigError, place?: string): ConfigError {
  const { file, line, kind, reason } = cause;
  const message = place === undefined
    ? cause.message
    : place.startsWith(`${file}:${line} `)
    ? `${place}: ${reason}`
    : `${cause.message}, and ${place} depends on it`;
  const isTooMuch = kind === "unsupported" || kind === "limit";
  return new ConfigError([isTooMuch ? `${message}. ${waysOut(file)}` : message], { cause });
}

/** What helps where PHP can evaluate a file and Resound cannot. Laravel's cache has only the files of `config`, and what they include. */
function waysOut(file: string): string {
  const first = "Write it another way";
  return file.startsWith("/")
    ? first
    : `${first}, or run "php artisan config:cache", whose result is read as it is`;
}

/**
 * Where the operator can change a value. One that is a variable's own is changed where the variable is set; one that was computed from
 * variables, such as an entry of JSON text, has its place in the file with the variables behind it.
 */
function leafPlace(
  place: string,
  value: unknown,
  names: readonly string[],
  environment: Environment,
): string {
  const set: string[] = [];
  for (const name of names) {
    const variable = environment.get(name);
    if (variable === undefined) continue;
    if (convertEnvironmentText(variable.value) === value) return environmentPlace(name, variable.origin);
    set.push(name);
  }
  return set.length === 0 ? place : `${place} (from ${set.join(", ")})`;
}

function leafValue(value: PhpValue): unknown {
  // An id may have more digits than a number can hold exactly; as a text it stays exact, and kinds of numbers take texts as well.
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return isObject(value) ? notAValue : value;
}

function notAValue(): void {}

function isObject(value: PhpValue): value is Exclude<PhpValue, null | boolean | bigint | number | string> {
  return typeof value === "object" && value !== null;
}
