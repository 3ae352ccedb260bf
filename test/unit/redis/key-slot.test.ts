import { expect, test } from "bun:test";
import { keySlot } from "../../../src/redis/key-slot.ts";

// As CLUSTER KEYSLOT answers; the first is the example of the specification (CRC-16 of "123456789" is 0x31C3).
test.each([
  ["123456789", 0x31c3],
  ["foo", 12182],
  ["{user1000}.following", 3443],
  ["{user1000}.followers", 3443],
  ["", 0],
  ["résumé", 2925],
  ["foo{}{bar}", 8363],
  ["foo{{bar}}", 4015],
])("the slot of %p is %p", (key, slot) => {
  expect(keySlot(key)).toBe(slot);
});

test("only what stands between the first braces counts, if something does", () => {
  expect(keySlot("a{tag}b{other}")).toBe(keySlot("tag"));
  expect(keySlot("{a}{b}")).toBe(keySlot("a"));
  expect(keySlot("foo{}{bar}")).not.toBe(keySlot("bar"));
  expect(keySlot("foo{{bar}}")).toBe(keySlot("{bar"));
  expect(keySlot("}a{")).not.toBe(keySlot("a"));
});
