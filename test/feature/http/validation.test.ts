import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { ApiClient } from "../../support/api-client.ts";
import { encodeQuery, signRequest } from "../../support/sign-request.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { answerOf, invalid, json, sentence } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const server = useServer();
const api = new ApiClient(server);

const EVENT = { name: "e", data: "x", channels: ["a"] };
type Faults = Readonly<Record<string, readonly string[]>>;

test.each<[title: string, change: object, faults: Faults]>([
  ["a name that is missing", { name: undefined }, { name: ["The name field is required."] }],
  ["a name that is null", { name: null }, { name: ["The name field is required."] }],
  ["a name that is empty", { name: "" }, { name: ["The name field is required."] }],
  ["a name of spaces", { name: " " }, { name: ["The name field is required."] }],
  ["a name that is a number", { name: 5 }, { name: ["The name field must be a string."] }],
  ["data that is missing", { data: undefined }, { data: ["The data field is required."] }],
  ["data that is empty", { data: "" }, { data: ["The data field is required."] }],
  ["data that is an object", { data: { a: 1 } }, { data: ["The data field must be a string."] }],
  ["data that is an empty object, which is an empty array to Laravel", { data: {} }, {
    data: ["The data field is required."],
  }],
  ["data that is a number", { data: 0 }, { data: ["The data field must be a string."] }],
  ["neither channels nor channel", { channels: undefined }, {
    channels: ["The channels field is required when channel is not present."],
    channel: ["The channel field is required when channels is not present."],
  }],
  ["an empty list of channels", { channels: [] }, {
    channels: ["The channels field is required when channel is not present."],
    channel: ["The channel field is required when channels is not present."],
  }],
  ["an empty object of channels", { channels: {} }, {
    channels: ["The channels field is required when channel is not present."],
    channel: ["The channel field is required when channels is not present."],
  }],
  ["channels that are an object", { channels: { a: "a" } }, {
    channels: ["The channels field must be an array."],
  }],
  ["channels that are a text", { channels: "a" }, { channels: ["The channels field must be an array."] }],
  ["a channel in the list that is a number", { channels: ["a", 5] }, {
    "channels.1": ["The channels.1 field must be a string."],
  }],
  ["a channel that is a list", { channels: undefined, channel: [["a"]] }, {
    channel: ["The channel field must be a string."],
  }],
  ["a channel that is empty", { channels: [""] }, {
    "channels.0": ["The channels.0 field is invalid: a channel name must not be empty."],
  }],
  ["a channel with a control character", { channels: ["a\nb"] }, {
    "channels.0": ["The channels.0 field is invalid: a channel name must not have control characters."],
  }],
  ["a reserved channel", { channels: undefined, channel: "#mine" }, {
    channel: [
      "The channel field is invalid: a channel name that starts with # is reserved for #server-to-user-ID.",
    ],
  }],
  ["a socket_id that is a number", { socket_id: 1.5 }, {
    socket_id: ["The socket id field must be a string."],
  }],
  ...[" ", "1", "1.", ".1", "1.2.3", "a.b", "1.2\n", "-1.2", "1,2", "1.5e3", "١.٢"].map(
    (socketId): [string, object, Faults] => [
      `a socket_id that is ${JSON.stringify(socketId)}`,
      { socket_id: socketId },
      { socket_id: ["The socket id field format is invalid."] },
    ],
  ),
  ["info that is a list", { info: ["user_count"] }, { info: ["The info field must be a string."] }],
])("422 for %s", async (_, change, faults) => {
  expect(answerOf(await api.post("/events", { ...EVENT, ...change }))).toEqual(invalid(faults));
});

test("a channel name may be longer than a client's, as in Reverb", async () => {
  const long = "x".repeat(1000);
  expect(answerOf(await api.trigger(long, "e", "x"))).toEqual(json("{}"));
  const batch = [{ ...ENTRY, channel: long, info: "subscription_count" }];
  expect(answerOf(await api.post("/batch_events", { batch }))).toEqual(json('{"batch":[{}]}'));
  expect(answerOf(await api.get(`/channels/${long}`))).toEqual(json('{"occupied":false}'));
});

test.each(["a\nb", "\n\nuser\n5", "a\0", "\u0085", "#mine", "#"])(
  "a channel %j in the path is refused, since no channel may have that name",
  async (name) => {
    for (const path of ["", "/users"]) {
      const answer = await api.get(`/channels/${encodeURIComponent(name)}${path}`);
      expect(answer.status).toBe(400);
      expect(answer.text).toStartWith("The channel in the path is invalid: a channel name ");
    }
  },
);

test("all mistakes are reported in one answer", async () => {
  expect(answerOf(await api.post("/events", { data: 1, info: 2 }))).toEqual(invalid({
    name: ["The name field is required."],
    data: ["The data field must be a string."],
    channels: ["The channels field is required when channel is not present."],
    channel: ["The channel field is required when channels is not present."],
    info: ["The info field must be a string."],
  }));
});

test("an event with one invalid channel is sent to none", async () => {
  await using listener = await Peer.subscribed(server, "valid");
  expect((await api.trigger(["valid", "in\u0000valid"], "e", "x")).status).toBe(422);
  await listener.expectSilence();
});

const ENTRY = { name: "e", data: "x", channel: "a" };

test.each([
  ["no batch", {}, { batch: ["The batch field is required."] }],
  ["an empty batch", { batch: [] }, { batch: ["The batch field is required."] }],
  ["a batch that is a text", { batch: "x" }, { batch: ["The batch field must be an array."] }],
  ["a batch that is an object", { batch: ENTRY }, { batch: ["The batch field must be an array."] }],
  ["an entry that is no object", { batch: [ENTRY, "x"] }, {
    "batch.1.name": ["The batch.1.name field is required."],
    "batch.1.data": ["The batch.1.data field is required."],
    "batch.1.channel": ["The batch.1.channel field is required."],
  }],
  ["an entry without a name", { batch: [{ ...ENTRY, name: undefined }] }, {
    "batch.0.name": ["The batch.0.name field is required."],
  }],
  ["an entry whose data is an object", { batch: [ENTRY, { ...ENTRY, data: { a: 1 } }] }, {
    "batch.1.data": ["The batch.1.data field must be a string."],
  }],
  ["an entry without a channel", { batch: [{ ...ENTRY, channel: undefined }] }, {
    "batch.0.channel": ["The batch.0.channel field is required."],
  }],
  ["an entry whose channel is a list", { batch: [{ ...ENTRY, channel: ["a"] }] }, {
    "batch.0.channel": ["The batch.0.channel field must be a string."],
  }],
  ["an entry with a reserved channel", { batch: [{ ...ENTRY, channel: "#x" }] }, {
    "batch.0.channel": [
      "The batch.0.channel field is invalid: a channel name that starts with # is reserved for #server-to-user-ID.",
    ],
  }],
  ["an entry whose socket_id is a number", { batch: [{ ...ENTRY, socket_id: 1 }] }, {
    "batch.0.socket_id": ["The batch.0.socket id field must be a string."],
  }],
  ["an entry whose socket_id is no two numbers", { batch: [ENTRY, { ...ENTRY, socket_id: "1.2\n3" }] }, {
    "batch.1.socket_id": ["The batch.1.socket id field format is invalid."],
  }],
  ["an entry whose info is a list", { batch: [{ ...ENTRY, info: [] }] }, {
    "batch.0.info": ["The batch.0.info field must be a string."],
  }],
])("422 for %s", async (_, body, faults) => {
  expect(answerOf(await api.post("/batch_events", body))).toEqual(invalid(faults));
});

test.each(["/events", "/batch_events"])("a body for %s that is no JSON object is refused", async (path) => {
  const noJson = sentence(400, "The request body is not valid JSON.");
  const noObject = sentence(400, "The request body must be a JSON object.");
  for (const body of ["{", "", "name=e&data=x", "{'name':'e'}", '{"name":"e",}', "\u0000", "\ufeff{}x"]) {
    expect(answerOf(await api.post(path, body))).toEqual(noJson);
  }
  for (const body of ["null", "[]", '"x"', "5", "true"]) {
    expect(answerOf(await api.post(path, body))).toEqual(noObject);
  }
});

test("a body that is not UTF-8 is not valid JSON", async () => {
  const body = Buffer.from('{"name":"e","data":"\xff","channel":"a"}', "latin1");
  const path = "/apps/app-id/events", timestamp = String(Math.floor(Date.now() / 1000));
  const body_md5 = createHash("md5").update(body).digest("hex");
  const signed = signRequest({ method: "POST", path, timestamp, ...TEST_APPLICATION }, { body_md5 });
  const response = await fetch(`${server.url}${path}?${encodeQuery(signed)}`, { method: "POST", body });
  const { status, headers } = response;
  expect(answerOf({ status, headers, text: await response.text() }))
    .toEqual(sentence(400, "The request body is not valid JSON."));
});
