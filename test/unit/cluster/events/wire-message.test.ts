import { expect, test } from "bun:test";
import fc from "fast-check";
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
    "+",
    "+x\ny",
    "-1",
    "#x",
    "{}",
    "?1\n2",
  ];
  for (const text of foreign) expect(readMessage(text)).toBeUndefined();
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readMessage(text)));
});
