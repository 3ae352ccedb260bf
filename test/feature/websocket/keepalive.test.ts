import { expect, test } from "bun:test";
import { PATIENCE } from "../../support/patience.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { serverTarget } from "../../support/server-target.ts";
import { startServer } from "../../support/start-server.ts";
import { OPCODE, type WebSocketFrame } from "../../support/websocket-frame.ts";
import { PING, PONG_MISSING, UNAUTHORIZED } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer({ env: { REVERB_APP_PING_INTERVAL: "1" } });

/** Deno shows a server no control frames and sends none of its own: there a client is always pinged by the event. */
const hasControlFrames = serverTarget() !== "deno";

async function rawPeer(): Promise<RawSocket> {
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  return raw;
}

test.concurrent(
  "a silent socket without a subscription is pinged, then told and closed with 4201",
  async () => {
    const started = Date.now();
    const raw = await rawPeer();
    expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.text, text: '{"event":"pusher:ping"}' });
    expect(await raw.readClose()).toEqual({
      code: 4201,
      reason: "Pong reply not received in time",
      texts: [
        String
          .raw`{"event":"pusher:error","data":"{\"code\":4201,\"message\":\"Pong reply not received in time\"}"}`,
      ],
    });
    // The wheel turns once a second: the ping comes when the interval has begun to pass, the close a whole one later.
    expect(Date.now() - started).toBeGreaterThan(1000);
    expect(Date.now() - started).toBeLessThan(PATIENCE);
    raw.sendClose(4201);
    await raw.ended;
  },
);

test.concurrent("a silent subscriber is pinged and closed like everyone else", async () => {
  await using peer = await Peer.connect(server);
  await peer.subscribe("quiet");
  expect(await peer.next()).toBe(PING);
  expect(await peer.next()).toBe(PONG_MISSING);
  expect(await peer.closed).toMatchObject({ code: 4201, wasClean: true });
});

test.concurrent("what the server sends does not count as life", async () => {
  await using watched = await Peer.connect(server);
  await using sender = await Peer.connect(server);
  await watched.subscribe("busy");
  await sender.subscribe("busy");
  const timer = setInterval(() => sender.send({ event: "client-x", channel: "busy", data: 1 }), 200);
  try {
    await watched.nextEvent("pusher:ping");
    await watched.nextEvent("pusher:error");
    expect(await watched.closed).toMatchObject({ code: 4201 });
  } finally {
    clearInterval(timer);
  }
});

test.concurrent.each<[string, string, number]>([
  ["a pong", '{"event":"pusher:pong","data":{}}', 0],
  ["a ping", '{"event":"pusher:ping","data":{}}', 1],
  ["a subscription", '{"event":"pusher:subscribe","data":{"channel":"alive"}}', 1],
  ["an unsubscription", '{"event":"pusher:unsubscribe","data":{"channel":"alive"}}', 0],
  ["a client event", '{"event":"client-x","channel":"alive"}', 1],
  ["an event that is ignored", '{"event":"hello","channel":"alive"}', 0],
  ["an invalid message", "nonsense", 1],
])("%s answers the ping: the socket lives on and is pinged again", async (_, answer, replies) => {
  await using peer = await Peer.connect(server);
  // Three pings: an answer that did not count would have been followed by the end.
  for (let round = 0; round < 3; round++) {
    expect(await peer.next()).toBe(PING);
    peer.send(answer);
    await peer.nextFrames(replies);
  }
  await peer.expectSilence();
});

test.concurrent("a binary frame answers the ping too", async () => {
  await using peer = await Peer.connect(server);
  for (let round = 0; round < 3; round++) {
    expect(await peer.next()).toBe(PING);
    peer.sendBinary(new Uint8Array([1]));
    await peer.next();
  }
});

test.concurrent("a client that has shown control frames is pinged by one", async () => {
  const raw = await rawPeer();
  raw.sendFrame({ opcode: OPCODE.ping, payload: "x" });
  expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.pong, text: "x" });
  for (let round = 0; round < 2; round++) {
    const ping = await raw.readFrame();
    expect(pingKind(ping)).toBe(hasControlFrames ? "control" : "event");
    if (hasControlFrames) raw.sendFrame({ opcode: OPCODE.pong, payload: ping.payload });
    else raw.send({ event: "pusher:pong" });
  }
  // No answer to the third.
  await raw.readFrame();
  expect(await raw.readClose()).toMatchObject({ code: 4201, texts: [PONG_MISSING] });
  raw.sendClose(4201);
  await raw.ended;
});

test.concurrent("an unasked pong frame shows control frames as well", async () => {
  const raw = await rawPeer();
  raw.sendFrame({ opcode: OPCODE.pong });
  expect(pingKind(await raw.readFrame())).toBe(hasControlFrames ? "control" : "event");
  raw.destroy();
});

test.concurrent("a client that is busy for longer than the interval is never closed", async () => {
  await using busy = await Peer.connect(server);
  await using idle = await Peer.connect(server);
  const timer = setInterval(() => busy.send({ event: "pusher:pong", data: {} }), 200);
  try {
    // The end of an idle one is the clock: after it, the busy one has outlived ping and pong as well.
    expect(await idle.closed).toMatchObject({ code: 4201 });
    await using second = await Peer.connect(server);
    expect(await second.closed).toMatchObject({ code: 4201 });
  } finally {
    clearInterval(timer);
  }
  busy.send({ event: "pusher:signin", data: { auth: "", user_data: "" } });
  expect(await busy.nextEvent("pusher:error")).toMatchObject({ raw: UNAUTHORIZED });
});

test.concurrent("members of a presence channel learn that a silent one was closed", async () => {
  await using watcher = await Peer.connect(server);
  await using silent = await Peer.connect(server);
  await watcher.subscribeSigned("presence-silent", '{"user_id":"1"}');
  await silent.subscribeSigned("presence-silent", '{"user_id":"2"}');
  const timer = setInterval(() => watcher.send({ event: "pusher:pong" }), 200);
  try {
    expect(await watcher.nextEvent("pusher_internal:member_removed")).toMatchObject({
      data: '{"user_id":"2"}',
    });
  } finally {
    clearInterval(timer);
  }
});

test.concurrent("a server that was frozen asks again before it gives a client up", async () => {
  await using frozen = await startServer({ env: { REVERB_APP_PING_INTERVAL: "1" } });
  await using peer = await Peer.connect(frozen);
  await using silent = await Peer.connect(frozen);
  expect(await peer.next()).toBe(PING);
  process.kill(frozen.pid, "SIGSTOP");
  peer.send({ event: "pusher:pong" });
  // Nothing can be awaited of a process that stands still; several intervals have to pass.
  await Bun.sleep(4000);
  process.kill(frozen.pid, "SIGCONT");
  for (let round = 0; round < 3; round++) {
    expect(await peer.next()).toBe(PING);
    peer.send({ event: "pusher:pong" });
  }
  await silent.nextEvent("pusher:error");
  expect(await silent.closed).toMatchObject({ code: 4201 });
});

function pingKind(frame: WebSocketFrame): string {
  if (frame.opcode === OPCODE.ping) return "control";
  return frame.text === PING ? "event" : frame.text;
}
