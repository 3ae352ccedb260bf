import { evaluatePhpFile } from "../../../src/php/evaluate-php-file.ts";
import type { PhpFiles } from "../../../src/php/php-files.ts";
import { PhpArray, type PhpEntry, type PhpKey, type PhpValue } from "../../../src/php/php-value.ts";
import { PhpConfigError } from "../../../src/php/php-config-error.ts";

type Environment = Readonly<Record<string, string>>;

/** Texts of files by their absolute paths. */
type Disk = Readonly<Record<string, string>>;

/** A value of PHP as tests write it: arrays as rows of `[key, value]` unless they are lists. */
export type Plain =
  | null
  | boolean
  | bigint
  | number
  | string
  | { readonly [key: string]: Plain }
  | readonly Plain[];

/** Evaluates a whole file. */
export function evaluateFile(source: string, env: Environment = {}, disk: Disk = {}): PhpValue {
  return evaluatePhpFile(source, {
    file: "config/reverb.php",
    basePath: "/srv/app/",
    env: (name) => env[name],
    hostname: "box.test",
    files: filesOf(disk),
    warn: () => {},
  });
}

/** Evaluates statements and makes the result comparable: lists become arrays, other arrays objects. */
export function run(statements: string, env: Environment = {}, disk: Disk = {}): Plain {
  return plain(evaluateFile(`<?php\n${statements}`, env, disk));
}

/** A disk that exists only in the test; a folder is there when a file is in it. */
export function filesOf(disk: Disk): PhpFiles {
  return {
    look: (path) => {
      const bytes = disk[path] === undefined ? undefined : Buffer.byteLength(disk[path]);
      const isFolder = path === "/srv/app" || Object.keys(disk).some((name) => name.startsWith(`${path}/`));
      if (bytes === undefined && !isFolder) return undefined;
      const kind = bytes === undefined ? "folder" : "file";
      return { kind, size: bytes ?? 0, realPath: path, readable: !path.includes("unreadable") };
    },
    readBytes: (path) => new TextEncoder().encode(disk[path]),
  };
}

/** Evaluates one expression. */
export function php(expression: string, env: Environment = {}, disk: Disk = {}): Plain {
  return run(`return ${expression};`, env, disk);
}

/** The message of the error that a file, or the first entry that cannot be read, ends with. */
export function failure(source: string): string {
  try {
    plain(evaluateFile(source));
  } catch (error) {
    if (error instanceof PhpConfigError) return error.message;
    throw error;
  }
  throw new Error(`no error from: ${source}`);
}

/** The entry under a path of keys. */
export function entryAt(value: PhpValue, ...path: readonly (PhpKey | number)[]): PhpEntry {
  let entry: PhpEntry = { value, origin: { line: 0, env: [] } };
  for (const key of path) {
    const next = entry.value instanceof PhpArray ? entry.value.entry(key) : undefined;
    if (next === undefined) throw new Error(`nothing under ${path.join(".")}`);
    entry = next;
  }
  return entry;
}

function plain(value: PhpValue): Plain {
  if (value instanceof PhpArray) {
    if (value.isList) return [...value.values()].map(plain);
    return Object.fromEntries([...value.entries()].map(([key, entry]) => [String(key), plain(entry.value)]));
  }
  if (value !== null && typeof value === "object") return value.kind;
  return value;
}
