import { posix } from "node:path";
import { asPlace, inSource, roomOf } from "./places.ts";
import { FOLDER_RULES, PACKAGE_GUESTS, PACKAGE_HOMES, PROCESS_MEMBER_HOMES } from "./rules.ts";

/** One import as the rules see it. */
export interface ImportStatement {
  /** What stands in the quotes. */
  readonly specifier: string;
  /** The imported names as the other module calls them; empty for the forms that take all of it. */
  readonly names: readonly string[];
  /** True when it says `with { … }`: a file that is not TypeScript. */
  readonly hasAttributes: boolean;
}

/** What is wrong with an import of the file at `path`, empty when all is well. */
export function checkImport(path: string, statement: ImportStatement): readonly string[] {
  const { specifier } = statement;
  if (/^(\/|#|~|@\/|file:|https?:|src\/)/.test(specifier)) {
    return [`imports ${specifier}: use a relative path or a package's name`];
  }
  return specifier.startsWith(".") ? checkLocalImport(path, statement) : checkPackageImport(path, statement);
}

function checkLocalImport(path: string, { specifier, hasAttributes }: ImportStatement): readonly string[] {
  const target = posix.join(posix.dirname(path), specifier);
  // package.json is where a server that runs from source learns its version.
  if (target === "package.json") return [];
  const room = roomOf(path), targetRoom = roomOf(target);
  if (room !== undefined && targetRoom === undefined) return [`imports ${target}: it lies outside src/`];
  const findings: string[] = [];
  if (!/\.tsx?$/.test(specifier) && !hasAttributes) {
    findings.push(`imports ${specifier}: relative imports end with .ts`);
  }
  if (room === undefined || targetRoom === undefined || room === targetRoom) return findings;
  if (targetRoom === "main.ts") findings.push("imports main.ts: no file may import main.ts");
  else if (FOLDER_RULES.get(room)?.includes(targetRoom) === false) {
    findings.push(`imports ${inSource(target)}: ${room} may not import ${targetRoom}`);
  }
  return findings;
}

function checkPackageImport(path: string, { specifier, names }: ImportStatement): readonly string[] {
  const room = roomOf(path);
  if (room === undefined) return [];
  const name = packageOf(specifier), home = PACKAGE_HOMES.get(name);
  if (home !== undefined && home !== room && PACKAGE_GUESTS.get(name)?.includes(room) !== true) {
    return [`imports ${specifier}: only ${asPlace(home)} may import it`];
  }
  if (specifier !== "node:process" && specifier !== "process") return [];
  return names.flatMap((member) => {
    const memberHome = PROCESS_MEMBER_HOMES.get(member);
    if (memberHome === undefined || memberHome === room) return [];
    return [`imports ${member} of ${specifier}: only ${asPlace(memberHome)} may`];
  });
}

/** `bun:test` -> `bun`, `hono/bun` -> `hono`, `@hono/zod-validator` -> `hono`, `@scope/name/x` -> `@scope/name`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith("@hono/")) return "hono";
  const depth = specifier.startsWith("@") ? 2 : 1;
  return specifier.replace(/^npm:/, "").split(/[/:]/).slice(0, depth).join("/");
}
