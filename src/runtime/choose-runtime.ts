import { BunRuntime } from "./bun/runtime.ts";
import { DenoRuntime } from "./deno/runtime.ts";
import type { Runtime } from "./runtime.ts";

/** The runtime that this process runs on. */
export function chooseRuntime(): Runtime {
  return "Deno" in globalThis ? new DenoRuntime() : new BunRuntime();
}
