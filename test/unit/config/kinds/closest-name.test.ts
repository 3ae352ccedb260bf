import { expect, test } from "bun:test";
import { closestName } from "../../../../src/config/kinds/closest-name.ts";

const names = ["max_connections", "max_message_size", "key"];

test("a misspelt name has the nearest one", () => {
  expect(closestName("max_conections", names)).toBe("max_connections");
  expect(closestName("maxConnections", names)).toBe("max_connections");
  expect(closestName("max_mesage_sizes", names)).toBe("max_message_size");
  expect(closestName("kye", names)).toBe("key");
});

test("another word has none, nor has a very long one", () => {
  expect(closestName("webhooks", names)).toBeUndefined();
  expect(closestName("key".repeat(100_000), names)).toBeUndefined();
});
