import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { type MemberData, parseMemberData } from "../../../src/protocol/member-data.ts";

const accepted: readonly [channelData: string, member: Omit<MemberData, "json">][] = [
  ['{"user_id":"1","user_info":{"name":"A"}}', {
    userId: "1",
    userIdJson: '"1"',
    userInfoJson: '{"name":"A"}',
  }],
  // A number stays a number for the clients, and names the same user as its text.
  ['{"user_id":1}', { userId: "1", userIdJson: "1", userInfoJson: "null" }],
  ['{"user_id":0}', { userId: "0", userIdJson: "0", userInfoJson: "null" }],
  ['{"user_id":12345678901234567890}', {
    userId: "12345678901234567890",
    userIdJson: "12345678901234567890",
    userInfoJson: "null",
  }],
  ['{"user_id":"ä\\u00e4"}', { userId: "ää", userIdJson: '"ä\\u00e4"', userInfoJson: "null" }],
  ['{"user_id":1,"user_info":null}', { userId: "1", userIdJson: "1", userInfoJson: "null" }],
  // An empty array of PHP's.
  ['{"user_id":1,"user_info":[ ]}', { userId: "1", userIdJson: "1", userInfoJson: "{}" }],
  ['{"user_id":1,"user_info":[1]}', { userId: "1", userIdJson: "1", userInfoJson: "[1]" }],
  ['{"user_id":1,"user_info":{"big":12345678901234567890}}', {
    userId: "1",
    userIdJson: "1",
    userInfoJson: '{"big":12345678901234567890}',
  }],
];

test.each([...accepted])("%s", (json, member) => {
  expect(parseMemberData(json)).toEqual({ ...member, json });
});

test.each([
  [""],
  ["nonsense"],
  ["null"],
  ["[]"],
  ['"1"'],
  ["{}"],
  ['{"user_id":""}'],
  ['{"user_id":null}'],
  ['{"user_id":true}'],
  ['{"user_id":{}}'],
  ['{"user_id":["1"]}'],
  ['{"user_id":1e999}'],
  ['{"user_id":"\\ud800"}'],
  ['{"user_info":{}}'],
  ['{"__proto__":{"user_id":1}}'],
])("%j is not a member", (json) => {
  expect(parseMemberData(json)).toBeUndefined();
});

test("the parts are JSON with the values of the whole, for any data; nothing throws", () => {
  const id = fc.oneof(fc.integer(), fc.string({ unit: "binary" }), fc.jsonValue());
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.tuple(id, fc.jsonValue()).map(([user_id, user_info]) => JSON.stringify({ user_id, user_info })),
      ),
      (json) => {
        const member = parseMemberData(json);
        if (member === undefined) return;
        const whole = JSON.parse(json) as Record<string, unknown>;
        expect(JSON.parse(member.userIdJson)).toEqual(whole["user_id"]);
        expect(member.userId).toBe(String(whole["user_id"]));
        const info = whole["user_info"] ?? null;
        expect(JSON.parse(member.userInfoJson)).toEqual(Array.isArray(info) && info.length === 0 ? {} : info);
      },
    ),
  );
});
