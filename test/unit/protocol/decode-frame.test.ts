import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import type { ClientMessage } from "../../../src/protocol/client-message.ts";
import { decodeFrame } from "../../../src/protocol/decode-frame.ts";
import { parseObject } from "../../../src/protocol/json-object.ts";

const frames: readonly [frame: string, message: ClientMessage][] = [
  ['{"event":"pusher:ping","data":{}}', { type: "ping" }],
  ['{"event":"pusher:ping"}', { type: "ping" }],
  ['{"event":"pusher:pong","data":{}}', { type: "pong" }],
  ['{"event":"pusher:subscribe","data":{"auth":"","channel":"c"}}', {
    type: "subscribe",
    channel: "c",
    auth: "",
    channelData: undefined,
  }],
  ['{"event":"pusher:subscribe","data":{"channel":"c"}}', {
    type: "subscribe",
    channel: "c",
    auth: "",
    channelData: undefined,
  }],
  ['{"event":"pusher:subscribe","data":{"channel":"c","auth":null,"channel_data":null}}', {
    type: "subscribe",
    channel: "c",
    auth: "",
    channelData: undefined,
  }],
  [
    '{"event":"pusher:subscribe","data":{"auth":"key:hex","channel_data":"{\\"user_id\\": 1}","channel":"presence-c"}}',
    { type: "subscribe", channel: "presence-c", auth: "key:hex", channelData: '{"user_id": 1}' },
  ],
  ['{"event":"pusher:subscribe","data":"{\\"channel\\":\\"c\\",\\"auth\\":\\"k:s\\"}"}', {
    type: "subscribe",
    channel: "c",
    auth: "k:s",
    channelData: undefined,
  }],
  ['{"event":"pusher:unsubscribe","data":{"channel":"c"}}', { type: "unsubscribe", channel: "c" }],
  ['{"event":"pusher:unsubscribe","data":"{\\"channel\\":\\"c\\"}"}', { type: "unsubscribe", channel: "c" }],
  ['{"event":"pusher:signin","data":{"auth":"k:s","user_data":"{\\"id\\":\\"1\\"}"}}', {
    type: "signin",
    auth: "k:s",
    userData: '{"id":"1"}',
  }],
  ['{"event":"client-x","channel":"private-c","data":{"a":{},"n":12345678901234567890}}', {
    type: "client-event",
    event: "client-x",
    channel: "private-c",
    data: '{"a":{},"n":12345678901234567890}',
  }],
  ['{"event":"client-x","channel":"c"}', {
    type: "client-event",
    event: "client-x",
    channel: "c",
    data: "null",
  }],
  ['{"event":"client-x","channel":"c","data":"text"}', {
    type: "client-event",
    event: "client-x",
    channel: "c",
    data: '"text"',
  }],
  ['{"event":"client-x","channel":"c","data":7}', {
    type: "client-event",
    event: "client-x",
    channel: "c",
    data: "7",
  }],
  // Reverb forwards a string that holds an object or a list as that object or list.
  ['{"event":"client-x","channel":"c","data":" {\\"a\\":1} "}', {
    type: "client-event",
    event: "client-x",
    channel: "c",
    data: '" {\\"a\\":1} "',
  }],
  ['{"event":"client-x","channel":"c","data":"[1]"}', {
    type: "client-event",
    event: "client-x",
    channel: "c",
    data: '"[1]"',
  }],
  ['{"event":"client-x","channel":"c","data":"7"}', {
    type: "client-event",
    event: "client-x",
    channel: "c",
    data: '"7"',
  }],
];

test.each([...frames])("%s", (frame, message) => {
  expect(decodeFrame(frame)).toEqual(message);
});

const invalid: readonly [frame: string, reason: string][] = [
  ["", "the frame is not a JSON object"],
  ["ping", "the frame is not a JSON object"],
  ["null", "the frame is not a JSON object"],
  ['["pusher:ping"]', "the frame is not a JSON object"],
  ['"pusher:ping"', "the frame is not a JSON object"],
  ['{"event":"pusher:ping"', "the frame is not a JSON object"],
  ["{}", "`event` must be a string"],
  ['{"event":7}', "`event` must be a string"],
  ['{"event":["pusher:ping"]}', "`event` must be a string"],
  ['{"event":"pusher:ping2"}', "unknown pusher: event"],
  ['{"event":"pusher:"}', "unknown pusher: event"],
  ['{"event":"pusher:constructor"}', "unknown pusher: event"],
  ['{"event":"pusher:subscribe"}', "`data.channel` must be a string"],
  ['{"event":"pusher:subscribe","data":[]}', "`data.channel` must be a string"],
  ['{"event":"pusher:subscribe","data":"c"}', "`data.channel` must be a string"],
  ['{"event":"pusher:subscribe","data":{"channel":7}}', "`data.channel` must be a string"],
  ['{"event":"pusher:subscribe","data":{"channel":"c","auth":7}}', "`data.auth` must be a string"],
  [
    '{"event":"pusher:subscribe","data":{"channel":"c","channel_data":{"user_id":1}}}',
    "`data.channel_data` must be a string",
  ],
  ['{"event":"pusher:unsubscribe","data":{}}', "`data.channel` must be a string"],
  ['{"event":"pusher:signin","data":{"user_data":"{}"}}', "`data.auth` must be a string"],
  ['{"event":"pusher:signin","data":{"auth":"k:s"}}', "`data.user_data` must be a string"],
  [
    '{"event":"pusher:signin","data":{"auth":"k:s","user_data":{"id":"1"}}}',
    "`data.user_data` must be a string",
  ],
  ['{"event":"client-x","data":{}}', "`channel` must be a string"],
  ['{"event":"client-x","channel":""}', "`channel` must be a string"],
  ['{"event":"client-x","channel":["c"]}', "`channel` must be a string"],
];

test.each([...invalid])("invalid: %s", (frame, reason) => {
  expect(decodeFrame(frame)).toEqual({ type: "invalid", reason });
});

test("events with other names are ignored, as in Reverb", () => {
  for (const event of ["message", "client_x", "pusher_internal:member_added", "PUSHER:ping", ""]) {
    expect(decodeFrame(JSON.stringify({ event, channel: "c" })).type).toBe("ignored");
  }
});

test("inherited properties are not members", () => {
  expect(decodeFrame('{"event":"pusher:subscribe","data":{"__proto__":{"channel":"c"}}}').type).toBe(
    "invalid",
  );
  expect(decodeFrame('{"__proto__":{"event":"pusher:ping"}}').type).toBe("invalid");
  expect(parseObject('{"__proto__":{"a":1}}')?.["a"]).toBeUndefined();
});

describe("never throws", () => {
  /** Whether a message has a known type; the compiler checks everything else about it. */
  function expectMessage(message: ClientMessage): void {
    switch (message.type) {
      case "ping":
      case "pong":
        return expect(Object.keys(message)).toEqual(["type"]);
      case "subscribe":
        expect([typeof message.channel, typeof message.auth]).toEqual(["string", "string"]);
        return expect(["string", "undefined"]).toContain(typeof message.channelData);
      case "unsubscribe":
        return expect(message.channel).toBeString();
      case "signin":
        return expect([typeof message.auth, typeof message.userData]).toEqual(["string", "string"]);
      case "client-event":
        expect(message.event).toStartWith("client-");
        expect(message.channel).not.toBe("");
        JSON.parse(message.data);
        return;
      case "ignored":
      case "invalid":
        return expect(message.reason).not.toBe("");
      default:
        throw new Error(`Not a message: ${JSON.stringify(message satisfies never)}`);
    }
  }

  const anyText = fc.string({ unit: "binary", maxLength: 200 });
  const validFrame = fc.constantFrom(...frames.map(([frame]) => frame));

  test("for any text", () => {
    fc.assert(fc.property(anyText, (text) => expectMessage(decodeFrame(text))));
  });

  test("for any JSON", () => {
    fc.assert(fc.property(fc.json({ stringUnit: "binary" }), (text) => expectMessage(decodeFrame(text))));
    const member = fc.oneof(fc.jsonValue(), fc.string(), fc.json());
    const event = fc.oneof(
      fc.constantFrom("subscribe", "unsubscribe", "signin", "ping").map((name) => `pusher:${name}`),
      fc.string().map((name) => `client-${name}`),
    );
    const data = fc.oneof(
      member,
      fc.record({ channel: member, auth: member, channel_data: member, user_data: member }, {
        requiredKeys: [],
      }),
    );
    fc.assert(
      fc.property(fc.record({ event, channel: member, data }, { requiredKeys: ["event"] }), (frame) => {
        expectMessage(decodeFrame(JSON.stringify(frame)));
      }),
      { numRuns: 500 },
    );
  });

  test("for any mutation of a valid frame", () => {
    const mutation = fc.record({
      at: fc.nat(120),
      cut: fc.nat(3),
      insert: fc.oneof(
        fc.constantFrom("", '"', "\\", "{", "}", ",", ":", "\0", "\ud800"),
        fc.string({ maxLength: 3 }),
      ),
    });
    fc.assert(
      fc.property(validFrame, fc.array(mutation, { minLength: 1, maxLength: 4 }), (frame, mutations) => {
        for (const { at, cut, insert } of mutations) {
          frame = frame.slice(0, at) + insert + frame.slice(at + cut);
        }
        expectMessage(decodeFrame(frame));
      }),
      { numRuns: 1000 },
    );
  });

  test("for nesting that overflows a parser", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expectMessage(decodeFrame(deep));
    expectMessage(decodeFrame(`{"event":"client-x","channel":"c","data":${deep}}`));
    expectMessage(decodeFrame(`{"event":"client-x","channel":"c","data":${JSON.stringify(deep)}}`));
  });
});

test("the data of a client event is forwarded as it was sent", () => {
  fc.assert(fc.property(fc.json(), (data) => {
    const message = decodeFrame(`{"event":"client-x","channel":"c","data":${data}}`);
    if (message.type !== "client-event") throw new Error(message.type);
    expect(message.data).toBe(data);
  }));
});
