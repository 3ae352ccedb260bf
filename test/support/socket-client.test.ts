import { afterAll, expect, test } from "bun:test";
import { ApiClient } from "./api-client.ts";
import { RawSocket } from "./raw-socket.ts";
import { connect } from "./socket-client.ts";
import { OPCODE } from "./websocket-frame.ts";

const ESTABLISHED = String
  .raw`{"event":"pusher:connection_established","data":"{\"socket_id\":\"1.2\",\"activity_timeout\":30}"}`;
const PONG = `{"event":"pusher:pong"}`;

/** A stand-in that greets, answers pings, and does what the text frame says. */
const standIn = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request, server) {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/app/unknown") return new Response("no", { status: 404 });
    if (server.upgrade(request, { data: undefined })) return undefined;
    return Response.json({ method: request.method, path: pathname + search, body: await request.text() });
  },
  websocket: {
    open: (socket) => void socket.send(ESTABLISHED),
    message(socket, message) {
      if (message === "end") socket.close(4100, "full");
      else if (message === "chatter") socket.send(`{"event":"x"}`);
      else if (typeof message !== "string") socket.send(message);
      else if (message.includes("pusher:ping")) socket.send(PONG);
    },
  },
});
const server = { url: `http://127.0.0.1:${standIn.port}`, host: "127.0.0.1", port: standIn.port ?? 0 };
afterAll(() => standIn.stop(true));

test("frames are read one by one, and silence is a pong that comes first", async () => {
  await using client = await connect(server);
  expect(await client.established()).toBe("1.2");
  await client.expectSilence();
  client.send("chatter");
  await expect(client.expectSilence()).rejects.toThrow(`Expected silence, got {"event":"x"}`);
  expect(await client.next()).toBe(PONG);
  client.sendBinary(new Uint8Array([1, 255]));
  expect(await client.next()).toBe("binary:01ff");
  client.send("chatter");
  client.send({ event: "pusher:ping" });
  expect(await client.nextEvent("pusher:pong")).toEqual({ event: "pusher:pong", raw: PONG });
});

test("a wait is bounded and tells what came before", async () => {
  const client = await connect(server);
  await client.established();
  client.patience = 50;
  await expect(client.next()).rejects.toThrow(`nothing came within 50 ms. Received so far: ${ESTABLISHED}`);
  client.send("end");
  expect(await client.closed).toEqual({ code: 4100, reason: "full", wasClean: true });
  await expect(client.next()).rejects.toThrow(`No frame: closed with 4100 "full"`);
  await expect(connect(server, { key: "unknown" })).rejects.toThrow("No WebSocket at ws://");
});

test("a raw peer upgrades by hand and sees control frames", async () => {
  const raw = await RawSocket.open(server);
  const answer = await raw.upgrade();
  expect(answer.statusLine).toBe("HTTP/1.1 101 Switching Protocols");
  expect((await raw.readFrame()).text).toBe(ESTABLISHED);
  raw.sendFrame({ opcode: OPCODE.ping, payload: "hi" });
  expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.pong, text: "hi" });
  raw.send("chatter");
  raw.send("end");
  expect(await raw.readClose()).toEqual({ code: 4100, reason: "full", texts: [`{"event":"x"}`] });
  raw.sendClose(4100);
  await raw.ended;
  await expect(raw.readFrame()).rejects.toThrow("No frame: the connection has ended");
});

test("a raw peer speaks plain HTTP, twice on one connection", async () => {
  const raw = await RawSocket.open(server);
  for (const path of ["/up", "/again"]) {
    const answer = await raw.request(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(JSON.parse(answer.body.toString())).toEqual({ method: "GET", path, body: "" });
  }
  raw.destroy();
  await raw.ended;
});

test("an API call is sent with its prefix and its broken parts", async () => {
  const api = new ApiClient(server, { id: "1", key: "k", secret: "s" }, "/ws");
  const answer = await api.post("/events", { a: 1 }, {
    timestamp: 5,
    sentAs: { auth_signature: undefined, extra: "x y" },
    sentBody: "{}",
  });
  expect(answer.json()).toEqual({
    method: "POST",
    path:
      "/ws/apps/1/events?auth_key=k&auth_timestamp=5&auth_version=1.0&body_md5=bb6cb5c68df4652941caf652a366f2d8&extra=x%20y",
    body: "{}",
  });
});
