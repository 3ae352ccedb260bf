import { expect, test } from "bun:test";
import { retryDelay } from "../../../src/webhooks/batch-sender.ts";

test("a retry waits half a second at first, twice as long each time, half a minute at most, less a random part", () => {
  const failures = [1, 2, 3, 4, 5, 6, 7, 8, 50];
  expect(failures.map((each) => retryDelay(each, () => 0))).toEqual(
    [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
  );
  expect(failures.map((each) => retryDelay(each, () => 0.9999))).toEqual(
    [250, 500, 1000, 2000, 4000, 8001, 15_002, 15_002, 15_002],
  );
});
