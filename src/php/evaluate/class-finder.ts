import { decodeJson } from "../builtins/decode-json.ts";
import type { DeclaredClass } from "./declarations.ts";
import type { Machine } from "./machine.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";

/** Finds the application's own classes as Composer does: by `autoload.psr-4` of composer.json. Nothing of them is run. */
export class ClassFinder {
  readonly #machine: Machine;
  /** Folders by the beginning of the names, which ends with a backslash. */
  #folders: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /**
   * The class, interface or enum of a name; null where the application has none of that name, `undefined` where the name does not belong
   * to the application, so that only PHP knows.
   */
  find(name: string): DeclaredClass | null | undefined {
    const { declared, files } = this.#machine;
    const known = declared.class(name);
    if (known !== undefined || !files.hasDisk) return known;
    let isOurs = false;
    for (const [prefix, folders] of this.#folders ??= this.#read()) {
      if (!name.toLowerCase().startsWith(prefix.toLowerCase())) continue;
      isOurs = true;
      for (const folder of folders) {
        const path = `${folder.replace(/\/+$/, "")}/${name.slice(prefix.length).replaceAll("\\", "/")}.php`;
        const found = files.open(path.replace(/^\/+/, ""), "the class");
        if (found === undefined) continue;
        this.#machine.spend(found.bytes >> 2);
        for (const statement of found.program) {
          if (statement.kind === "class") declared.addClass(statement.class, found.file);
        }
        const now = declared.class(name);
        if (now !== undefined) return now;
      }
    }
    return isOurs ? null : undefined;
  }

  #read(): ReadonlyMap<string, readonly string[]> {
    const json = this.#machine.files.read("composer.json", "the class");
    const composer = json === undefined ? null : decodeJson(json, true, 0n, { line: 1, env: [] });
    const folders = new Map<string, readonly string[]>();
    for (const part of ["autoload", "autoload-dev"]) {
      const loaded = at(at(composer, part), "psr-4");
      for (const [prefix, { value }] of loaded instanceof PhpArray ? loaded.entries() : []) {
        const paths = value instanceof PhpArray ? [...value.values()] : [value];
        folders.set(String(prefix), paths.filter((path): path is string => typeof path === "string"));
      }
    }
    // What Laravel's own composer.json says.
    return json === undefined ? new Map([["App\\", ["app"]]]) : folders;
  }
}

function at(value: PhpValue, key: string): PhpValue {
  return value instanceof PhpArray ? value.get(key) ?? null : null;
}
