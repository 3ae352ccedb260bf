import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { parseUserData, type UserData } from "../../../src/protocol/user-data.ts";

const accepted: readonly [userData: string, user: UserData][] = [
  ['{"id":"12345"}', { id: "12345", userInfoJson: "null", watchlist: [] }],
  ['{"id":"1","user_info":{"name":"A", "n":1.0},"watchlist":["7","8"]}', {
    id: "1",
    userInfoJson: '{"name":"A", "n":1.0}',
    watchlist: ["7", "8"],
  }],
  ['{"id":"1","watchlist":null}', { id: "1", userInfoJson: "null", watchlist: [] }],
  ['{"id":"1","watchlist":["7","8","7"]}', { id: "1", userInfoJson: "null", watchlist: ["7", "8"] }],
];

test.each([...accepted])("%s", (json, user) => {
  expect(parseUserData(json)).toEqual(user);
});

test.each([
  [""],
  ["nonsense"],
  ["null"],
  ["[]"],
  ["{}"],
  ['{"id":""}'],
  // Client libraries expect a text here.
  ['{"id":1}'],
  ['{"id":null}'],
  ['{"id":"1","watchlist":"7"}'],
  ['{"id":"1","watchlist":{}}'],
  ['{"id":"1","watchlist":[7]}'],
  ['{"id":"1","watchlist":[""]}'],
  ['{"id":"1","watchlist":[null]}'],
])("%j is not a user", (json) => {
  expect(parseUserData(json)).toBeUndefined();
});

test("the user that is read is the one that was sent, for any data; nothing throws", () => {
  const user = fc.record(
    {
      id: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
      user_info: fc.jsonValue(),
      watchlist: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(fc.oneof(fc.json(), user.map((each) => JSON.stringify(each))), (json) => {
    const read = parseUserData(json);
    if (read === undefined) return;
    const sent = JSON.parse(json) as Record<string, unknown>;
    expect(read.id as unknown).toBe(sent["id"]);
    expect(JSON.parse(read.userInfoJson)).toEqual(sent["user_info"] ?? null);
    expect(read.watchlist).toEqual([...new Set((sent["watchlist"] ?? []) as string[])]);
  }));
});
