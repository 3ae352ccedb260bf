import { expect, test } from "bun:test";
import { RawSocket } from "../../support/raw-socket.ts";
import { answerOf, json, sentence } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();

test("GET /up says that the server is well, unsigned", async () => {
  const socket = await RawSocket.open(server);
  const answer = await socket.request("GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(answerOf(answer)).toEqual(json('{"health":"OK"}'));
  socket.end();
});

test("a health check of a load balancer may be HTTP/1.0 and without a Host", async () => {
  const socket = await RawSocket.open(server);
  expect(answerOf(await socket.request("GET /up HTTP/1.0\r\n\r\n"))).toEqual(json('{"health":"OK"}'));
  socket.end();
});

test("HEAD /up answers without a body", async () => {
  const socket = await RawSocket.open(server);
  const answer = await socket.request("HEAD /up HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(answerOf(answer)).toEqual(json(""));
  // RFC 9110, 8.6: the length that the answer to GET would have, or none.
  expect(answer.headers.get("content-length")).toBe("15");
  socket.end();
});

test("any other method is refused", async () => {
  const answer = await fetch(`${server.url}/up`, { method: "POST", body: "{}" });
  const { status, headers } = answer;
  expect(answerOf({ status, headers, text: await answer.text() }))
    .toEqual(sentence(405, "Method not allowed."));
});
