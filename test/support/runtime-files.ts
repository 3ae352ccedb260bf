import { readdirSync } from "node:fs";

/** The names of the runtime files in a folder; beside each of them is the socket for `resound watch`. */
export function runtimeFilesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".json"));
}
