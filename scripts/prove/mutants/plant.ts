import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Mutant } from "./mutants.ts";

/** The folder of the repository. */
export const ROOT = resolve(import.meta.dir, "../../..");

/** What the simulation needs besides `src`. */
const BESIDE = ["scripts/prove", "test/support", "package.json", "tsconfig.json", "bunfig.toml"] as const;

/** The text of the mutant's file with the defect in it. Throws where the text that is sought does not stand there once. */
export function planted({ name, file, search, replace }: Mutant): string {
  const path = join(ROOT, "src", file), text = readFileSync(path, "utf8"), parts = text.split(search);
  if (parts.length !== 2) {
    throw new Error(
      `The mutant "${name}" does not apply: src/${file} has its text ${parts.length - 1} times, not once`,
    );
  }
  return parts.join(replace);
}

/** Makes a copy of the repository in a folder, as far as the simulation needs it; with a mutant's defect, where one is given. */
export function plant(folder: string, mutant: Mutant | undefined): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ["src", ...BESIDE]) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  if (mutant !== undefined) writeFileSync(join(folder, "src", mutant.file), planted(mutant));
}
