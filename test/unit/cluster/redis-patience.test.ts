import { expect, test } from "bun:test";
import { redisPatience } from "../../../src/cluster/redis-patience.ts";

test("a node waits for Redis as long as it always did, unless the command timeout is longer", () => {
  const usual = { question: 500, call: 1000, others: 3000, farewell: 2000 };
  for (const commandTimeout of [0.1, 1, 2]) expect(redisPatience({ commandTimeout })).toEqual(usual);
});

test("where Redis may take longer, all waits are longer", () => {
  expect(redisPatience({ commandTimeout: 8 }))
    .toEqual({ question: 2000, call: 4000, others: 9000, farewell: 8000 });
});
