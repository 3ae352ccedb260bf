import { expect, test } from "bun:test";
import { parseEnvFile } from "../../../../src/config/sources/env-file.ts";
import { Environment } from "../../../../src/config/sources/environment.ts";

test("a variable knows whether it comes from the file, and from which line, or from outside", () => {
  const environment = new Environment({ OUTSIDE: "1" }, parseEnvFile("# first\nINSIDE=2\nOUTSIDE=3", ".env"));
  expect(environment.get("INSIDE")).toEqual({ value: "2", origin: ".env:2" });
  expect(environment.get("OUTSIDE")).toEqual({ value: "1", origin: "the environment" });
  expect(environment.get("NOWHERE")).toBeUndefined();
});

test("an undefined variable of the process is not set", () => {
  expect(new Environment({ A: undefined }).get("A")).toBeUndefined();
});

test("names that every object has, such as constructor, are not variables", () => {
  expect(new Environment({}).get("constructor")).toBeUndefined();
});
