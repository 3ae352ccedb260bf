import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { asPlace, checkGlobals } from "./imports/check-globals.ts";
import { findCycles } from "./imports/find-cycles.ts";
import { type ImportStatement, type Module, readModule } from "./imports/read-module.ts";
import {
  EMPTY_NAMES,
  FOLDER_RULES,
  PACKAGE_GUESTS,
  PACKAGE_HOMES,
  PROCESS_MEMBER_HOMES,
  TOP_LEVEL_FILES,
} from "./imports/rules.ts";

/**
 * Checks the import rules of src/ and returns one line for each breach, empty when all is well.
 *
 * @param files path from the repository's root (`src/http/app.ts`) to source text
 */
export function checkImports(files: ReadonlyMap<string, string>): readonly string[] {
  const findings: string[] = [];
  const graph = new Map<string, readonly string[]>();
  for (const path of [...files.keys()].sort()) {
    findings.push(...checkName(path));
    if (!/\.tsx?$/.test(path)) continue;
    const module = readModule(files.get(path) ?? "");
    const home = homeOf(path);
    if (module.onlyReExports) findings.push(`${path}: only re-exports: import from the files themselves`);
    for (const statement of module.imports) findings.push(...checkImport(path, home, statement));
    findings.push(...checkGlobals(path, home, module.tokens));
    graph.set(path, localTargets(path, module, files));
  }
  for (const cycle of findCycles(graph)) {
    findings.push(`${cycle[0]}: import cycle ${cycle.map(inSource).join(" -> ")}`);
  }
  return findings;
}

/** The folder under src/ that a file belongs to, or its own name when it lies directly in src/. */
function homeOf(path: string): string {
  return inSource(path).split("/")[0] ?? "";
}

function inSource(path: string): string {
  return path.replace(/^src\//, "");
}

function checkName(path: string): readonly string[] {
  const findings: string[] = [];
  const home = homeOf(path);
  if (!FOLDER_RULES.has(home) && !TOP_LEVEL_FILES.includes(home)) {
    findings.push(`${path}: ${home} has no row in scripts/imports/rules.ts`);
  }
  for (const name of inSource(path).split("/")) {
    const stem = name.replace(/\..*$/, "");
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/.test(name)) {
      findings.push(`${path}: ${name} is not kebab-case`);
    }
    const emptyName = EMPTY_NAMES.find((word) => stem === word || stem.endsWith(`-${word}`));
    if (emptyName !== undefined) findings.push(`${path}: "${emptyName}" says nothing about what is inside`);
  }
  return findings;
}

function checkImport(path: string, home: string, statement: ImportStatement): readonly string[] {
  const { specifier, line } = statement;
  if (specifier === undefined) {
    return [`${path}:${line} imports an expression: the module's name must be a literal`];
  }
  const place = `${path}:${line} imports`;
  if (/^(\/|#|~|@\/|file:|https?:|src\/)/.test(specifier)) {
    return [`${place} ${specifier}: use a relative path or a package's name`];
  }
  return specifier.startsWith(".")
    ? checkLocalImport(path, home, specifier, statement, place)
    : checkPackageImport(home, specifier, statement, place);
}

function checkLocalImport(
  path: string,
  home: string,
  specifier: string,
  statement: ImportStatement,
  place: string,
): readonly string[] {
  const target = posix.join(posix.dirname(path), specifier);
  // package.json is where a server that runs from source learns its version.
  if (target === "package.json") return [];
  if (!target.startsWith("src/")) return [`${place} ${target}: it lies outside src/`];
  const findings: string[] = [];
  if (!/\.tsx?$/.test(specifier) && !statement.hasAttributes) {
    findings.push(`${place} ${specifier}: relative imports end with .ts`);
  }
  const targetHome = homeOf(target);
  if (targetHome === "main.ts" && home !== "main.ts") {
    findings.push(`${place} main.ts: nobody may import main.ts`);
  } else if (targetHome !== home && !TOP_LEVEL_FILES.includes(home)) {
    const allowed = FOLDER_RULES.get(home);
    if (allowed !== undefined && !allowed.includes(targetHome)) {
      findings.push(`${place} ${inSource(target)}: ${home} may not import ${targetHome}`);
    }
  }
  return findings;
}

function checkPackageImport(
  home: string,
  specifier: string,
  statement: ImportStatement,
  place: string,
): readonly string[] {
  const name = packageOf(specifier), packageHome = PACKAGE_HOMES.get(name);
  const isGuest = PACKAGE_GUESTS.get(name)?.includes(home) === true;
  if (packageHome !== undefined && packageHome !== home && !isGuest) {
    return [`${place} ${specifier}: only ${asPlace(packageHome)} may import it`];
  }
  if (specifier !== "node:process" && specifier !== "process") return [];
  return statement.names.flatMap((name) => {
    const memberHome = PROCESS_MEMBER_HOMES.get(name);
    if (memberHome === undefined || memberHome === home) return [];
    return [`${place} ${name} of ${specifier}: only ${asPlace(memberHome)} may`];
  });
}

/** `bun:test` -> `bun`, `hono/bun` -> `hono`, `@hono/zod-validator` -> `hono`, `@scope/name/x` -> `@scope/name`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith("@hono/")) return "hono";
  const depth = specifier.startsWith("@") ? 2 : 1;
  return specifier.replace(/^npm:/, "").split(/[/:]/).slice(0, depth).join("/");
}

function localTargets(path: string, module: Module, files: ReadonlyMap<string, string>): readonly string[] {
  return module.imports.flatMap(({ specifier }) => {
    if (!specifier?.startsWith(".")) return [];
    const target = posix.join(posix.dirname(path), specifier);
    return files.has(target) ? [target] : [];
  });
}

if (import.meta.main) {
  const root = posix.dirname(import.meta.dir);
  const paths = [...new Glob("src/**/*").scanSync({ cwd: root, dot: true })];
  const findings = checkImports(
    new Map(paths.map((path) => [path, readFileSync(`${root}/${path}`, "utf8")])),
  );
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) process.exit(1);
  console.log(`${paths.length} files keep the import rules`);
}
