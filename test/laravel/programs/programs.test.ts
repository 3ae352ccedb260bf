import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { skipWhen } from "../../support/skip-when.ts";
import { fetchLaravel } from "../laravel-packages.ts";
import { evaluateProgram } from "./evaluate-program.ts";
import { randomProgram } from "./random-program.ts";
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
  expect(meanings((program) => evaluateProgram(program))).toEqual(meanings((_, index) => theirs[index]));
});

const files = readFileSync(join(import.meta.dir, "config-files.txt"), "utf8").split(/^=== /m).slice(1)
  .map((text): readonly [name: string, source: string] => {
    const end = text.indexOf("\n");
    return [text.slice(0, end), text.slice(end + 1)];
  });

/** What the files are read with: nothing, and what an operator may have set. */
const ENVIRONMENTS: readonly Readonly<Record<string, string>>[] = [
  {},
  {
    APP_NAME: "Größe & Co",
    APP_ENV: "local",
    APP_URL: "https://shop.test:8443/x",
    APPS_JSON: '[{"id":7,"key":"k","secret":"s","max":5},{"id":"8","key":"l","options":{"host":"h"}}]',
    APP1_KEY: "one",
    APP3_KEY: "three",
    APP3_ID: "null",
    ORIGINS: " a.test , b.test,,a.test",
    REVERB_SCHEME: "http",
    REVERB_SERVER_PORT: "(null)",
    REVERB_SCALING_ENABLED: "(true)",
    REVERB_HOST: "ws.test",
    LIMITS: '{"max":1.0}',
    PUBLIC_URL: "ws://x.y.z.test/app",
    SCALE: "on",
    MAX: "7",
    MORE: "true",
    RATIO: "2.5",
    REDIS_URL: "rediss://:p@r.test:6390/2",
    UMLAUT: "übung",
    DROP: "redis",
  },
];

test.skipIf(skip).each(ENVIRONMENTS.map((env) => [Object.keys(env).length, env] as const))(
  "config files of public applications' shapes mean what they mean in PHP, with %d variables",
  (_, env) => {
    if (typeof packages === "string") return;
    const theirs = runPrograms(files.map(([, source]) => source), packages.vendor, env);
    for (const [index, [name, source]] of files.entries()) {
      expect({ [name]: evaluateProgram(source, env) }).toEqual({ [name]: theirs[index] });
    }
  },
);

/** Programs of one run; more by RESOUND_RANDOM_PROGRAMS, other ones by RESOUND_SEED. */
const COUNT = Number(process.env["RESOUND_RANDOM_PROGRAMS"] ?? 400);
const SEED = Number(process.env["RESOUND_SEED"] ?? 15);

test.skipIf(skip)("random programs give what they give in PHP, or are refused", () => {
  if (typeof packages === "string") return;
  const random = fc.sample(randomProgram, { numRuns: COUNT, seed: SEED });
  let refused = 0;
  for (let at = 0; at < random.length; at += 500) {
    const some = random.slice(at, at + 500), theirs = runPrograms(some, packages.vendor);
    for (const [index, program] of some.entries()) {
      const ours = evaluateProgram(program);
      if (typeof ours === "object" && ours !== null && "refused" in ours) refused++;
      else expect({ program, value: ours }).toEqual({ program, value: theirs[index] });
    }
  }
  expect(refused).toBeLessThan(COUNT / 4);
});
