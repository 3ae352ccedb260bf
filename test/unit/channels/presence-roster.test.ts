import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Member, PresenceRoster } from "../../../src/channels/presence-roster.ts";
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
  roster.join(member({ user_id: "b", user_info: { name: 'A "b" \\ \u{1F69A}' } }));
  roster.join(member({ user_id: 2 }));
  roster.join(member({ user_id: "b", user_info: { name: "another tab" } }));
  expect(roster.encode()).toStartWith(
    '{\\"presence\\":{\\"count\\":2,\\"ids\\":[\\"b\\",2],\\"hash\\":{\\"b\\":',
  );
  expect(decode(roster)).toEqual({
    presence: { count: 2, ids: ["b", 2], hash: { b: { name: 'A "b" \\ \u{1F69A}' }, 2: null } },
  });
});

test("a number and its text are one user", () => {
  const roster = new PresenceRoster();
  expect(roster.join(member({ user_id: 1 })).first).toBeTrue();
  expect(roster.join(member({ user_id: "1" })).first).toBeFalse();
  expect(roster.userCount).toBe(1);
});

test("any joining and leaving gives the roster of a model", () => {
  const ids = fc.constantFrom<string | number>(
    "1",
    1,
    2,
    "two",
    '"',
    "\\",
    "__proto__",
    "\u2028",
    "\ud800",
    "ü",
  );
  const step = fc.oneof(
    fc.record({ type: fc.constant("join" as const), user_id: ids, user_info: fc.jsonValue() }),
    fc.record({ type: fc.constant("leave" as const), which: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const roster = new PresenceRoster();
      const connections: Member[] = [];
      const model = new Map<string, { count: number; id: unknown; info: unknown }>();
      for (const action of steps) {
        if (action.type === "join") {
          const data = member(action);
          const known = model.get(data.userId);
          const joined = roster.join(data);
          expect(joined.first).toBe(known === undefined);
          connections.push(joined.member);
          if (known !== undefined) known.count++;
          else model.set(data.userId, { count: 1, id: action.user_id, info: JSON.parse(data.userInfoJson) });
        } else if (connections.length > 0) {
          const [leaving] = connections.splice(action.which % connections.length, 1);
          const known = model.get(leaving!.userId)!;
          known.count--;
          expect(roster.leave(leaving!)).toBe(known.count === 0);
          if (known.count === 0) model.delete(leaving!.userId);
        }
        expect(roster.userCount).toBe(model.size);
        expect(Array.from(roster.members(), ({ connections: each }) => each)).toEqual(
          Array.from(model.values(), ({ count }) => count),
        );
      }
      const { presence } = decode(roster) as { presence: { count: number; ids: unknown[]; hash: object } };
      expect(presence.count).toBe(model.size);
      expect(presence.ids).toEqual(Array.from(model.values(), ({ id }) => id));
      expect(new Map(Object.entries(presence.hash))).toEqual(
        new Map(Array.from(model, ([userId, { info }]) => [userId, info])),
      );
    }),
    { numRuns: 300 },
  );
});
