import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { eventMessage, readMessage } from "../../../../src/cluster/events/wire-message.ts";

test("an event is read as it was written, with any text in its frame", () => {
  fc.assert(fc.property(
    fc.boolean(),
    fc.stringMatching(/^[0-9a-f]{10}$/),
    fc.nat(),
    fc.option(fc.stringMatching(/^\d{1,9}\.\d{1,9}$/), { nil: undefined }),
    fc.string({ unit: "binary" }),
    (cached, origin, sequence, exceptSocketId, frame) => {
      expect(readMessage(eventMessage(cached, origin, sequence, exceptSocketId, frame)))
        .toEqual({ type: "event", cached, origin, sequence, exceptSocketId, frame });
    },
  ));
});

test("no value breaks an event: what is no socket id leaves no socket out", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("1.2\n", "\n1.2", "1.2\n\n", "1.2\nE", "", "1", "1.2.3"),
    ),
    fc.string({ unit: "binary" }),
    (exceptSocketId, frame) => {
      const message = readMessage(eventMessage(false, "0a1b2c3d4e", 7, exceptSocketId, frame));
      const known = /^\d+\.\d+$/.test(exceptSocketId) ? exceptSocketId : undefined;
      const rest = { cached: false, origin: "0a1b2c3d4e", sequence: 7, frame };
      expect(message).toEqual({ type: "event", ...rest, exceptSocketId: known });
    },
  ));
});

test("changes of the members are read, with the user's data", () => {
  expect(readMessage('+17\n{"user_id":1}\n')).toEqual({
    type: "member_added",
    fresh: false,
    version: 17,
    channelData: '{"user_id":1}\n',
  });
  expect(readMessage("!1732190000000000\n{}")).toMatchObject({ fresh: true, version: 1732190000000000 });
  expect(readMessage("-18\nan id\nwith a line feed")).toEqual({
    type: "member_removed",
    version: 18,
    userId: "an id\nwith a line feed",
  });
  expect(readMessage("#3")).toEqual({ type: "subscription_count", subscriptions: 3 });
});

test("a text that is no message is not read, and does not throw", () => {
  const foreign = [
    "",
    "E",
    "Eorigin",
    "Eorigin\n1",
    "Eorigin\nx\n\nframe",
    "Eorigin\n\n\nframe",
    "Eorigin\n1e3\n\nframe",
    "Eorigin\n1\nsocket\nframe",
    "Eorigin\n9007199254740993\n\nframe",
    "+",
    "+x\ny",
    "+\n{}",
    "!-5\n{}",
    "+1.5\n{}",
    "+0x10\n{}",
    "-9007199254740993\nuser",
    "-1",
    "#x",
    "#",
    "#-1",
    "# 1",
    "{}",
    "?1\n2",
  ];
  for (const text of foreign) expect(readMessage(text)).toBeUndefined();
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readMessage(text)));
});
