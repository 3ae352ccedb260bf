import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { skipWhen } from "../../support/skip-when.ts";
import { fetchLaravel } from "../laravel-packages.ts";
import { evaluateProgram } from "./evaluate-program.ts";
import { runPrograms } from "./run-programs.ts";

const packages = fetchLaravel();
const skip = skipWhen(typeof packages === "string", `programs in PHP: ${String(packages)}`);

const programs = readFileSync(join(import.meta.dir, "programs.txt"), "utf8").split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

test.skipIf(skip)("programs as config files hold them give what they give in PHP", () => {
  if (typeof packages === "string") return;
  const theirs = runPrograms(programs, packages.vendor);
  const meanings = (value: (program: string, index: number) => unknown): Record<string, unknown> =>
    Object.fromEntries(programs.map((program, index) => [program, value(program, index)]));
  expect(meanings(evaluateProgram)).toEqual(meanings((_, index) => theirs[index]));
});
