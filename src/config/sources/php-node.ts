import type { ConfigNode } from "./config-node.ts";
import type { Environment } from "./environment.ts";
import { convertEnvironmentText } from "../../php/environment-text.ts";
import { evaluatePhpFile } from "../../php/evaluate-php-file.ts";
import { PhpArray, type PhpOrigin, type PhpValue } from "../../php/php-value.ts";
import { PhpConfigError } from "../../php/php-config-error.ts";
import { ConfigError } from "../config-error.ts";
import { environmentPlace } from "./setting-source.ts";

/** What the places of values in a PHP file are made from. */
interface PhpFile {
  /** As messages name it: `config/reverb.php`. */
  readonly file: string;
  readonly environment: Environment;
}

/**
 * Evaluates a Laravel config file and gives its value with places. `directory` is the Laravel folder, absolute. Throws a `ConfigError`
 * naming the line that cannot be understood.
 */
export function readPhpNode(
  source: string,
  { file, environment, directory }: PhpFile & { readonly directory: string },
): ConfigNode {
  try {
    const value = evaluatePhpFile(source, {
      file,
      env: (name) => environment.get(name)?.value,
      basePath: directory,
    });
    return nodeOf(value, "", undefined, { file, environment });
  } catch (error) {
    if (error instanceof PhpConfigError) throw new ConfigError([error.message], { cause: error });
    throw error;
  }
}

function nodeOf(value: PhpValue, path: string, origin: PhpOrigin | undefined, php: PhpFile): ConfigNode {
  const line = origin === undefined ? php.file : `${php.file}:${origin.line}`;
  const place = path === "" ? line : `${line} ${path}`;
  const array = value instanceof PhpArray
    ? value
    : isObject(value) && value.kind === "collection"
    ? value.items
    : undefined;
  if (array === undefined) {
    const env = origin?.env ?? [];
    const read = leafValue(value);
    return {
      kind: "leaf",
      value: read,
      place: leafPlace(place, read, env, php.environment),
      keyPlace: place,
      env,
    };
  }
  const entries = [...array.entries()].map(([key, entry]): [string, ConfigNode] => {
    const name = String(key);
    return [name, nodeOf(entry.value, path === "" ? name : `${path}.${name}`, entry.origin, php)];
  });
  // A list may have gaps in its numbers, as array_filter leaves them; only names make it a table of names.
  const list = [...array.keys()].every((key) => typeof key === "bigint");
  return { kind: "table", entries: new Map(entries), list, place, keyPlace: place };
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
