import { expect, test } from "bun:test";
import { Findings, type SettledValue } from "../../../src/config/findings.ts";

/** A setting of a part. */
function settled(part: SettledValue["part"]): SettledValue {
  return { part, key: "key", value: "value", secret: false, place: undefined };
}

test("the settings of applications are left out where they are not asked for", () => {
  const all = new Findings(), without = new Findings(false);
  for (const part of ["server", "application", "redis"] as const) {
    all.settle(settled(part));
    without.settle(settled(part));
  }
  expect(all.settled.map(({ part }) => part)).toEqual(["server", "application", "redis"]);
  expect(without.settled.map(({ part }) => part)).toEqual(["server", "redis"]);
});
