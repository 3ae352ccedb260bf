import { expect, test } from "bun:test";
import { useAbusedServer } from "../../support/abused-server.ts";
import { signedBytes } from "../../support/signed-bytes.ts";

const MAX_REQUEST_SIZE = 2_000_000;
const server = useAbusedServer({
  REVERB_MAX_REQUEST_SIZE: String(MAX_REQUEST_SIZE),
  // As many as one event may name.
  REVERB_APP_MAX_CHANNELS_PER_CONNECTION: "1000",
});

const WRONG_KINDS: Readonly<Record<string, unknown>> = {
  true: true,
  zero: 0,
  "a huge number": 1e308,
  "a list": ["x"],
  "an object": { a: 1 },
  "an object like a list": { 0: "x", length: 1 },
};
const MISSING: Readonly<Record<string, unknown>> = {
  missing: undefined,
  null: null,
  "an empty string": "",
  "an empty list": [],
};

const EVENT: Readonly<Record<string, unknown>> = { name: "e", data: "d", channel: "c" };

test.each(Object.entries({ ...WRONG_KINDS, ...MISSING }))(
  "each field of an event as %s is refused or left out",
  async (_, value) => {
    for (const field of ["name", "data"]) {
      const answer = await server.api.post("/events", { ...EVENT, [field]: value });
      expect({ field, status: answer.status }).toEqual({ field, status: 422 });
      const batched = await server.api.post("/batch_events", {
        batch: [EVENT, { ...EVENT, [field]: value }],
      });
      expect({ field, status: batched.status }).toEqual({ field, status: 422 });
      expect(Object.keys(batched.json() as object)).toEqual([`batch.1.${field}`]);
    }
    const nothing = value === undefined || value === null;
    for (const field of ["socket_id", "info"]) {
      const wrong = typeof value !== "string" && !nothing;
      const answer = await server.api.post("/events", { ...EVENT, [field]: value });
      expect({ field, status: answer.status }).toEqual({ field, status: wrong ? 422 : 200 });
      const batched = await server.api.post("/batch_events", { batch: [{ ...EVENT, [field]: value }] });
      expect({ field, status: batched.status }).toEqual({ field, status: wrong ? 422 : 200 });
    }
    const listOfNames = Array.isArray(value) && value.length > 0;
    for (const body of [{ channels: value }, { channel: value }]) {
      const answer = await server.api.post("/events", { name: "e", data: "d", ...body });
      expect(answer.status).toBe("channels" in body && listOfNames ? 200 : 422);
    }
    for (const body of [{ batch: value }, { batch: [value] }, { batch: [[value]] }]) {
      expect((await server.api.post("/batch_events", body)).status).toBe(422);
    }
    for (const body of [{ channels: [value] }, { channels: [[value]] }, { channels: ["c", value] }]) {
      const answer = await server.api.post("/events", { name: "e", data: "d", ...body });
      expect(answer.status).toBe(422);
    }
  },
);

const NO_OBJECTS: Readonly<Record<string, Uint8Array>> = {
  "no bytes": Buffer.from(""),
  "a text": Buffer.from('"x"'),
  "a list": Buffer.from("[]"),
  null: Buffer.from("null"),
  "a number": Buffer.from("1"),
  "half an object": Buffer.from('{"name":"e"'),
  "two objects": Buffer.from("{}{}"),
  "invalid UTF-8": Buffer.from('{"name":"\xff\xfe","data":"d","channel":"c"}', "latin1"),
  "an encoded surrogate": Buffer.from('{"name":"\xed\xa0\x80","data":"d","channel":"c"}', "latin1"),
  "UTF-16": Buffer.from(JSON.stringify(EVENT), "utf16le"),
  "NUL bytes": Buffer.alloc(1000),
  "a compressed body": Bun.gzipSync(Buffer.from(JSON.stringify(EVENT))),
  "a form": Buffer.from("name=e&data=d&channel=c"),
  "brackets all the way": Buffer.alloc(MAX_REQUEST_SIZE, "["),
  "objects all the way": Buffer.from('{"a":'.repeat(300_000)),
};

test.each(Object.entries(NO_OBJECTS))("a body of %s is answered with 400", async (_, body) => {
  for (const path of ["/events", "/batch_events"]) {
    const raw = await server.raw();
    const answer = await raw.request(signedBytes("POST", path, body));
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toStartWith("The request body ");
    raw.destroy();
  }
});

test("a byte order mark before the body is no harm", async () => {
  const raw = await server.raw();
  const answer = await raw.request(
    signedBytes("POST", "/events", Buffer.from(`\ufeff${JSON.stringify(EVENT)}`)),
  );
  expect({ status: answer.status, body: answer.body.toString() }).toEqual({ status: 200, body: "{}" });
  raw.destroy();
});

test("fields that nest 100,000 deep are refused like any other wrong kind, or the whole body is", async () => {
  for (const depth of [1000, 100_000]) {
    const deep = "[".repeat(depth) + "]".repeat(depth);
    for (const field of ["name", "data", "channel", "channels", "socket_id", "info", "batch"]) {
      const body = JSON.stringify({ ...EVENT, [field]: 0 }).replace(`"${field}":0`, `"${field}":${deep}`);
      for (const path of ["/events", "/batch_events"]) {
        const { status } = await server.api.post(path, body);
        // A batch in an event is an unknown field.
        const overlooked = field === "batch" && path === "/events";
        expect(status === 422 || status === 400 || (overlooked && status === 200)).toBe(true);
      }
    }
  }
});

test("unknown fields are ignored, those with names of JavaScript's own too", async () => {
  const body = '{"__proto__":{"name":"x","data":"y"},"constructor":{"prototype":{"info":1}},"toString":1,' +
    '"name":"e","data":"d","channel":"__proto__","info":"__proto__,constructor,subscription_count"}';
  const answer = await server.api.post("/events", body);
  expect(answer.text).toBe('{"channels":{"__proto__":{}}}');
  expect((await server.api.post("/events", '{"__proto__":{"name":"e","data":"d","channel":"c"}}')).status)
    .toBe(422);
});

test("numbers of any size in place of a text are refused", async () => {
  for (const number of ["1e999", "-1e999", "9".repeat(100_000), `0.${"1".repeat(100_000)}`]) {
    const answer = await server.api.post("/events", `{"name":${number},"data":"d","channel":"c"}`);
    expect(answer.status).toBe(422);
    expect(answer.text.length).toBeLessThan(200);
  }
});

test("10,000 channels and 10,000 batched events are refused with the name of the setting", async () => {
  const channels = Array.from({ length: 10_000 }, (_, index) => `c-${index}`);
  const many = await server.api.post("/events", { name: "e", data: "d", channels });
  expect(many.text).toBe(
    '{"channels":["The channels field must not have more than 1000 items (max_channels_per_event)."]}',
  );
  const batch = channels.map((channel) => ({ name: "e", data: "d", channel }));
  const batched = await server.api.post("/batch_events", { batch });
  expect(batched.text).toBe(
    '{"batch":["The batch field must not have more than 1000 items (max_events_per_batch)."]}',
  );
  expect([many.status, batched.status]).toEqual([422, 422]);
});

test("as many channels and events as are allowed arrive, each once", async () => {
  const client = await server.connect();
  const channels = Array.from({ length: 1000 }, (_, index) => `c-${index}`);
  for (const channel of channels) client.send({ event: "pusher:subscribe", data: { channel } });
  for (const _ of channels) await client.nextEvent("pusher_internal:subscription_succeeded");
  expect((await server.api.trigger(channels, "e", "1")).text).toBe("{}");
  for (const channel of channels) {
    expect(await client.next()).toBe(`{"event":"e","data":"1","channel":"${channel}"}`);
  }
  const batch = channels.map((channel) => ({ name: "b", data: "2", channel, info: "subscription_count" }));
  const answer = await server.api.post("/batch_events", { batch });
  expect(answer.json()).toEqual({ batch: channels.map(() => ({ subscription_count: 1 })) });
  for (const channel of channels) {
    expect(await client.next()).toBe(`{"event":"b","data":"2","channel":"${channel}"}`);
  }
  await client.expectSilence();
  await client.close();
});

test("an event that is refused in part is not sent at all", async () => {
  const client = await server.connect();
  client.send({ event: "pusher:subscribe", data: { channel: "partly" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  for (
    const channels of [["partly", ""], ["partly", "#x"], ["partly", "a\nb"], ["partly", "a\u0000"]]
  ) {
    expect((await server.api.trigger(channels, "e", "1")).status).toBe(422);
  }
  const batch = [{ name: "e", data: "d", channel: "partly" }, { name: "e", data: "d" }];
  expect((await server.api.post("/batch_events", { batch })).status).toBe(422);
  await client.expectSilence();
  await client.close();
});

test("a thousand faults in one call are answered, and logged in short", async () => {
  const batch = Array.from({ length: 1000 }, () => ({ channel: "\u0000" }));
  const answer = await server.api.post("/batch_events", { batch });
  expect(Object.keys(answer.json() as object)).toHaveLength(3000);
  expect(Math.max(...server.running.output.lines.map((line) => line.length))).toBeLessThan(1500);
});
