import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { startServer } from "../../support/start-server.ts";
import { answerOf, json, sentence } from "../../support/answer-of.ts";
import { inChunks, requestHead, withLength } from "../../support/raw-call.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const LIMIT = 500;

const server = useServer({ env: { REVERB_MAX_REQUEST_SIZE: String(LIMIT) } });
const api = new ApiClient(server);

/** An event whose body has exactly this many bytes. */
function eventOf(bytes: number): string {
  const empty = '{"name":"e","data":"ü","channel":"a"}';
  return empty.replace("ü", "ü" + "x".repeat(bytes - Buffer.byteLength(empty)));
}

function tooLarge(actual: string): ReturnType<typeof sentence> {
  return sentence(
    413,
    `Payload too large: the body has ${actual} bytes, the limit is ${LIMIT} ` +
      "(REVERB_MAX_REQUEST_SIZE, max_request_size in config/reverb.php).",
  );
}

test("a body of exactly the limit passes, counted in bytes", async () => {
  await using listener = await Peer.subscribed(server, "a");
  expect(Buffer.byteLength(eventOf(LIMIT))).toBe(LIMIT);
  expect(answerOf(await api.post("/events", eventOf(LIMIT)))).toEqual(json("{}"));
  await listener.nextEvent("e");
});

test("a body of one byte more is refused with its size, the limit and the setting", async () => {
  await using listener = await Peer.subscribed(server, "a");
  expect(answerOf(await api.post("/events", eventOf(LIMIT + 1)))).toEqual(tooLarge("501"));
  expect(answerOf(await api.post("/batch_events", eventOf(5000)))).toEqual(tooLarge("5000"));
  await listener.expectSilence();
});

test("the limit counts the body only: not the headers, not the query", async () => {
  const headers = { "X-Long": "y".repeat(2 * LIMIT), "X-More": "y".repeat(2 * LIMIT) };
  const query = { z: "y".repeat(2 * LIMIT) };
  expect(answerOf(await api.post("/events", eventOf(LIMIT), { headers, query }))).toEqual(json("{}"));
});

test("a chunked body counts without the framing of its chunks", async () => {
  await using listener = await Peer.subscribed(server, "a");
  const socket = await RawSocket.open(server);
  const call = { method: "POST", path: "/events", body: eventOf(LIMIT) };
  for (const size of [1, 7, LIMIT]) {
    expect(answerOf(await socket.request(inChunks(call, size)))).toEqual(json("{}"));
    await listener.nextEvent("e");
  }
  socket.end();
});

test("a chunked body over the limit is refused as soon as it is over", async () => {
  const socket = await RawSocket.open(server);
  const call = { method: "POST", path: "/events", body: eventOf(LIMIT + 1) };
  expect(answerOf(await socket.request(inChunks(call, 7)))).toEqual(tooLarge("more than 500"));
  // This one never ends.
  socket.write(requestHead(call, { "Transfer-Encoding": "chunked" }) + `1000\r\n${"x".repeat(4096)}\r\n`);
  expect(answerOf(await socket.readResponse())).toEqual(tooLarge("more than 500"));
  socket.destroy();
});

test("a body that is announced as too large is refused before it is sent", async () => {
  const socket = await RawSocket.open(server);
  const call = { method: "POST", path: "/events", body: "{}" };
  const answer = await socket.request(requestHead(call, { "Content-Length": "10000000" }));
  expect(answerOf(answer)).toEqual(tooLarge("10000000"));
  socket.destroy();
});

test("the size is checked before the signature, which would need the whole body", async () => {
  expect(answerOf(await api.post("/events", eventOf(600), { secret: "wrong" }))).toEqual(tooLarge("600"));
});

test.each([
  ["by length", withLength],
  ["in chunks", (call: Parameters<typeof withLength>[0]) => inChunks(call, 100)],
])("a connection goes on after a body that was too large and came %s", async (_, build) => {
  const socket = await RawSocket.open(server);
  const large = build({ method: "POST", path: "/events", body: eventOf(20_000) });
  const fine = build({ method: "POST", path: "/events", body: eventOf(100) });
  expect((await socket.request(large)).status).toBe(413);
  expect(answerOf(await socket.request(fine))).toEqual(json("{}"));
  // Again without waiting in between.
  socket.write(large + fine + large + fine);
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await socket.readResponse()).status);
  expect(statuses).toEqual([413, 200, 413, 200]);
  socket.end();
});

test("without a setting the limit is Reverb's 10,000 bytes", async () => {
  await using usual = await startServer();
  const client = new ApiClient(usual);
  expect((await client.post("/events", eventOf(10_000))).status).toBe(200);
  expect((await client.post("/events", eventOf(10_001))).text).toStartWith(
    "Payload too large: the body has 10001 bytes, the limit is 10000 ",
  );
});

test.each([
  ["with its length, too large", "/apps/app-id/events", false, 413],
  ["in chunks, too large", "/apps/app-id/events", true, 413],
  ["for an unknown application", "/apps/other/events", false, 404],
])(
  "a body %s, whose caller ends the connection, is answered when it is through",
  async (_, path, isChunked, status) => {
    const socket = await RawSocket.open(server), half = "x".repeat(200_000);
    const framing = isChunked
      ? `Transfer-Encoding: chunked\r\n\r\n${(400_000).toString(16)}\r\n`
      : "Content-Length: 400000\r\n\r\n";
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${framing}${half}`);
    // An answer now would end the connection while the caller sends: Caddy answered 502 in its place.
    expect((await api.get("/channels")).status).toBe(200);
    expect(socket.unread.length).toBe(0);
    socket.write(isChunked ? `${half}\r\n0\r\n\r\n` : half);
    expect((await socket.readResponse()).status).toBe(status);
    await socket.ended;
  },
);
