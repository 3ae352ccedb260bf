import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { compareIds } from "../../../../src/hub/cluster/cluster-log.ts";

test("ids of the shared log compare by their time, then by their number", () => {
  const part = fc.oneof(fc.nat(30), fc.nat(), fc.maxSafeNat());
  fc.assert(fc.property(part, part, part, part, (time, number, otherTime, otherNumber) => {
    const expected = Math.sign(time === otherTime ? number - otherNumber : time - otherTime);
    expect(Math.sign(compareIds(`${time}-${number}`, `${otherTime}-${otherNumber}`))).toBe(expected);
  }));
  expect(compareIds("0-0", "1700000000000-0")).toBeLessThan(0);
  expect(compareIds("1700000000000-9", "1700000000000-10")).toBeLessThan(0);
});
