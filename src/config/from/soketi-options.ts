import { convertEnvironmentText } from "../../php/environment-text.ts";
import { ConfigError } from "../config-error.ts";
import type { Environment } from "../sources/environment.ts";
import { environmentPlace } from "../sources/setting-source.ts";
import type { ForeignValue } from "./foreign-table.ts";
import { SOKETI_VARIABLES } from "./soketi-variables.ts";

/** The beginning of soketi's variables. */
export const SOKETI_PREFIX = "SOKETI_";

/** soketi's config file. */
export interface SoketiJson {
  /** As messages name it. */
  readonly name: string;
  readonly text: string;
}

/**
 * What soketi is configured with, by the options of its config file (`database.redis.host`). As there, a variable wins over the file.
 * Remembers what was asked for, so that the rest can be named.
 */
export class SoketiOptions {
  readonly #environment: Environment;
  readonly #file: ReadonlyMap<string, ForeignValue>;
  readonly #asked = new Set<string>();

  /** Throws a `ConfigError` where the file is no JSON object. */
  constructor(environment: Environment, json: SoketiJson | undefined) {
    this.#environment = environment;
    this.#file = json === undefined ? new Map() : readJson(json);
  }

  /** A value that is written; `undefined` where it is not, or is null or empty. */
  find(option: string): ForeignValue | undefined {
    this.#asked.add(option);
    return this.#variable(option) ?? this.#file.get(option);
  }

  /** A value as text, or soketi's own default. */
  text(option: string, fallback: string): string {
    return String(this.find(option)?.value ?? fallback);
  }

  /** Whether a value says yes. */
  isOn(option: string): boolean {
    return ["true", "1", "yes", "on"].includes(this.text(option, "").toLowerCase());
  }

  /** The value that a list of JSON stands for: in a variable it is a text. */
  list(option: string): ForeignValue | undefined {
    const found = this.find(option);
    return found === undefined ? undefined : { ...found, value: jsonIn(found.value) };
  }

  /** What is written and was not asked for, with its place; a variable that soketi does not know has no option. */
  *unasked(): Generator<{ readonly option: string | undefined; readonly place: string }> {
    for (const [option, { place }] of this.#file) if (!this.#asked.has(option)) yield { option, place };
    const options = new Map([...SOKETI_VARIABLES].map(([option, name]) => [SOKETI_PREFIX + name, option]));
    for (const { name, origin } of this.#environment.unasked(SOKETI_PREFIX)) {
      const place = environmentPlace(name, origin), option = options.get(name);
      if (option !== undefined && this.find(option) === undefined) continue;
      yield { option, place };
    }
  }

  #variable(option: string): ForeignValue | undefined {
    const name = SOKETI_VARIABLES.get(option);
    const variable = name === undefined ? undefined : this.#environment.get(SOKETI_PREFIX + name);
    const value = convertEnvironmentText(variable?.value ?? "");
    if (name === undefined || variable === undefined || value === null || value === "") return undefined;
    return { value, place: environmentPlace(SOKETI_PREFIX + name, variable.origin) };
  }
}

/** The value that a text stands for where it is JSON; any other value as it is. */
export function jsonIn(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    // No JSON: the check of the setting says what it expects.
    return value;
  }
}

/** Options by their dotted names, which the file may also write as objects within objects. */
function readJson({ name, text }: SoketiJson): ReadonlyMap<string, ForeignValue> {
  const values = new Map<string, ForeignValue>();
  let read: unknown;
  try {
    read = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // The message of the parser quotes the text, which may be a secret.
    throw new ConfigError([`Cannot read ${name}: it is no JSON`], { cause: error });
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) {
    throw new ConfigError([`Cannot read ${name}: expected a JSON object with soketi's options`]);
  }
  collect(read, "");
  return values;

  function collect(part: object, prefix: string): void {
    for (const [key, value] of Object.entries(part) as [string, unknown][]) {
      const option = prefix + key;
      if (typeof value === "object" && value !== null && !Array.isArray(value)) collect(value, `${option}.`);
      else if (value !== null && value !== "") values.set(option, { value, place: `${name} ${option}` });
    }
  }
}
