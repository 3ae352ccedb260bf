import { mergeArrays } from "../builtins/array-set-functions.ts";
import type { Machine } from "./machine.ts";
import { PhpConfigError, PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpEntry, toKey } from "../php-value.ts";
import { Scope } from "./scope.ts";

/** Parts that Laravel merges one level deeper when it completes the application's files by its own. */
const MERGED: Readonly<Record<string, readonly string[]>> = {
  auth: ["guards", "providers", "passwords"],
  broadcasting: ["connections"],
  cache: ["stores"],
  database: ["connections"],
  filesystems: ["disks"],
  logging: ["channels"],
  mail: ["mailers"],
  queue: ["connections"],
};
const FRAMEWORK = "vendor/laravel/framework";

/** What `config()` answers while the files of `config` are read: Laravel reads them by name, and later ones are not there yet. */
export class ConfigRepository {
  readonly #machine: Machine;
  /** The files that are being read, the innermost last. `undefined` stands for a file that is none of `config`. */
  readonly #reading: (string | undefined)[];
  readonly #read = new Map<string, PhpArray | PhpConfigError | undefined>();

  /** `file` is the name of the file that is evaluated: `config/reverb.php`. */
  constructor(file: string, machine: Machine) {
    this.#machine = machine;
    this.#reading = [/^config\/([^/]+)\.php$/.exec(file)?.[1]];
  }

  /** The entry under a dotted path; `undefined` where there is none. */
  find(path: string): PhpEntry | undefined {
    const [name = "", ...keys] = path.split(".");
    if (!/^[\w-]+$/.test(name)) throw new PhpFault(`config("${path}") is not supported`);
    const file = this.#file(name);
    if (file === undefined) return undefined;
    let entry: PhpEntry = { value: file, origin: { line: 1, env: [] } };
    if (keys.length === 0) return entry;
    const whole = file.entry(toKey(keys.join(".")));
    if (whole !== undefined) return whole;
    for (const key of keys) {
      const next: PhpEntry | undefined = entry.value instanceof PhpArray
        ? entry.value.entry(toKey(key))
        : undefined;
      if (next === undefined) return undefined;
      entry = next;
    }
    return entry;
  }

  #file(name: string): PhpArray | undefined {
    const current = this.#reading.at(-1);
    const own = `config/${name}.php`, stock = `${FRAMEWORK}/config/${name}.php`;
    const hasOwn = this.#exists(own);
    if (!hasOwn && !this.#exists(stock)) {
      if (this.#exists(FRAMEWORK)) return undefined;
      throw new PhpFault(`config("${name}") is not known, since there is neither ${own} nor ${FRAMEWORK}`);
    }
    if (hasOwn && current !== undefined && naturalOrder(name, current) >= 0) {
      this.#machine.warn(
        `config("${name}") is null in config/${current}.php, as in Laravel, which reads ${own} later`,
      );
      return undefined;
    }
    if (!this.#read.has(name)) this.#read.set(name, this.#load(name, own, stock));
    const found = this.#read.get(name);
    if (found instanceof PhpConfigError) throw found;
    return found;
  }

  #load(name: string, own: string, stock: string): PhpArray | PhpConfigError | undefined {
    this.#reading.push(name);
    try {
      const mine = this.#evaluate(own), base = this.#evaluate(stock);
      if (mine === undefined || base === undefined) return mine ?? base;
      let merged = mergeArrays([base, mine]);
      for (const part of MERGED[name] ?? []) {
        const [before, after] = [base.get(part), mine.get(part)], origin = mine.entry(part)?.origin;
        if (!(before instanceof PhpArray) || !(after instanceof PhpArray) || origin === undefined) continue;
        merged = merged.with(part, { value: mergeArrays([before, after]), origin });
      }
      return merged;
    } catch (error) {
      if (error instanceof PhpConfigError && error.kind === "unsupported") return error;
      throw error;
    } finally {
      this.#reading.pop();
    }
  }

  #exists(path: string): boolean {
    return this.#machine.files.look(path, "config()") !== undefined;
  }

  #evaluate(path: string): PhpArray | undefined {
    const found = this.#machine.files.open(path, "config()");
    if (found === undefined) return undefined;
    this.#machine.spend(found.bytes >> 2);
    const run = () => this.#machine.runFile(found.program, new Scope(found.file));
    const { value } = this.#machine.trace.apart(() => this.#machine.unguarded(run));
    return value instanceof PhpArray ? value : undefined;
  }
}

/** PHP's natural order, by which Laravel sorts its config files: numbers in names count as numbers. */
function naturalOrder(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.match(/\d+|\D/g) ?? []);
  for (let index = 0;; index++) {
    const x = a?.[index], y = b?.[index];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    const isNumber = /\d/.test(x) && /\d/.test(y);
    if (isNumber && Number(x) !== Number(y)) return Number(x) - Number(y);
    if (!isNumber && x !== y) return x < y ? -1 : 1;
  }
}
