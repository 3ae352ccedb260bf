import { ConfigError } from "../config-error.ts";
import { splitEnvFile, trimEnvText } from "./env-file-lines.ts";
import { type EnvValuePieces, parseEnvValue } from "./env-file-value.ts";

/** One assignment of a `.env` file. A name without `=` has no value, and undoes an earlier assignment. */
export interface EnvFileEntry {
  readonly name: string;
  readonly value: EnvValuePieces | undefined;
  /** Line of the file on which it begins, counted from 1. */
  readonly line: number;
}

/**
 * Reads the text of a `.env` file by the rules of vlucas/phpdotenv 5, which Laravel uses; `Environment` does the interpolation.
 * `file` is the name for messages. Throws a `ConfigError` naming every line that phpdotenv would refuse, with the name and the reason
 * but never the value, which may be a secret.
 */
export function parseEnvFile(content: string, file: string): EnvFileEntry[] {
  const entries: EnvFileEntry[] = [];
  const errors: string[] = [];
  for (const { text, line } of splitEnvFile(content)) {
    const equals = text.indexOf("=");
    // phpdotenv trims a name only when a value follows it: a name alone with a space is invalid.
    const written = equals === -1 ? text : trimEnvText(text.slice(0, equals));
    if (written === "") {
      errors.push(`${file}:${line}: expected a name before the "="`);
      continue;
    }
    const name = nameOf(written);
    if (name === undefined) {
      // The line is not quoted: it may be a secret that was pasted onto a line of its own.
      errors.push(`${file}:${line}: expected NAME=value, with a name of letters, digits, "_" and "."`);
      continue;
    }
    if (equals === -1) {
      entries.push({ name, value: undefined, line });
      continue;
    }
    const value = parseEnvValue(trimEnvText(text.slice(equals + 1)));
    if (value.ok) entries.push({ name, value: value.pieces, line });
    else errors.push(`${file}:${line} ${name}: ${value.reason}`);
  }
  if (errors.length > 0) throw new ConfigError(errors);
  return entries;
}

/** The name without `export` and quotes; `undefined` when phpdotenv refuses it. */
function nameOf(written: string): string | undefined {
  const exported = /^export[ \t\n\v\f\r]+/.exec(written);
  let name = exported === null ? written : written.slice(exported[0].length);
  const first = name[0];
  if (name.length > 2 && (first === '"' || first === "'") && name.endsWith(first)) name = name.slice(1, -1);
  return /^[\p{Ll}\p{Lu}\p{M}\p{N}_.]+$/u.test(name) ? name : undefined;
}
