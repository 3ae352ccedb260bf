import { expect, test } from "bun:test";
import { RawSocket } from "../../support/raw-socket.ts";
import { answerOf, json, sentence } from "../../support/answer-of.ts";
import { inChunks, requestHead, withLength } from "../../support/raw-call.ts";
import { useServer } from "../../support/use-server.ts";
import { useResource } from "../../support/use-resource.ts";
import { Peer } from "../../support/peer.ts";

const server = useServer();
const listener = useResource(() => Peer.subscribed(server, "framing"));
const EVENT = { method: "POST", path: "/events", body: '{"name":"e","data":"ü","channel":"framing"}' };
const FRAME = '{"event":"e","data":"ü","channel":"framing"}';

test("a connection carries one call after the other", async () => {
  const socket = await RawSocket.open(server);
  for (let n = 0; n < 3; n++) {
    const answer = await socket.request(withLength(EVENT));
    expect(answerOf(answer)).toEqual(json("{}"));
    expect(answer.headers.get("connection") ?? "keep-alive").toBe("keep-alive");
    expect(await listener.next()).toBe(FRAME);
  }
  expect(answerOf(await socket.request(withLength({ method: "GET", path: "/channels" }))))
    .toEqual(json('{"channels":{"framing":{}}}'));
  socket.end();
});

test.each([
  [
    "401",
    withLength(EVENT, EVENT.body.replace("ü", "üü")),
    sentence(401, "Authentication signature invalid."),
  ],
  ["404 with a body", withLength({ ...EVENT, path: "/nothing" }), sentence(404, "Not found.")],
  ["405 with a body", withLength({ ...EVENT, method: "PUT" }), sentence(405, "Method not allowed.")],
  ["400", withLength({ ...EVENT, body: "{" }), sentence(400, "The request body is not valid JSON.")],
])("a connection goes on after an answer %s", async (_, wrong, answer) => {
  const socket = await RawSocket.open(server);
  expect(answerOf(await socket.request(wrong))).toEqual(answer);
  expect(answerOf(await socket.request(withLength(EVENT)))).toEqual(json("{}"));
  expect(await listener.next()).toBe(FRAME);
  socket.end();
});

test("a body may come in chunks, cut anywhere, even inside a character", async () => {
  const socket = await RawSocket.open(server);
  expect(answerOf(await socket.request(inChunks(EVENT, 5)))).toEqual(json("{}"));
  expect(await listener.next()).toBe(FRAME);
  const bytes = Buffer.from(EVENT.body), cut = bytes.indexOf("ü") + 1;
  const chunk = (part: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)};extension=1\r\n`), part, Buffer.from("\r\n")]);
  socket.write(requestHead(EVENT, { "Transfer-Encoding": "chunked" }));
  socket.write(chunk(bytes.subarray(0, cut)));
  socket.write(chunk(bytes.subarray(cut)));
  expect(answerOf(await socket.request("0\r\n\r\n"))).toEqual(json("{}"));
  expect(await listener.next()).toBe(FRAME);
  socket.end();
});

test("a request may arrive byte by byte", async () => {
  const socket = await RawSocket.open(server);
  for (const byte of Buffer.from(withLength(EVENT))) socket.write(Uint8Array.of(byte));
  expect(answerOf(await socket.readResponse())).toEqual(json("{}"));
  expect(await listener.next()).toBe(FRAME);
  socket.end();
});

test("a client that expects 100-continue gets it, and then its answer", async () => {
  const socket = await RawSocket.open(server);
  const length = String(Buffer.byteLength(EVENT.body));
  const head = requestHead(EVENT, { "Content-Length": length, Expect: "100-continue" });
  expect((await socket.request(head)).statusLine).toBe("HTTP/1.1 100 Continue");
  expect(answerOf(await socket.request(EVENT.body))).toEqual(json("{}"));
  expect(await listener.next()).toBe(FRAME);
  socket.end();
});

test("requests that are sent without waiting are answered in their order", async () => {
  const socket = await RawSocket.open(server);
  const get = (path: string): string => withLength({ method: "GET", path });
  socket.write(
    withLength(EVENT) + get("/channels/empty") + inChunks(EVENT, 3) + get("/channels/framing") +
      get("/nothing"),
  );
  const answers = [];
  for (let n = 0; n < 5; n++) answers.push(answerOf(await socket.readResponse()));
  expect(answers).toEqual([
    json("{}"),
    json('{"occupied":false}'),
    json("{}"),
    json('{"occupied":true}'),
    sentence(404, "Not found."),
  ]);
  expect([await listener.next(), await listener.next()]).toEqual([FRAME, FRAME]);
  socket.end();
});

test("a caller that asks for the connection's end gets its answer first", async () => {
  const socket = await RawSocket.open(server);
  const head = requestHead(EVENT, {
    "Content-Length": String(Buffer.byteLength(EVENT.body)),
    Connection: "close",
  });
  expect(answerOf(await socket.request(head + EVENT.body))).toEqual(json("{}"));
  expect(await listener.next()).toBe(FRAME);
  await socket.ended;
});

test("a caller that goes away in the middle of its body publishes nothing", async () => {
  const socket = await RawSocket.open(server);
  socket.write(withLength(EVENT).slice(0, -5));
  socket.destroy();
  await socket.ended;
  await listener.expectSilence();
});
