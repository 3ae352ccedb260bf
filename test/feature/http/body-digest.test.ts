import { afterAll, beforeAll, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json, sentence } from "../../support/answer-of.ts";
import { inChunks, type RawCall, requestHead, withLength } from "../../support/raw-call.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";

/** The MD5 of no bytes, and of another body than any that is sent here. */
const NOTHING = "d41d8cd98f00b204e9800998ecf8427e", OTHER = "5d41402abc4b2a76b9719d911017c592";
const INVALID = sentence(401, "Authentication signature invalid.");

let server: RunningServer;
let api: ApiClient;

beforeAll(async () => {
  server = await startServer();
  api = new ApiClient(server);
});
afterAll(() => server.stop());

const READ_CALLS: readonly [path: string, body: string][] = [
  ["/channels", '{"channels":{}}'],
  ["/channels/a", '{"occupied":false}'],
  ["/connections", '{"connections":0}'],
];

test.each([...READ_CALLS])(
  "GET %s takes the body_md5 of nothing, as Pusher's Python library sends it",
  async (path, body) => {
    expect(answerOf(await api.get(path, {}, { signedAs: { body_md5: NOTHING } }))).toEqual(json(body));
    const info = { info: "subscription_count,user_count" };
    expect(answerOf(await api.get(path, info, { signedAs: { body_md5: NOTHING } }))).toEqual(json(body));
  },
);

test("a POST without a body may have the body_md5 of nothing too", async () => {
  const answer = await api.post("/users/1/terminate_connections", "", { signedAs: { body_md5: NOTHING } });
  expect(answerOf(answer)).toEqual(json("{}"));
});

test("a call without a body is refused with another body_md5, and with one that is not signed", async () => {
  expect(answerOf(await api.get("/channels", {}, { signedAs: { body_md5: OTHER } }))).toEqual(INVALID);
  expect(answerOf(await api.get("/channels", {}, { signedAs: { body_md5: "" } }))).toEqual(INVALID);
  expect(answerOf(await api.get("/channels", {}, { sentAs: { body_md5: NOTHING } }))).toEqual(INVALID);
  const post = await api.post("/users/1/terminate_connections", "", { signedAs: { body_md5: OTHER } });
  expect(answerOf(post)).toEqual(INVALID);
});

const GET_WITH_BODY: RawCall = { method: "GET", path: "/channels", body: '{"ignored":true}' };

test.each([
  ["a length", withLength],
  ["chunks", (call: RawCall) => inChunks(call, 5)],
])(
  "a GET whose body comes with %s is answered, and the next call of the connection too",
  async (_, write) => {
    const socket = await RawSocket.open(server);
    // The body looks like a call of its own: it must not be taken for one.
    const inner = requestHead({ method: "GET", path: "/connections" }, {});
    socket.write(write(GET_WITH_BODY) + write({ ...GET_WITH_BODY, body: inner }));
    socket.write(withLength({ method: "GET", path: "/channels/last" }));
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(answerOf(await socket.readResponse()));
    expect(answers).toEqual([json('{"channels":{}}'), json('{"channels":{}}'), json('{"occupied":false}')]);
    socket.end();
  },
);

test("a GET that announces no body is refused with the body_md5 of one", async () => {
  const socket = await RawSocket.open(server);
  expect(answerOf(await socket.request(requestHead(GET_WITH_BODY, {})))).toEqual(INVALID);
  expect(answerOf(await socket.request(requestHead(GET_WITH_BODY, { "Content-Length": "0" })))).toEqual(
    INVALID,
  );
  socket.end();
});
