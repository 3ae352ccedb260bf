import { expect, test } from "bun:test";
import { watchText } from "../../../src/cli/watch-text.ts";

const AT = new Date(2026, 0, 2, 3, 4, 5, 6).toISOString();
const PLAIN = { withServer: false, withApplication: false };

test("a line has the local time, what happened and to which connection", () => {
  expect(watchText({ type: "signed-in", at: AT, application: "a", connection: "1.2", detail: "7" }, PLAIN))
    .toBe(
      "03:04:05.006  signed in     1.2 · user 7",
    );
  const event = {
    type: "api-event",
    at: AT,
    event: "E",
    channel: "c",
    receivers: 1,
    bytes: 1,
    isOnlyHere: true,
  };
  expect(watchText(event, PLAIN)).toBe(
    "03:04:05.006  event         E on c · 1 subscriber on this node · 1 byte",
  );
  expect(watchText({ type: "lost", at: AT, count: 1 }, PLAIN)).toBe(
    "03:04:05.006  lost          1 line that came faster than it could be shown",
  );
});

test("application, server and worker stand at the end where there are several", () => {
  const line = { type: "connected", at: AT, application: "a", connection: "1.2", server: 7, worker: 2 };
  expect(watchText(line, { withServer: true, withApplication: true })).toBe(
    "03:04:05.006  connected     1.2 · application a · server 7 · worker 2",
  );
  expect(watchText(line, PLAIN)).toBe("03:04:05.006  connected     1.2 · worker 2");
});

test("text of a client cannot rewrite the terminal", () => {
  const line = { type: "client-event", at: AT, event: "client-\u001b[2J", channel: "a\nb", data: "\u202e" };
  expect(watchText(line, PLAIN)).toBe(
    "03:04:05.006  client event  client-\\u001b[2J on a\\nb\n                            \\u202e",
  );
});
