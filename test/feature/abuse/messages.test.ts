import { expect, test } from "bun:test";
import { useAbusedServer } from "../../support/abused-server.ts";
import { INVALID_MESSAGE, PONG } from "../../support/frames.ts";

const MAX_MESSAGE_SIZE = 1_000_000;
const server = useAbusedServer({ REVERB_APP_MAX_MESSAGE_SIZE: String(MAX_MESSAGE_SIZE) });

/** One JSON value of every kind; `undefined` stands for a field that is not there. */
const KINDS: Readonly<Record<string, unknown>> = {
  missing: undefined,
  null: null,
  true: true,
  zero: 0,
  "a huge number": 1e308,
  "an empty string": "",
  "a string": "text",
  "a list": ["x"],
  "an empty list": [],
  "an object": { a: 1 },
  "an empty object": {},
};

/** Which wrong kinds a field may have without the message being invalid: because they are right, or stand for missing. */
const FIELDS: ReadonlyArray<
  readonly [event: string, field: string, rest: Readonly<Record<string, unknown>>, allowed: readonly string[]]
> = [
  ["pusher:subscribe", "channel", { auth: "" }, ["an empty string", "a string"]],
  ["pusher:subscribe", "auth", { channel: "kinds" }, ["missing", "null", "an empty string", "a string"]],
  ["pusher:subscribe", "channel_data", { channel: "kinds", auth: "" }, [
    "missing",
    "null",
    "an empty string",
    "a string",
  ]],
  ["pusher:unsubscribe", "channel", {}, ["an empty string", "a string"]],
  ["pusher:signin", "auth", { user_data: "{}" }, ["an empty string", "a string"]],
  ["pusher:signin", "user_data", { auth: "" }, ["an empty string", "a string"]],
];

for (const [event, field, rest, allowed] of FIELDS) {
  const wrong = Object.keys(KINDS).filter((kind) => !allowed.includes(kind));
  test.each(wrong)(`${event} with ${field}: %s is answered as an invalid message`, async (kind) => {
    const client = await server.connect();
    const data = { ...rest, [field]: KINDS[kind] };
    // Data may be an object or a string that holds one.
    expect(await client.answersTo({ event, data })).toEqual([INVALID_MESSAGE]);
    expect(await client.answersTo({ event, data: JSON.stringify(data) })).toEqual([INVALID_MESSAGE]);
    await client.close();
  });
}

test("data of every kind but an object is an invalid message for the events that need it", async () => {
  const client = await server.connect();
  for (const event of ["pusher:subscribe", "pusher:unsubscribe", "pusher:signin"]) {
    for (const data of Object.values(KINDS)) {
      expect(await client.answersTo({ event, data })).toEqual([INVALID_MESSAGE]);
    }
    expect(await client.answersTo({ event, data: '"{\\"channel\\":\\"twice\\"}"' })).toEqual([
      INVALID_MESSAGE,
    ]);
  }
  await client.close();
});

test("data of every kind is overlooked where none is needed", async () => {
  const client = await server.connect();
  for (const data of Object.values(KINDS)) {
    client.send({ event: "pusher:ping", data });
    expect(await client.next()).toBe(PONG);
    expect(await client.answersTo({ event: "pusher:pong", data })).toEqual([]);
  }
  await client.close();
});

test("an event of every kind, and unknown ones, are invalid or dropped", async () => {
  const client = await server.connect();
  for (const event of Object.values(KINDS)) {
    expect(await client.answersTo({ event, data: {} })).toEqual([INVALID_MESSAGE]);
    // A name that is none of ours, with a channel: dropped without a word, as in Reverb.
    const expected = typeof event === "string" ? [] : [INVALID_MESSAGE];
    expect(await client.answersTo({ event, channel: "c", data: {} })).toEqual(expected);
  }
  for (
    const event of ["pusher:", "pusher:subscribed", "pusher:error", "pusher:__proto__", "pusher:constructor"]
  ) {
    expect(await client.answersTo({ event, channel: "c", data: { channel: "c" } })).toEqual([
      INVALID_MESSAGE,
    ]);
  }
  const internal = { event: "pusher_internal:member_added", channel: "c", data: "{}" };
  expect(await client.answersTo(internal)).toEqual([]);
  await client.close();
});

test("a client event's channel of every wrong kind is an invalid message", async () => {
  const client = await server.connect();
  for (const [kind, channel] of Object.entries(KINDS)) {
    if (kind === "a string") continue;
    expect(await client.answersTo({ event: "client-x", channel, data: {} })).toEqual([INVALID_MESSAGE]);
  }
  await client.close();
});

test("texts that are no JSON object are invalid messages", async () => {
  const client = await server.connect();
  const texts = [
    ...[
      "",
      " ",
      "null",
      "true",
      "1",
      '"x"',
      "[]",
      "[{}]",
      "{",
      "}",
      "{]",
      "{'event':'x'}",
      "{event:1}",
      "\0",
    ],
    ...[
      '{"event":"pusher:ping"',
      '{"event":"pusher:ping"}}',
      '{"event":"pusher:ping"}{"event":"pusher:ping"}',
    ],
    ...[
      '{"event":"pusher:ping",}',
      '{"event":"pusher:ping"}\0',
      "NaN",
      "Infinity",
      "undefined",
      "-",
      "1e",
      "\\u0000",
    ],
    ...[
      '{"event":"pusher:ping\u0001"}',
      '{"event":"\\ud800"}',
      '{"event":"pusher:\\x"}',
      "\u2028{}",
      "//",
      "/**/{}",
    ],
    ...["x".repeat(MAX_MESSAGE_SIZE), '"'.repeat(MAX_MESSAGE_SIZE), "\\".repeat(MAX_MESSAGE_SIZE)],
  ];
  for (const text of texts) expect(await client.answersTo(text)).toEqual([INVALID_MESSAGE]);
  await client.close();
});
