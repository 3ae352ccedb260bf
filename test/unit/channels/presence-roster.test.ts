import { expect, test } from "bun:test";
import { PresenceRoster } from "../../../src/channels/presence-roster.ts";
import { type MemberData, parseMemberData } from "../../../src/protocol/member-data.ts";

function member(channelData: unknown): MemberData {
  return parseMemberData(JSON.stringify(channelData))!;
}

/** The roster as clients read it: the encoded text stands inside a JSON string. */
function decode(roster: PresenceRoster): unknown {
  return JSON.parse(JSON.parse(`"${roster.encode()}"`) as string);
}

test("an empty roster has an empty object", () => {
  expect(decode(new PresenceRoster())).toEqual({ presence: { count: 0, ids: [], hash: {} } });
});

test("users are distinct, in the order in which they came, numbers stay numbers", () => {
  const roster = new PresenceRoster();
  roster.add(member({ user_id: "b", user_info: { name: 'A "b" \\ \u{1F69A}' } }));
  roster.add(member({ user_id: 2 }));
  roster.add(member({ user_id: "b", user_info: { name: "another tab" } }));
  expect(roster.encode()).toStartWith(
    '{\\"presence\\":{\\"count\\":2,\\"ids\\":[\\"b\\",2],\\"hash\\":{\\"b\\":',
  );
  expect(decode(roster)).toEqual({
    presence: { count: 2, ids: ["b", 2], hash: { b: { name: 'A "b" \\ \u{1F69A}' }, 2: null } },
  });
});

test("a number and its text are one user", () => {
  const roster = new PresenceRoster();
  expect(roster.add(member({ user_id: 1 }))).toBeTrue();
  expect(roster.add(member({ user_id: "1" }))).toBeFalse();
  expect([roster.userCount, roster.has("1")]).toEqual([1, true]);
  expect(roster.remove("1")?.userIdJson).toBe("1");
  expect(roster.remove("1")).toBeUndefined();
});
