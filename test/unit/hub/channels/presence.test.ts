import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { type Hold, Presence, type PresenceKeeper } from "../../../../src/hub/channels/presence.ts";
import { type MemberData, parseMemberData } from "../../../../src/protocol/member-data.ts";

function member(channelData: unknown): MemberData {
  return parseMemberData(JSON.stringify(channelData))!;
}

/** A presence, and what its listener announces. */
function newPresence(keeper?: PresenceKeeper): { readonly presence: Presence; readonly heard: string[] } {
  const heard: string[] = [];
  const presence = new Presence({
    memberAdded: (userId) => heard.push(`+${userId}`),
    memberRemoved: (userId) => heard.push(`-${userId}`),
  });
  presence.keeper = keeper;
  return { presence, heard };
}

test("alone, a user is present from its first connection to its last", () => {
  const { presence, heard } = newPresence();
  const hold = presence.join(member({ user_id: 1 }));
  expect(presence.join(member({ user_id: "1" }))).toBe(hold);
  expect(hold.confirmed.isOpen).toBeTrue();
  presence.leave(hold);
  expect(heard).toEqual(["+1"]);
  presence.leave(hold);
  expect([heard, presence.roster.userCount]).toEqual([["+1", "-1"], 0]);
});

test("with a keeper nothing changes until the keeper says so, and a join waits", () => {
  const asked: string[] = [];
  const { presence, heard } = newPresence({
    decides: true,
    join: ({ data }) => asked.push(`join ${data.userId}`),
    leave: ({ data }) => asked.push(`leave ${data.userId}`),
    departedAlone: () => {},
    isDepartedAlone: () => false,
    returned: () => {},
  });
  const hold = presence.join(member({ user_id: "a" }));
  presence.join(member({ user_id: "a" }));
  let told = 0;
  hold.confirmed.whenOpen(() => told++);
  expect([asked, heard, told]).toEqual([["join a"], [], 0]);
  presence.confirm(hold);
  expect([heard, told]).toEqual([["+a"], 1]);

  presence.leave(hold);
  presence.leave(hold);
  expect([asked, heard]).toEqual([["join a", "leave a"], ["+a"]]);
  presence.removeMember("a");
  expect(heard).toEqual(["+a", "-a"]);
});

test("while the keeper cannot be asked, this node's own holds decide", () => {
  const keeper = {
    decides: false,
    join: () => {},
    leave: () => {},
    departedAlone: () => {},
    isDepartedAlone: () => false,
    returned: () => {},
  };
  const { presence, heard } = newPresence(keeper);
  presence.leave(presence.join(member({ user_id: "a" })));
  expect(heard).toEqual(["+a", "-a"]);
});

test("after a gap, each difference is announced once", () => {
  const { presence, heard } = newPresence();
  for (const id of ["a", "b", "c"]) presence.addMember(member({ user_id: id }));
  heard.length = 0;
  presence.replaceMembers([member({ user_id: "c" }), member({ user_id: "d" })]);
  expect(heard).toEqual(["-a", "-b", "+d"]);
  presence.replaceMembers([member({ user_id: "c" }), member({ user_id: "d" })]);
  expect(heard).toEqual(["-a", "-b", "+d"]);
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
    "\u{1f600}",
  );
  const step = fc.oneof(
    fc.record({ type: fc.constant("join" as const), user_id: ids, user_info: fc.jsonValue() }),
    fc.record({ type: fc.constant("leave" as const), which: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { presence, heard } = newPresence();
      const connections: Hold[] = [];
      const model = new Map<string, { count: number; id: unknown; info: unknown }>();
      for (const action of steps) {
        if (action.type === "join") {
          const data = member(action), known = model.get(data.userId);
          connections.push(presence.join(data));
          expect(heard.splice(0)).toEqual(known === undefined ? [`+${data.userId}`] : []);
          if (known !== undefined) known.count++;
          else model.set(data.userId, { count: 1, id: action.user_id, info: JSON.parse(data.userInfoJson) });
        } else if (connections.length > 0) {
          const [leaving] = connections.splice(action.which % connections.length, 1);
          const { userId } = leaving!.data, known = model.get(userId)!;
          known.count--;
          presence.leave(leaving!);
          expect(heard.splice(0)).toEqual(known.count === 0 ? [`-${userId}`] : []);
          if (known.count === 0) model.delete(userId);
        }
        expect(Array.from(presence.holds(), ({ connections: each }) => each)).toEqual(
          Array.from(model.values(), ({ count }) => count),
        );
      }
      const decoded: unknown = JSON.parse(JSON.parse(`"${presence.roster.encode()}"`) as string);
      const told = (decoded as { presence: { count: number; ids: unknown[]; hash: object } }).presence;
      expect(told.count).toBe(model.size);
      expect(told.ids).toEqual(Array.from(model.values(), ({ id }) => id));
      expect(new Map(Object.entries(told.hash))).toEqual(
        new Map(Array.from(model, ([userId, { info }]) => [userId, info])),
      );
    }),
    { numRuns: 300 },
  );
});
