import { join, normalize } from "node:path";
import type { PhpFile } from "../doctor/check-reverb-events.ts";
import { entriesOf, textOf } from "./readable-files.ts";

/** Where every Laravel application has code of its own. Listeners of Reverb's events may be in each of them. */
const FOLDERS = ["app", "bootstrap", "config", "routes"];
/** Folders of code that is not the application's own. */
const FOREIGN = new Set(["vendor", "node_modules", "storage"]);

/** More than any application has; a folder that holds a whole disk does not keep the doctor busy. */
const MOST_FILES = 20_000;
const MOST_BYTES = 1024 * 1024;
const DEEPEST = 16;

/**
 * The PHP files of a Laravel application: of its usual folders and those from which composer.json loads classes. Links are not
 * followed; what cannot be read is left out, and so is what goes beyond the limits above.
 */
export function* phpFilesOf(directory: string): Generator<PhpFile> {
  const seen = new Set<string>();
  for (const folder of [...FOLDERS, ...loadedFolders(directory)]) {
    for (const path of phpPathsBelow(directory, normalize(folder).replace(/[/\\]+$/, ""), 0)) {
      if (seen.has(path)) continue;
      if (seen.size === MOST_FILES) return;
      seen.add(path);
      const text = textOf(join(directory, path), MOST_BYTES);
      if (text !== undefined) yield { path, text };
    }
  }
}

/** The folders of `autoload.psr-4` in composer.json, as written there. */
function loadedFolders(directory: string): readonly string[] {
  let composer: unknown;
  try {
    composer = JSON.parse(textOf(join(directory, "composer.json"), MOST_BYTES) ?? "{}");
  } catch {
    // Composer itself says what is wrong with it; the usual folders are looked at all the same.
    return [];
  }
  const loaded = propertyOf(propertyOf(composer, "autoload"), "psr-4");
  const folders = typeof loaded === "object" && loaded !== null ? Object.values(loaded).flat() : [];
  return folders.filter((folder): folder is string =>
    typeof folder === "string" && folder !== "" && !normalize(folder).startsWith("..")
  );
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function* phpPathsBelow(directory: string, folder: string, depth: number): Generator<string> {
  for (const entry of entriesOf(join(directory, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isFile() && entry.name.endsWith(".php")) yield path;
    if (entry.isDirectory() && depth < DEEPEST && !FOREIGN.has(entry.name) && !entry.name.startsWith(".")) {
      yield* phpPathsBelow(directory, path, depth + 1);
    }
  }
}
