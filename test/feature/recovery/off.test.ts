import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { PONG, succeeded } from "../../support/frames.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { socketPath } from "../../support/socket-client.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { useServer } from "../../support/use-server.ts";
import { OPCODE } from "../../support/websocket-frame.ts";

const server = useServer();
const NAME = "resound-0123abcd-t1zq3k-aaaaaaaaaaaaaaaa";
/** What a browser sends that has cookies of a server with recovery, and a page of another site. */
const HEADERS = {
  Cookie: `${NAME}=1`,
  Origin: "https://elsewhere.example",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

test("without recovery a handshake that brings names is answered as any other, header for header", async () => {
  using plain = await RawSocket.open(server);
  using named = await RawSocket.open(server);
  const { Cookie: _, ...without } = HEADERS;
  const usual = await plain.upgrade({ headers: without });
  const path = `${socketPath(TEST_APPLICATION.key)}&resume=${NAME}`;
  const answer = await named.upgrade({ headers: HEADERS, path });
  const headersOf = ({ headers }: { readonly headers: ReadonlyMap<string, string> }) =>
    [...headers].filter(([name]) => name !== "date");
  expect(answer.status).toBe(101);
  expect(headersOf(answer)).toEqual(headersOf(usual));
  expect(answer.headers.has("set-cookie")).toBe(false);
});

test("without recovery a client gets its events and nothing besides, no ping and no gap", async () => {
  using client = await RawSocket.open(server);
  await client.upgrade({ headers: HEADERS, path: `${socketPath(TEST_APPLICATION.key)}&resume=${NAME}` });
  const frames: string[] = [];
  const next = async (): Promise<void> => {
    const { opcode, text } = await client.readFrame();
    expect(opcode).toBe(OPCODE.text);
    frames.push(text);
  };
  await next();
  client.send({ event: "pusher:subscribe", data: { channel: "news" } });
  await next();
  const api = new ApiClient(server);
  for (const number of [1, 2]) {
    const { status } = await api.post("/events", { name: "n", channels: ["news"], data: String(number) });
    expect(status).toBe(200);
    await next();
  }
  // Answered behind everything that was sent before.
  client.send({ event: "pusher:ping", data: {} });
  await next();
  expect(frames).toEqual([
    expect.stringMatching(
      /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"\d+\.\d+\\",\\"activity_timeout\\":30\}"\}$/,
    ),
    succeeded("news"),
    '{"event":"n","data":"1","channel":"news"}',
    '{"event":"n","data":"2","channel":"news"}',
    PONG,
  ]);
});
