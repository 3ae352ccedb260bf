import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { newSocketId } from "../../../../src/hub/connections/connection.ts";

test("a socket id is two whole numbers from 1 to a billion, with a dot between, for any random numbers", () => {
  expect(newSocketId(() => 0)).toBe("1.1");
  expect(newSocketId(() => 1 - 2 ** -53)).toBe("1000000000.1000000000");
  fc.assert(fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
    // The pattern that the server SDKs check a socket_id with.
    expect(newSocketId(() => random)).toMatch(/^[1-9]\d{0,9}\.[1-9]\d{0,9}$/);
  }));
});
