import { existsSync } from "node:fs";
import { featureFiles } from "./feature-files.ts";
import type { Placed } from "./run-in-lanes.ts";

/** One part of `bun run test`. */
export interface Step extends Placed {
  /** What one types: `bun run test feature:bun`. */
  readonly name: string;
  readonly title: string;
  /** A check counts as one passed or failed; tests count as many as bun reports. */
  readonly kind: "check" | "tests";
  readonly command: readonly string[];
  /** Folders or files of a tests step; its command gets those that exist. */
  readonly folders?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Belongs to `bun run check`, the gate before every commit. */
  readonly gate?: true;
}

/**
 * How many processes share the files of a tests step: tests wait for servers more than they compute. A run has as many lanes as
 * the machine has processors, so it is four processes a processor.
 */
const PROCESSES = 4;

/** What breaks in the real nodes of CI; the simulation has the rest. */
const PROVEN_FAULTS = "kill,freeze,clients-cut,clients-stalled,slow-reader,redis-slow";

/** All steps, in the order in which they are begun. Commands are relative to the repository's root. */
export function steps(bun: string): readonly Step[] {
  const deno = "node_modules/.bin/deno";
  // What a crashed test leaves running ends with its run. What a busy machine makes slow is no failure, only what hangs is.
  const test = [bun, "test", "--no-orphans", "--timeout", "120000", `--parallel=${PROCESSES}`];
  const on = (target: string, folder: string): Omit<Step, "name" | "title"> => ({
    kind: "tests",
    command: test,
    folders: [folder],
    env: { RESOUND_TEST_TARGET: target },
    after: "packages",
  });
  const feature = (target: string): Omit<Step, "name" | "title"> => on(target, "test/feature");
  const clients = (target: string): Omit<Step, "name" | "title"> => on(target, "test/clients");
  const gate = { gate: true } as const;
  return [
    {
      name: "packages",
      title: "Debian packages that tests use",
      kind: "check",
      command: [bun, "scripts/test/debian-packages.ts"],
    },
    { name: "fmt", title: "deno fmt", kind: "check", command: [deno, "fmt", "--check"], ...gate },
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
      title: "words that documents do without",
      kind: "check",
      command: [bun, "scripts/check-words.ts"],
      ...gate,
    },
    {
      name: "simulation",
      title: "200 seeds of a simulated cluster",
      kind: "check",
      command: [bun, "scripts/prove.ts", "--simulate", "--seed", "1", "--seeds", "200"],
    },
    {
      name: "unit",
      title: "unit tests",
      kind: "tests",
      // They leave nothing behind, so a fresh global object for every file would only cost time.
      command: [...test, "--no-isolate"],
      folders: ["test/unit", "test/support"],
      ...gate,
    },
    {
      name: "contract",
      title: "contract tests",
      kind: "tests",
      command: test,
      folders: ["test/contract"],
      after: "packages",
    },
    { name: "build", title: "build the binary", kind: "check", command: [bun, "scripts/build.ts"] },
    {
      name: "feature:bun",
      title: "feature tests on Bun, where the executable could differ",
      ...feature("bun"),
      folders: featureFiles("bun"),
    },
    {
      name: "feature:deno",
      title: "feature tests on Deno, where the runtime could differ",
      ...feature("deno"),
      folders: featureFiles("deno"),
    },
    {
      name: "feature:binary",
      title: "feature tests on the binary",
      ...feature("binary"),
      needs: "build",
    },
    {
      name: "prove",
      title: "two seeds of the proof, on real nodes",
      kind: "check",
      // Faults after which all that is promised can be looked at within seconds; `prove --minutes 30` has all of them.
      command: [
        bun,
        "scripts/prove.ts",
        "--seed",
        "25",
        "--seeds",
        "2",
        "--minutes",
        "1",
        "--faults",
        PROVEN_FAULTS,
      ],
      needs: "build",
      after: "packages",
    },
    {
      name: "browser",
      title: "recovery in browsers; the dashboard and compression in Chromium",
      ...on("bun", "test/browser"),
    },
    { name: "clients:bun", title: "client libraries, server on Bun", ...clients("bun") },
    { name: "clients:deno", title: "client libraries, server on Deno", ...clients("deno") },
    { name: "laravel:bun", title: "Laravel as the client", ...on("bun", "test/laravel") },
    { name: "laravel:package", title: "the Composer package resound/laravel", ...on("bun", "test/package") },
  ];
}

/** Why a step has nothing to do yet; `undefined` when it has. */
export function pendingReason(step: Step): string | undefined {
  if (step.folders?.some((folder) => existsSync(folder)) ?? true) return undefined;
  return `there is no ${step.folders?.join(" or ")} yet`;
}
