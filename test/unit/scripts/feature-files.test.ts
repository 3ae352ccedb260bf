import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { featureFiles, SAME_IN_EXECUTABLE, SAME_ON_DENO } from "../../../scripts/test/feature-files.ts";
import { ROOT } from "../../support/server-target.ts";

const FEATURE = join(ROOT, "test/feature");
const files = readdirSync(FEATURE, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/")).filter((path) => path.endsWith(".test.ts"));

const LEFT = [["bun", SAME_IN_EXECUTABLE, 40], ["deno", SAME_ON_DENO, 110]] as const;

test.each(LEFT)("what %s leaves to the executable is there", (_target, left) => {
  const isThere = (start: string): boolean =>
    existsSync(join(FEATURE, start)) || files.some((path) => path.startsWith(start));
  expect(left.filter((start) => !isThere(start))).toEqual([]);
});

test.each(LEFT)("%s runs all other files, and each file that names it", (target, left, least) => {
  const run = new Set(featureFiles(target));
  expect(run.size).toBeGreaterThan(least);
  const notRun = files.filter((path) => !run.has(`test/feature/${path}`));
  expect(notRun.filter((path) => !left.some((start) => path.startsWith(start)))).toEqual([]);
  const names = (path: string): boolean =>
    readFileSync(join(FEATURE, path), "utf8").includes(`= "${target}"`);
  expect(notRun.filter(names)).toEqual([]);
});
