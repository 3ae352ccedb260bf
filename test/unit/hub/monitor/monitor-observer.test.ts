import { expect, test } from "bun:test";
import { LogVerbosity } from "../../../../src/process/log-verbosity.ts";
import { DebugStream } from "../../../../src/hub/monitor/debug-stream.ts";
import { routeMessage } from "../../../../src/websocket/message-router.ts";
import { FakeHub } from "../../../support/fake-hub.ts";

const PING = '{"event":"pusher:ping","data":{}}';

function streamInto(fake: FakeHub): { readonly stream: DebugStream; readonly shown: string[] } {
  const shown: string[] = [];
  const stream = new DebugStream(fake.monitor.log, (line) => shown.push(line), () => new Date(0));
  return { stream, shown };
}

test("several observers see the same, each until it is detached", () => {
  const fake = new FakeHub(), { connection } = fake.connect();
  const one = streamInto(fake), two = streamInto(fake);
  const leave = fake.monitor.observe(one.stream);
  fake.monitor.observe(two.stream);
  routeMessage(fake.hub, connection, PING);
  expect(one.shown).toHaveLength(2);
  expect(two.shown).toEqual(one.shown);
  leave();
  routeMessage(fake.hub, connection, PING);
  expect([one.shown.length, two.shown.length]).toEqual([2, 4]);
});

test("a call that was given the answer of an earlier one is shown as repeated", () => {
  const fake = new FakeHub(), { stream, shown } = streamInto(fake);
  fake.monitor.observe(stream);
  const call = { method: "POST", path: "/apps/a/events", status: 200, application: "a" };
  for (const isRepeated of [undefined, true] as const) {
    fake.monitor.answered({ ...call, isRepeated, caller: { address: "127.0.0.1" } });
  }
  const ends = shown.map((line) => line.slice(line.indexOf("POST")));
  expect(ends).toEqual(["POST /apps/a/events 200", "POST /apps/a/events 200 (repeated)"]);
});

test("messages are shown only at the level debug, or always with --debug", () => {
  for (const [always, expected] of [[false, [0, 2, 2]], [true, [2, 4, 6]]] as const) {
    const fake = new FakeHub(), { connection } = fake.connect(), { stream, shown } = streamInto(fake);
    const verbosity = new LogVerbosity(fake.monitor, stream, always);
    const counts = (["info", "debug", "error"] as const).map((level) => {
      verbosity.apply(level);
      verbosity.apply(level);
      routeMessage(fake.hub, connection, PING);
      return shown.length;
    });
    expect(counts).toEqual([...expected]);
    expect(fake.monitor.log.level).toBe(always ? "debug" : "error");
  }
});
