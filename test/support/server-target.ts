import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** What the server under test runs on. */
export type ServerTarget = "bun" | "deno" | "binary";

/** The repository's root folder. */
export const ROOT: string = resolve(import.meta.dir, "../..");

/** The target that this test run was started for: `RESOUND_TEST_TARGET`, `bun` when unset. Throws for any other word. */
export function serverTarget(): ServerTarget {
  const target = process.env.RESOUND_TEST_TARGET ?? "bun";
  if (target === "bun" || target === "deno" || target === "binary") return target;
  throw new Error(`RESOUND_TEST_TARGET is "${target}": expected bun, deno or binary`);
}

/** Whether a restart has another process take the server's place; elsewhere the server stops for its process manager to start it again. */
export function handsOver(): boolean {
  return serverTarget() !== "deno";
}

/** The command line that stands before the server's own arguments. Throws when the target is not installed or not built. */
export function serverCommand(target: ServerTarget): readonly string[] {
  switch (target) {
    case "bun":
    case "deno":
      return scriptCommand(target, resolve(ROOT, "src/main.ts"));
    case "binary": {
      const binary = resolve(ROOT, process.platform === "win32" ? "dist/resound.exe" : "dist/resound");
      if (!existsSync(binary)) throw new Error("dist/resound does not exist: run `bun run build` first");
      return [binary];
    }
  }
}

/** The command line that runs a file on a runtime. Throws when the runtime is not installed. */
export function scriptCommand(runtime: "bun" | "deno", file: string): readonly string[] {
  // As in the executable: the server reads .env by Laravel's rules, Bun must not have read it by its own before.
  return runtime === "bun"
    ? [process.execPath, "--no-env-file", file]
    : [denoExecutable(), "run", "-A", file];
}

/**
 * The variable that leads Deno to the compiled modules that it keeps, below our own HOME also where a test gives the server another one:
 * it would compile all of them anew. Other runtimes ignore it.
 */
export function denoFolder(): { readonly DENO_DIR: string } {
  return { DENO_DIR: process.env["DENO_DIR"] ?? join(homedir(), ".cache/deno") };
}

/**
 * The deno executable itself: the script in node_modules/.bin starts it as a child of Node.js and keeps signals to itself, so a
 * server could not be stopped. That script puts the executable in place when it has not been run yet.
 */
function denoExecutable(): string {
  const executable = resolve(ROOT, "node_modules/deno", process.platform === "win32" ? "deno.exe" : "deno");
  if (!existsSync(executable)) {
    Bun.spawnSync([resolve(ROOT, "node_modules/.bin/deno"), "--version"], {
      stdout: "ignore",
      stderr: "inherit",
    });
  }
  if (!existsSync(executable)) {
    throw new Error("deno is not installed in node_modules: run `bun install` first");
  }
  return executable;
}
