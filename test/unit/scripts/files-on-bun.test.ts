import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOnBun, SAME_IN_EXECUTABLE } from "../../../scripts/test/files-on-bun.ts";
import { ROOT } from "../../support/server-target.ts";

const FEATURE = join(ROOT, "test/feature");
const onBun = new Set(filesOnBun());

test("the rooms that the sources on Bun leave to the executable are there", () => {
  const rooms = readdirSync(FEATURE);
  expect([...SAME_IN_EXECUTABLE].filter((room) => !rooms.includes(room))).toEqual([]);
});

test("all files of the other rooms run on Bun, and each file with a test that the other targets skip", () => {
  const files = readdirSync(FEATURE, { recursive: true, encoding: "utf8" })
    .map((path) => `test/feature/${path.replaceAll("\\", "/")}`).filter((path) => path.endsWith(".test.ts"));
  const left = files.filter((path) => !onBun.has(path));
  expect(onBun.size).toBeGreaterThan(40);
  expect(left.filter((path) => !SAME_IN_EXECUTABLE.has(path.split("/")[2]!))).toEqual([]);
  expect(left.filter((path) => readFileSync(join(ROOT, path), "utf8").includes('"bun"'))).toEqual([]);
});
