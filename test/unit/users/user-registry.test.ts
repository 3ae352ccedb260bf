import { expect, test } from "bun:test";
import { UserRegistry } from "../../../src/users/user-registry.ts";
import { FakeHub } from "../../support/fake-hub.ts";

test("a user is online from the first of its connections to the last", () => {
  const fake = new FakeHub(), users = new UserRegistry();
  const one = fake.connect().connection, two = fake.connect().connection;
  expect(users.isOnline("7")).toBeFalse();
  expect([users.add("7", one), users.add("7", two), users.add("7", two)]).toEqual([true, false, false]);
  expect(users.remove("7", one)).toBeFalse();
  expect(users.remove("7", one)).toBeFalse();
  expect(users.remove("8", two)).toBeFalse();
  expect(users.isOnline("7")).toBeTrue();
  expect(users.remove("7", two)).toBeTrue();
  expect(users.isOnline("7")).toBeFalse();
});
