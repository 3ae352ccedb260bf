import { expect, test } from "bun:test";
import { ConfigFiles } from "../../../../src/config/sources/config-files.ts";
import type { Environment } from "../../../../src/config/sources/environment.ts";
import { readEnvironment } from "../../../../src/config/sources/read-environment.ts";
import { folder, memoryFiles, refusalOf } from "../memory-files.ts";

function read(contents: Record<string, string>, env: Record<string, string>): [Environment, string[]] {
  const files = new ConfigFiles(folder, memoryFiles(contents));
  return [readEnvironment(files, env), files.read];
}

test("the file of the stage is read instead of .env when the process has that APP_ENV", () => {
  const [environment, names] = read({ ".env": "A=1\nB=1", ".env.staging": "A=2" }, { APP_ENV: "staging" });
  expect(environment.get("A")).toEqual({ value: "2", origin: ".env.staging:1" });
  expect(environment.get("B")).toBeUndefined();
  expect(names).toEqual([".env.staging"]);
});

test("without a file of the stage .env is read", () => {
  const [environment, names] = read({ ".env": "A=1" }, { APP_ENV: "staging" });
  expect(environment.get("A")?.value).toBe("1");
  expect(names).toEqual([".env"]);
});

test("an APP_ENV inside .env changes no file, as Laravel looks before reading it", () => {
  const [environment] = read({ ".env": "APP_ENV=staging\nA=1", ".env.staging": "A=2" }, {});
  expect(environment.get("A")?.value).toBe("1");
});

test("an APP_ENV that would leave the folder is not used as a file name", () => {
  const [, names] = read({ ".env": "A=1" }, { APP_ENV: "/../../etc" });
  expect(names).toEqual([".env"]);
});

test("a missing .env is no error", () => {
  const [environment, names] = read({}, { A: "1" });
  expect(environment.get("A")?.origin).toBe("the environment");
  expect(names).toEqual([]);
});

test("a broken file of the stage is named", () => {
  expect(refusalOf(() => read({ ".env.testing": "A='" }, { APP_ENV: "testing" }))).toEqual([
    ".env.testing:1 A: a missing closing quote",
  ]);
});
