import { expect, test } from "bun:test";
import { selectSteps } from "../../../scripts/test/select-steps.ts";
import { steps } from "../../../scripts/test/steps.ts";

const ALL = steps("bun");
const select = (...args: string[]): readonly [string[], readonly string[]] => {
  const { steps, testArguments } = selectSteps(ALL, args, (path) => !path.includes("nope"));
  return [steps.map(({ name }) => name), testArguments];
};

test("no argument means every step", () => {
  expect(selectSteps(ALL, []).steps).toEqual(ALL);
});

test("steps run in their own order, a group by its first word, the needed step included", () => {
  expect(select("unit", "fmt")).toEqual([["fmt", "unit"], []]);
  expect(select("feature")).toEqual([["build", "feature:bun", "feature:deno", "feature:binary"], []]);
  expect(select("feature:binary")[0]).toEqual(["build", "feature:binary"]);
});

test("what follows the names goes to bun test", () => {
  expect(select("feature:bun", "test/feature/x.test.ts", "-t", "unit"))
    .toEqual([["feature:bun"], ["test/feature/x.test.ts", "-t", "unit"]]);
});

test("unknown names and files without a step are errors", () => {
  expect(() => select("untit")).toThrow(`Unknown step "untit"; there are: packages, fmt, lint,`);
  expect(() => select("test/unit/a.test.ts")).toThrow("Name the step that test/unit/a.test.ts is for");
  expect(() => select("fmt", "--bail")).toThrow("Name the step that --bail is for");
});

test("a path that does not exist is an error that names it", () => {
  expect(() => select("unit", "test/unit/nope.test.ts")).toThrow(
    "There is no file or folder test/unit/nope.test.ts",
  );
  expect(() => select("unit", "test/unit/a.test.ts", "--bail", "nope")).toThrow(
    "There is no file or folder nope",
  );
  expect(select("unit", "test/unit", "-t", "nope/x")[1]).toEqual(["test/unit", "-t", "nope/x"]);
});

test("check means the steps of the gate, in their order", () => {
  const gate = ["fmt", "lint", "types", "types:client", "client", "imports", "words", "unit"];
  expect(select("check")).toEqual([gate, []]);
  expect(select("check", "build")[0]).toEqual([...gate, "build"]);
});

test("a step stands behind those that it waits for", () => {
  for (const [index, { needs, after }] of ALL.entries()) {
    const earlier = ALL.slice(0, index).map(({ name }) => name);
    for (const name of [needs, after]) if (name !== undefined) expect(earlier).toContain(name);
  }
  expect(ALL.find(({ name }) => name === "feature:binary")?.needs).toBe("build");
});
