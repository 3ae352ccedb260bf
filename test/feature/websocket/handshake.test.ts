import { PATIENCE } from "../../support/patience.ts";
import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { RawSocket } from "../../support/raw-socket.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";
import { buildFrame, OPCODE } from "../../support/websocket-frame.ts";
import { PONG, succeeded, UNKNOWN_APPLICATION } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();

const ESTABLISHED =
  /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"[1-9]\d*\.[1-9]\d*\\",\\"activity_timeout\\":30\}"\}$/;

test("the first frame establishes the connection, byte for byte as Reverb's", async () => {
  await using client = await connect(server);
  expect(await client.next()).toMatch(ESTABLISHED);
  await client.expectSilence();
});

test("every connection has a socket id of its own", async () => {
  const peers = await Peer.connectAll(server, 20);
  expect(new Set(peers.map((peer) => peer.id)).size).toBe(20);
  await Promise.all(peers.map((peer) => peer.close()));
});

test("the activity timeout is the application's", async () => {
  await using other = await startServer({ env: { REVERB_APP_ACTIVITY_TIMEOUT: "77" } });
  await using client = await connect(other);
  expect(await client.next()).toEndWith(String.raw`,\"activity_timeout\":77}"}`);
});

test("the upgrade is answered with 101, the accept key of RFC 6455 and Reverb's own header", async () => {
  const raw = await RawSocket.open(server);
  const nonce = "dGhlIHNhbXBsZSBub25jZQ==";
  const answer = await raw.upgrade({ headers: { "Sec-WebSocket-Key": nonce } });
  expect(answer.status).toBe(101);
  expect(answer.headers.get("upgrade")?.toLowerCase()).toBe("websocket");
  expect(answer.headers.get("connection")?.toLowerCase()).toBe("upgrade");
  expect(answer.headers.get("sec-websocket-accept")).toBe(
    createHash("sha1").update(`${nonce}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64"),
  );
  expect(answer.headers.get("x-powered-by")).toBe("Laravel Reverb");
  expect(answer.headers.has("sec-websocket-protocol")).toBe(false);
  expect(answer.headers.has("sec-websocket-extensions")).toBe(false);
  raw.destroy();
});

test.each([1, 2])(
  "offers of a subprotocol and of compression bind the server to nothing (handshake %p)",
  async () => {
    const raw = await RawSocket.open(server);
    const answer = await raw.upgrade({
      headers: {
        "Sec-WebSocket-Protocol": "pusher, other",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
      },
    });
    expect(answer.status).toBe(101);
    // RFC 6455, 4.2.2: to name one is to agree to speak it.
    expect(answer.headers.has("sec-websocket-protocol")).toBe(false);
    expect(answer.headers.has("sec-websocket-extensions")).toBe(false);
    expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.text, reserved: 0, final: true });
    raw.destroy();
  },
);

test.each(["8", "12", "14", "13, 8", "x", ""])(
  "a handshake of version %p gets 426 with the version that is spoken, and its address stands in the log",
  async (version) => {
    const raw = await RawSocket.open(server);
    const answer = await raw.upgrade({ headers: { "Sec-WebSocket-Version": version } });
    expect(answer.status).toBe(426);
    expect(answer.headers.get("sec-websocket-version")).toBe("13");
    expect(await server.output.waitFor(/upgrade_required.*/, PATIENCE)).toContain("address=127.0.0.1");
    raw.destroy();
  },
);

test("header names and values are read without regard to their case", async () => {
  const raw = await RawSocket.open(server);
  const answer = await raw.upgrade({
    headers: {
      Upgrade: undefined,
      Connection: undefined,
      upgrade: "WebSocket",
      connection: "keep-alive, upgrade",
    },
  });
  expect(answer.status).toBe(101);
  expect(await raw.readText()).toMatch(ESTABLISHED);
  raw.destroy();
});

test.each([
  "/app/app-key",
  "/app/app-key?",
  "/app/app-key?protocol=7",
  "/app/app-key?protocol=4&client=js&version=0.0&flash=true",
  "/app/app-key?protocol=seven&version=%00%ff&protocol=8&[]=&&=x",
  "/app/app-key?client=php&unknown=1",
])("query values are informational: %s is accepted", async (path) => {
  await using client = await connect(server, { path });
  expect(await client.next()).toMatch(ESTABLISHED);
});

test("a frame in the same packet as the upgrade is not lost", async () => {
  const raw = await RawSocket.open(server);
  const frames = [
    buildFrame({ payload: '{"event":"pusher:subscribe","data":{"auth":"","channel":"early"}}' }),
    buildFrame({ payload: '{"event":"pusher:ping","data":{}}' }),
  ];
  const answer = await raw.upgrade({ followedBy: Buffer.concat(frames) });
  expect(answer.status).toBe(101);
  expect(await raw.readText()).toMatch(ESTABLISHED);
  expect(await raw.readText()).toBe(succeeded("early"));
  expect(await raw.readText()).toBe(PONG);
  raw.destroy();
});

test("a client with an unknown key gets the error, then is closed with 4001", async () => {
  const raw = await RawSocket.open(server);
  expect((await raw.upgrade({ key: "unknown" })).status).toBe(101);
  expect(await raw.readClose()).toEqual({
    code: 4001,
    reason: "Application does not exist",
    texts: [UNKNOWN_APPLICATION],
  });
  raw.sendClose(4001);
  await raw.ended;
});

test("nothing is accepted from a socket with an unknown key", async () => {
  const raw = await RawSocket.open(server);
  await raw.upgrade({
    key: "unknown",
    followedBy: buildFrame({ payload: '{"event":"pusher:ping","data":{}}' }),
  });
  expect((await raw.readClose()).texts).toEqual([UNKNOWN_APPLICATION]);
  raw.sendClose(4001);
  await raw.ended;
});

test("keys are compared exactly", async () => {
  for (const key of ["APP-KEY", "app-key2", "app-ke", "app-id"]) {
    await using client = await connect(server, { key });
    expect(await client.next()).toBe(UNKNOWN_APPLICATION);
    expect((await client.closed).code).toBe(4001);
  }
});

test("a plain GET on the address of the WebSocket is answered with 426", async () => {
  const answer = await fetch(`${server.url}/app/app-key?protocol=7`);
  expect(answer.status).toBe(426);
  expect(answer.headers.get("upgrade")).toBe("websocket");
  expect(await answer.text()).toBe("This address is for WebSocket connections.");
});

test.each([
  ["an old version of WebSocket", { "Sec-WebSocket-Version": "8" }],
  ["a future version of WebSocket", { "Sec-WebSocket-Version": "14" }],
  ["no version of WebSocket", { "Sec-WebSocket-Version": undefined }],
  ["no key", { "Sec-WebSocket-Key": undefined }],
  ["a key that is too short", { "Sec-WebSocket-Key": "c2hvcnQ=" }],
  ["another protocol to upgrade to", { Upgrade: "h2c" }],
])("a handshake with %s is refused cleanly", async (_, headers) => {
  const raw = await RawSocket.open(server);
  const answer = await raw.upgrade({ headers });
  expect(answer.status).toBe(426);
  expect(raw.unread.length).toBe(0);
  raw.destroy();
});

test("a refused version names the one that is spoken", async () => {
  const raw = await RawSocket.open(server);
  const answer = await raw.upgrade({ headers: { "Sec-WebSocket-Version": "8" } });
  expect(answer.headers.get("sec-websocket-version")).toBe("13");
  raw.destroy();
});

test("only GET opens a WebSocket", async () => {
  const answer = await fetch(`${server.url}/app/app-key`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(405);
  await answer.body?.cancel();
});

test("a handshake outside /app is no WebSocket", async () => {
  for (const path of ["/", "/app", "/app/", "/apps/app-id", "/app/app-key/more"]) {
    const raw = await RawSocket.open(server);
    expect((await raw.upgrade({ path })).status).toBe(404);
    raw.destroy();
  }
});

test("the client's close is echoed with its code", async () => {
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  raw.sendClose(1000, "bye");
  expect(await raw.readClose()).toMatchObject({ code: 1000, texts: [] });
  await raw.ended;
});

test("a ping frame is answered with a pong frame that carries the same bytes", async () => {
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  raw.sendFrame({ opcode: OPCODE.ping, payload: "are you there" });
  expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.pong, text: "are you there" });
  raw.destroy();
});
