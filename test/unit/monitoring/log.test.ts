import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { DebugStream } from "../../../src/hub/monitor/debug-stream.ts";
import { clock, Log, type LogFormat, printable } from "../../../src/monitoring/log.ts";
import type { LogLevel } from "../../../src/monitoring/log-event.ts";

/** In local time, so that the test has the same result everywhere. */
const TIME = new Date(2026, 0, 2, 3, 4, 5, 6);

function newLog(format: LogFormat): { readonly log: Log; readonly lines: [string, LogLevel][] } {
  const lines: [string, LogLevel][] = [];
  return { log: new Log(format, (line, level) => lines.push([line, level]), () => TIME), lines };
}

/** Whether the text has a character that a terminal may obey. */
function hasControl(text: string): boolean {
  return [...text].some((each) => /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(each));
}

test("a line for people has time, level, sentence and the other fields", () => {
  const { log, lines } = newLog("text");
  log.info("server_started", "Listening");
  log.warning("refused", "Refused: no", {
    reason: "rate_limited",
    connection: undefined,
    address: "",
    count: 0,
  });
  log.error("fault", "Broken");
  expect(lines).toEqual([
    ["2026-01-02 03:04:05.006 info    Listening", "info"],
    ["2026-01-02 03:04:05.006 warning Refused: no (reason=rate_limited count=0)", "warning"],
    ["2026-01-02 03:04:05.006 error   Broken", "error"],
  ]);
});

test("a line for machines is one JSON object", () => {
  const { log, lines } = newLog("json");
  log.warning("refused", 'Refused:\n"no"', {
    reason: "rate_limited",
    connection: undefined,
    count: 0,
    ok: true,
  });
  expect(lines[0]![0]).not.toContain("\n");
  expect(JSON.parse(lines[0]![0])).toEqual({
    time: TIME.toISOString(),
    level: "warning",
    event: "refused",
    message: 'Refused:\n"no"',
    reason: "rate_limited",
    count: 0,
    ok: true,
  });
});

test("the clock is local and has milliseconds", () => {
  expect(clock(TIME)).toBe("2026-01-02 03:04:05.006");
  expect(clock(new Date(2026, 11, 31, 23, 59, 59, 999))).toBe("2026-12-31 23:59:59.999");
});

test("control characters are written as escapes", () => {
  expect(printable("a\nb\u001b[2J\r\t\u0000\u007f\u009b\u202e\u2028")).toBe(
    "a\\nb\\u001b[2J\\u000d\\u0009\\u0000\\u007f\\u009b\\u202e\\u2028",
  );
  expect(printable("ü \u{1F69A} 日本")).toBe("ü \u{1F69A} 日本");
});

test("no text of a client can rewrite the terminal or begin a line of its own", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom<LogFormat>("text", "json"), (text, format) => {
      const { log, lines } = newLog(format);
      const debug: string[] = [];
      log.warning("refused", text, { address: text });
      new DebugStream(log, (line) => debug.push(line), () => TIME).show({
        direction: "in",
        peer: text,
        message: text,
      });
      for (const line of [...lines.map(([each]) => each), ...debug]) {
        if (format === "text") expect(hasControl(line)).toBeFalse();
        else expect(line).not.toMatch(/[\n\r]/);
      }
    }),
  );
});

test("the debug stream shows time, direction and peer on the left and the message on the right", () => {
  const { log, lines } = newLog("text");
  const debug: string[] = [];
  const stream = new DebugStream(log, (line) => debug.push(line), () => TIME);
  stream.show({
    direction: "in",
    peer: "123.456",
    message: '{"event":"pusher:subscribe","data":{"auth":"k:s"}}',
  });
  stream.show({ direction: "out", peer: "2 subscribers", message: "{}" });
  expect(debug[0]).toBe(
    '03:04:05.006 → in  123.456                 {"event":"pusher:subscribe","data":{"auth":"…"}}',
  );
  expect(debug[0]!.indexOf("{")).toBe(debug[1]!.indexOf("{"));
  expect(lines).toEqual([]);
});

test("as JSON the debug stream is part of the log, also without secrets", () => {
  const { log, lines } = newLog("json");
  const stream = new DebugStream(log, () => {}, () => TIME);
  stream.show({ direction: "api", peer: "::1", message: '{"auth":"k:s"}' });
  expect(JSON.parse(lines[0]![0])).toMatchObject({
    level: "debug",
    event: "message",
    direction: "api",
    peer: "::1",
    message: '{"auth":"…"}',
  });
});
