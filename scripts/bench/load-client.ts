// The load client, a process of its own so that it can be pinned to another core than the server: opens raw TCP sockets,
// subscribes them, and counts frames without parsing them. It is driven by messages from load-driver.ts.
import type { Socket } from "bun";
import { FrameCounter } from "./frame-counter.ts";

/** What the driver asks for. */
export type LoadRequest =
  /** Opens `count` connections to a path and subscribes each to a channel; answered when all have their two frames. */
  | {
    readonly do: "connect";
    readonly port: number;
    readonly path: string;
    readonly channel: string;
    readonly count: number;
  }
  /** Answered when so many frames have come since the last answer. */
  | { readonly do: "expect"; readonly frames: number };

/** What the driver hears: the request is done, and how much CPU this process has used so far (seconds). */
export interface LoadAnswer {
  readonly cpuSeconds: number;
}

interface Peer {
  readonly counter: FrameCounter;
  readonly channel: string;
  subscribed: boolean;
}

/** `connection_established` and `subscription_succeeded`; the bare server sends two frames as well. */
const FRAMES_TO_JOIN = 2;
/** Connections that are being opened at once: below every listen backlog. */
const OPENING_AT_ONCE = 200;

let received = 0;
let awaited: { readonly frames: number; readonly done: () => void } | undefined;

process.on("message", async (request: LoadRequest) => {
  if (request.do === "connect") await connectAll(request);
  else await expectFrames(request.frames);
  const { user, system } = process.cpuUsage();
  process.send!({ cpuSeconds: (user + system) / 1e6 } satisfies LoadAnswer);
});

async function connectAll(request: LoadRequest & { do: "connect" }): Promise<void> {
  for (let opened = 0; opened < request.count; opened += OPENING_AT_ONCE) {
    const batch = Math.min(OPENING_AT_ONCE, request.count - opened);
    const joined = expectFrames(batch * FRAMES_TO_JOIN);
    await Promise.all(Array.from({ length: batch }, () => open(request)));
    await joined;
  }
}

function expectFrames(frames: number): Promise<void> {
  return new Promise((done) => {
    awaited = { frames, done };
    settle();
  });
}

function settle(): void {
  if (awaited === undefined || received < awaited.frames) return;
  const { frames, done } = awaited;
  awaited = undefined;
  received -= frames;
  done();
}

async function open({ port, path, channel }: LoadRequest & { do: "connect" }): Promise<void> {
  const socket = await Bun.connect<Peer>({
    hostname: "127.0.0.1",
    port,
    data: { counter: new FrameCounter(), channel, subscribed: false },
    socket: {
      data: take,
      error: (_, error) => fail(error.message),
      close: () => fail("a connection was closed"),
    },
  });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
}

function take(socket: Socket<Peer>, bytes: Buffer): void {
  const { data: peer } = socket;
  const before = peer.counter.frames;
  peer.counter.take(bytes);
  received += peer.counter.frames - before;
  if (!peer.subscribed && peer.counter.frames > 0) {
    peer.subscribed = true;
    socket.write(maskedText(JSON.stringify({ event: "pusher:subscribe", data: { channel: peer.channel } })));
  }
  settle();
}

/** A text frame under 126 bytes with an all-zero mask, which is a mask as well. */
function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new Error("The load client sends short frames only");
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

function fail(reason: string): void {
  console.error(`load client: ${reason}`);
  process.exit(1);
}
