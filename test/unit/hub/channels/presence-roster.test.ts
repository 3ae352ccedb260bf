import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { PresenceRoster } from "../../../../src/hub/channels/presence-roster.ts";
import { type MemberData, parseMemberData } from "../../../../src/protocol/member-data.ts";

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

test("after any changes the encoded roster has the members in the order in which they were added", () => {
  const step = fc.record({ leaves: fc.boolean(), user: fc.nat({ max: 300 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: "max" }), (steps) => {
      const roster = new PresenceRoster();
      const expected = new Map<string, number>();
      for (const { leaves, user } of steps) {
        const id = `u${user}`;
        if (leaves) expect(roster.remove(id) !== undefined).toBe(expected.delete(id));
        else {
          expect(roster.add(member({ user_id: id, user_info: user }))).toBe(!expected.has(id));
          if (!expected.has(id)) expected.set(id, user);
        }
        if (user % 20 === 0) roster.encode();
      }
      const ids = [...expected.keys()];
      expect(decode(roster)).toEqual({
        presence: { count: ids.length, ids, hash: Object.fromEntries(expected) },
      });
      expect([...roster.members()].map(({ userId }) => userId)).toEqual(ids);
    }),
    { numRuns: 50 },
  );
});
