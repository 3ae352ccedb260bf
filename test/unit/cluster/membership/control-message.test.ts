import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { readControlMessage } from "../../../../src/cluster/membership/control-message.ts";

test("messages between nodes are read", () => {
  const messages = [
    { type: "hello", node: "a.1", description: { host: "web-1" } },
    { type: "bye", node: "a.1" },
    { type: "present", node: "a.1" },
    { type: "lost", node: "a.1" },
    { type: "terminate", node: "a.1", applicationId: "app", userId: "7" },
    { type: "restart", node: "a.1", target: "b.1" },
    { type: "missed", node: "a.1", milliseconds: 4000 },
    { type: "published", node: "a.1", to: "b.1", events: [["app\nnews", 7, 1200]] },
  ];
  for (const message of messages) {
    expect<unknown>(readControlMessage(JSON.stringify(message))).toEqual(message);
  }
});

test("a text that is no message is not read, and does not throw", () => {
  const foreign = [
    "",
    "null",
    "7",
    "[]",
    '{"type":"bye"}',
    '{"type":"bye","node":7}',
    '{"type":"from-the-future","node":"a.1"}',
    '{"type":"hello","node":"a.1"}',
    '{"type":"missed","node":"a.1"}',
    '{"type":"published","node":"a.1","to":"b.1","events":[["news",7]]}',
    '{"type":"published","node":"a.1","events":[]}',
    '{"type":"hello","node":"a.1","description":null}',
    '{"type":"terminate","node":"a.1","userId":"7"}',
    '{"type":"restart","node":"a.1","target":1}',
  ];
  for (const text of foreign) expect(readControlMessage(text)).toBeUndefined();
  fc.assert(fc.property(fc.json(), (text) => void readControlMessage(text)));
});
