import { expect, test } from "bun:test";
import { ageOf, readTaken } from "../../../../src/cluster/streams/read-taken.ts";
import { RecentIds } from "../../../../src/cluster/streams/recent-ids.ts";
import { fairShare } from "../../../../src/cluster/streams/stream-share.ts";

test("entries are read by the names of their fields, in any order, and lack what another program has left out", () => {
  const entries = [["5-0", ["body", "{}", "app", "a", "auth", "s"]], ["6-1", ["x", "y"]], ["7-0", null]];
  expect(readTaken([1, 10, 3, entries])).toEqual({
    now: 10,
    length: 3,
    entries: [
      { id: "5-0", application: "a", auth: "s", body: "{}" },
      { id: "6-1", application: "", auth: "", body: "" },
      { id: "7-0", application: "", auth: "", body: "" },
    ],
  });
});

test("another owner has no entries", () => {
  for (const answer of [[0], [], null, "x"]) expect(readTaken(answer)).toBeUndefined();
});

test("the age of an entry is that of its id, and never negative", () => {
  const entry = { id: "1000-7", application: "", auth: "", body: "" };
  expect([ageOf(entry, 1250), ageOf(entry, 900)]).toEqual([250, 0]);
});

test("the last thousand ids are remembered, and not more than two thousand", () => {
  const ids = new RecentIds();
  for (let number = 0; number < 5000; number++) ids.add(String(number));
  const known = Array.from({ length: 5000 }, (_, number) => ids.has(String(number)));
  expect(known.slice(4000)).not.toContain(false);
  expect(known.slice(0, 3000)).not.toContain(true);
});

test("shares add up to all streams, for any number of readers", () => {
  for (let readers = 1; readers <= 40; readers++) {
    expect(fairShare(readers) * readers).toBeGreaterThanOrEqual(16);
    expect(fairShare(readers) * Math.floor(16 / fairShare(readers))).toBeLessThanOrEqual(16);
  }
});
