import { join } from "node:path";
import type { BuiltScript, FrontEnd } from "../doctor/check-front-end.ts";
import { entriesOf, isThere, textOf } from "./readable-files.ts";

/** Where Laravel's plugin for Vite builds to. */
const FOLDER = "public/build";

/** More than any front end has. */
const MOST_FILES = 5000;
const MOST_BYTES = 16 * 1024 * 1024;
const DEEPEST = 8;

/**
 * Looks for the front end of a Laravel application. Of its scripts those that the manifest names, since older ones may lie beside them;
 * all where there is no manifest.
 */
export function frontEndOf(directory: string): FrontEnd {
  return {
    isHot: isThere(join(directory, "public/hot")),
    isBuilt: isThere(join(directory, FOLDER)),
    scripts: scriptsOf(directory),
  };
}

function* scriptsOf(directory: string): Generator<BuiltScript> {
  const named = namedScripts(directory);
  let count = 0;
  for (const path of pathsBelow(directory, FOLDER, 0)) {
    if (named !== undefined && !named.has(path)) continue;
    if (++count > MOST_FILES) return;
    const text = textOf(join(directory, path), MOST_BYTES);
    if (text !== undefined) yield { path, text };
  }
}

/** The files that Vite's manifest names. */
function namedScripts(directory: string): ReadonlySet<string> | undefined {
  for (const name of ["manifest.json", ".vite/manifest.json"]) {
    const text = textOf(join(directory, FOLDER, name), MOST_BYTES);
    if (text === undefined) continue;
    try {
      const entries: unknown = JSON.parse(text);
      const files = Object.values(Object(entries) as object).map((entry) =>
        (Object(entry) as { file?: unknown }).file
      );
      return new Set(files.filter((file) => typeof file === "string").map((file) => `${FOLDER}/${file}`));
    } catch {
      // It is no manifest of Vite's: all scripts are looked at.
      return undefined;
    }
  }
  return undefined;
}

function* pathsBelow(directory: string, folder: string, depth: number): Generator<string> {
  for (const entry of entriesOf(join(directory, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isFile() && /\.m?js$/.test(entry.name)) yield path;
    if (entry.isDirectory() && depth < DEEPEST) yield* pathsBelow(directory, path, depth + 1);
  }
}
