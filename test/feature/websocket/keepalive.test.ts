import { expect, test } from "bun:test";
import { PATIENCE } from "../../support/patience.ts";
import { type RawAddress, RawSocket } from "../../support/raw-socket.ts";
import { serverTarget } from "../../support/server-target.ts";
import { startServer } from "../../support/start-server.ts";
import { OPCODE, type WebSocketFrame } from "../../support/websocket-frame.ts";
import { PING, PONG_MISSING, succeeded, UNAUTHORIZED } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { signChannel } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { useServer } from "../../support/use-server.ts";

/**
 * It pings after two to three seconds of silence, and gives a client four to answer: so long may a busy test process stand still between
 * two lines.
 */
const PINGED = { REVERB_APP_PING_INTERVAL: "4" };
const server = useServer({ env: PINGED });

/** Deno shows a server no control frames and sends none of its own: there a client is always pinged by the event. */
const hasControlFrames = serverTarget() !== "deno";

/** An established client that answers nothing by itself: a WebSocket of a runtime or a browser answers control frames. */
async function rawPeer(address: RawAddress = server): Promise<RawSocket & { readonly id: string }> {
  const raw = await RawSocket.open(address);
  await raw.upgrade();
  const established = JSON.parse(await raw.readText()) as { readonly data: string };
  const { socket_id: id } = JSON.parse(established.data) as { readonly socket_id: string };
  return Object.assign(raw, { id });
}

/** Reads the ping of a silent client: the event, and a control frame where the runtime has them. */
async function readPing(raw: RawSocket): Promise<void> {
  expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.text, text: PING });
  if (hasControlFrames) expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.ping, text: "" });
}

test.concurrent(
  "a silent socket without a subscription is pinged, then gets the error and is closed with 4201",
  async () => {
    const started = Date.now();
    const raw = await rawPeer();
    await readPing(raw);
    expect(await raw.readClose()).toEqual({
      code: 4201,
      reason: "Pong reply not received in time",
      texts: [
        String
          .raw`{"event":"pusher:error","data":"{\"code\":4201,\"message\":\"Pong reply not received in time\"}"}`,
      ],
    });
    // The wheel turns once a second: the ping comes when the interval has begun to pass, the close a whole one later.
    expect(Date.now() - started).toBeGreaterThan(2000);
    expect(Date.now() - started).toBeLessThan(PATIENCE);
    raw.sendClose(4201);
    await raw.ended;
  },
);

test.concurrent("a silent subscriber is pinged and closed like everyone else", async () => {
  const raw = await rawPeer();
  raw.send({ event: "pusher:subscribe", data: { channel: "quiet" } });
  expect(await raw.readText()).toBe(succeeded("quiet"));
  await readPing(raw);
  expect(await raw.readClose()).toMatchObject({ code: 4201, texts: [PONG_MISSING] });
  raw.sendClose(4201);
  await raw.ended;
});

test.concurrent("what the server sends does not count as life", async () => {
  const watched = await rawPeer();
  await using sender = await Peer.connect(server);
  watched.send({ event: "pusher:subscribe", data: { channel: "busy" } });
  await sender.subscribe("busy");
  const timer = setInterval(() => sender.send({ event: "client-x", channel: "busy", data: 1 }), 200);
  try {
    const { code, texts } = await watched.readClose();
    expect(code).toBe(4201);
    expect(texts).toContain(PING);
    expect(texts.at(-1)).toBe(PONG_MISSING);
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
  const raw = await rawPeer();
  // Three pings: an answer that did not count would have been followed by the end.
  for (let round = 0; round < 3; round++) {
    await readPing(raw);
    raw.send(answer);
    for (let reply = 0; reply < replies; reply++) await raw.readText();
  }
  raw.destroy();
});

test.concurrent("a binary frame answers the ping too", async () => {
  const raw = await rawPeer();
  for (let round = 0; round < 3; round++) {
    await readPing(raw);
    raw.sendFrame({ opcode: OPCODE.binary, payload: "x" });
    await raw.readText();
  }
  raw.destroy();
});

test.concurrent("a client whose WebSocket layer answers, but which answers no pusher:ping, lives on", async () => {
  const raw = await rawPeer();
  for (let round = 0; round < 3; round++) {
    await readPing(raw);
    // What Pusher's Java client does. Deno shows a server no control frames: there only the event can be answered.
    if (hasControlFrames) raw.sendFrame({ opcode: OPCODE.pong });
    else raw.send({ event: "pusher:pong" });
  }
  raw.destroy();
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

test.concurrent("a pong frame, which every WebSocket layer sends by itself, does not end pusher:ping", async () => {
  const raw = await rawPeer();
  raw.sendFrame({ opcode: OPCODE.pong });
  await readPing(raw);
  raw.destroy();
});

test.concurrent("a client that is busy for longer than the interval is never closed", async () => {
  await using busy = await Peer.connect(server);
  const idle = await rawPeer();
  const timer = setInterval(() => busy.send({ event: "pusher:pong", data: {} }), 200);
  try {
    // The end of an idle one is the clock: after it, the busy one has outlived ping and pong as well.
    expect(await idle.readClose()).toMatchObject({ code: 4201 });
    const second = await rawPeer();
    expect(await second.readClose()).toMatchObject({ code: 4201 });
  } finally {
    clearInterval(timer);
  }
  busy.send({ event: "pusher:signin", data: { auth: "", user_data: "" } });
  expect(await busy.nextEvent("pusher:error")).toMatchObject({ raw: UNAUTHORIZED });
});

test.concurrent("members of a presence channel learn that a silent one was closed", async () => {
  await using watcher = await Peer.connect(server);
  const silent = await rawPeer();
  await watcher.subscribeSigned("presence-silent", '{"user_id":"1"}');
  const member = '{"user_id":"2"}';
  const auth = signChannel(TEST_APPLICATION, silent.id, "presence-silent", member);
  silent.send({
    event: "pusher:subscribe",
    data: { channel: "presence-silent", auth, channel_data: member },
  });
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
  await using frozen = await startServer({ env: PINGED });
  const peer = await rawPeer(frozen);
  const silent = await rawPeer(frozen);
  await readPing(peer);
  process.kill(frozen.pid, "SIGSTOP");
  peer.send({ event: "pusher:pong" });
  // Nothing can be awaited of a process that stands still; more than an interval has to pass.
  await Bun.sleep(6000);
  process.kill(frozen.pid, "SIGCONT");
  for (let round = 0; round < 3; round++) {
    await readPing(peer);
    peer.send({ event: "pusher:pong" });
  }
  const { code, texts } = await silent.readClose();
  expect([code, texts.at(-1)]).toEqual([4201, PONG_MISSING]);
  peer.destroy();
});

function pingKind(frame: WebSocketFrame): string {
  if (frame.opcode === OPCODE.ping) return "control";
  return frame.text === PING ? "event" : frame.text;
}
