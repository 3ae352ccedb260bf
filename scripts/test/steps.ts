import { existsSync } from "node:fs";

/** One part of `bun run test`. */
export interface Step {
  /** What one types: `bun run test feature:bun`. */
  readonly name: string;
  readonly title: string;
  /** A check counts as one passed or failed; tests count as many as bun reports. */
  readonly kind: "check" | "tests";
  readonly command: readonly string[];
  /** Folders of a tests step; its command gets those that exist. */
  readonly folders?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A step that MUST have passed in the same run. */
  readonly needs?: string;
  /** Runs at the same time as the step before it. */
  readonly alongside?: true;
  /** Belongs to `bun run check`, the gate before every commit. */
  readonly gate?: true;
}

/** All steps, in the order in which they run. Commands are relative to the repository's root. */
export function steps(bun: string): readonly Step[] {
  const deno = "node_modules/.bin/deno";
  // What a crashed test leaves running ends with its run.
  const test = [bun, "test", "--no-orphans"];
  // What a busy machine makes slow is no failure: a server that comes up, a property that is tried a hundred times.
  const slow = [...test, "--timeout", "30000"];
  const on = (target: string, folder: string): Omit<Step, "name" | "title"> => ({
    kind: "tests",
    command: slow,
    folders: [folder],
    env: { RESOUND_TEST_TARGET: target },
  });
  const feature = (target: string): Omit<Step, "name" | "title"> => on(target, "test/feature");
  const clients = (target: string): Omit<Step, "name" | "title"> => on(target, "test/clients");
  const gate = { gate: true, alongside: true } as const;
  return [
    {
      name: "packages",
      title: "Debian packages that tests use",
      kind: "check",
      command: [bun, "scripts/test/debian-packages.ts"],
    },
    { name: "fmt", title: "deno fmt", kind: "check", command: [deno, "fmt", "--check"], gate: true },
    { name: "lint", title: "deno lint", kind: "check", command: [deno, "lint"], ...gate },
    { name: "types", title: "tsc", kind: "check", command: ["node_modules/.bin/tsc", "--noEmit"], ...gate },
    {
      name: "types:client",
      title: "tsc of the dashboard's client script",
      kind: "check",
      command: ["node_modules/.bin/tsc", "--noEmit", "-p", "src/dashboard/client"],
      ...gate,
    },
    {
      name: "client",
      title: "the dashboard's bundle in git is what its sources make",
      kind: "check",
      command: [bun, "scripts/bundle-dashboard.ts", "--check"],
      ...gate,
    },
    {
      name: "imports",
      title: "import cycles; the other import rules are in deno lint",
      kind: "check",
      command: [bun, "scripts/check-imports.ts"],
      ...gate,
    },
    {
      name: "words",
      title: "words that comments, messages and documents do without",
      kind: "check",
      command: [bun, "scripts/check-words.ts"],
      ...gate,
    },
    {
      name: "unit",
      title: "unit tests",
      kind: "tests",
      command: slow,
      folders: ["test/unit", "test/support"],
      ...gate,
    },
    { name: "contract", title: "contract tests", kind: "tests", command: slow, folders: ["test/contract"] },
    { name: "build", title: "build the binary", kind: "check", command: [bun, "scripts/build.ts"] },
    { name: "feature:bun", title: "feature tests on Bun", ...feature("bun") },
    { name: "feature:deno", title: "feature tests on Deno", ...feature("deno"), alongside: true },
    { name: "feature:binary", title: "feature tests on the binary", ...feature("binary"), needs: "build" },
    { name: "clients:bun", title: "client libraries, server on Bun", ...clients("bun"), alongside: true },
    { name: "clients:deno", title: "client libraries, server on Deno", ...clients("deno") },
    { name: "browser", title: "the dashboard and compression in Chromium", ...on("bun", "test/browser") },
    { name: "laravel:bun", title: "Laravel as the client", ...on("bun", "test/laravel") },
  ];
}

/** The steps in rows: those of a row run at the same time, the rows one after the other. */
export function rowsOf(all: readonly Step[]): readonly (readonly Step[])[] {
  const rows: Step[][] = [];
  for (const step of all) {
    const last = rows.at(-1);
    if (step.alongside === true && last !== undefined) last.push(step);
    else rows.push([step]);
  }
  return rows;
}

/** Why a step has nothing to do yet; `undefined` when it has. */
export function pendingReason(step: Step): string | undefined {
  if (step.folders?.some((folder) => existsSync(folder)) ?? true) return undefined;
  return `there is no ${step.folders?.join(" or ")} yet`;
}
