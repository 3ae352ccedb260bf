import type { Socket } from "bun";
import { createHmac } from "node:crypto";
import { FrameCounter } from "./frame-counter.ts";
import { openSocket, type StreamData, type StreamOwner, writeAll } from "./open-socket.ts";
import type { Tally } from "./tally.ts";
import { type Dialect, socketPath, type Target } from "./target.ts";

/** The greeting and the confirmation of the subscription. */
const FRAMES_TO_JOIN = 2;
/** Milliseconds that a handshake may take. */
const PATIENCE = 15_000;
/** As browsers offer it. */
const COMPRESSION_OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
const CLOSE_FRAME = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

/** One WebSocket of the load client: a raw TCP connection whose messages are counted and, once it is subscribed, never looked at. */
export class Peer implements StreamOwner {
  /** Called with every piece of the stream, on a connection whose deliveries are timed. */
  probe: ((bytes: Buffer) => void) | undefined;
  socketId = "";
  /** By which its client comes back after a cut; empty where the server does not offer that. */
  resume = "";
  /** Whether the server has answered with 4100 in place of a greeting. */
  isTurnedAway = false;
  readonly #counter = new FrameCounter();
  readonly #tally: Tally;
  readonly #target: Target;
  readonly #user: string;
  readonly #from: string | undefined;
  #socket: Socket<StreamData> | undefined;
  /** What has arrived of the greeting so far. */
  #early: Buffer | undefined;
  #awaitsFrames = Number.POSITIVE_INFINITY;
  #done: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;
  /** Why the connection has ended before its greeting was awaited. */
  #lost: Error | undefined;
  #isClosing = false;

  /** `user` names it in presence channels; `from` is the `resume` of the connection that it comes back from. */
  constructor(target: Target, tally: Tally, user: string, from?: string) {
    this.#target = target;
    this.#tally = tally;
    this.#user = user;
    this.#from = from;
    if (target.answersPings === true) {
      this.#counter.pinged = (payload) => this.send(Buffer.concat([pongHeader(payload.length), payload]));
    }
  }

  /** The port on this side; 0 before it is connected. */
  get localPort(): number {
    return this.#socket?.localPort ?? 0;
  }

  /** Connects and waits for the greeting. */
  async connect(): Promise<void> {
    this.#early = Buffer.alloc(0);
    this.#socket = await openSocket(this.#target, this);
    if (this.#lost !== undefined) throw this.#lost;
    this.send(
      `GET ${
        socketPath(this.#target, this.#from)
      } HTTP/1.1\r\nHost: 127.0.0.1:${this.#target.port}\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${
          this.#target.offersCompression ? COMPRESSION_OFFER : ""
        }\r\n`,
    );
    await this.#until(1);
  }

  /** Subscribes and waits for the confirmation, the first message after the greeting. */
  async subscribe(channel: string): Promise<void> {
    this.send(this.subscribeFrame(channel));
    await this.#until(FRAMES_TO_JOIN);
  }

  subscribeFrame(channel: string): Buffer {
    return textFrame(subscribeMessage(this.#target.dialect, channel, this.socketId, this.#user));
  }

  send(bytes: Buffer | string): void {
    writeAll(this.#socket!, bytes);
  }

  /** Sends a close frame and waits until the server has closed. */
  close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((done, failed) => {
      this.#done = done;
      this.#failed = failed;
    });
    this.send(CLOSE_FRAME);
    return closed;
  }

  /** Ends the connection without a close frame, as a lost network does. */
  cut(): void {
    this.#isClosing = true;
    this.#socket!.terminate();
  }

  take(bytes: Buffer): void {
    const counter = this.#counter, before = counter.frames;
    counter.take(bytes);
    this.#tally.bytes += bytes.length;
    if (counter.frames !== before) this.#tally.add(counter.frames - before);
    this.probe?.(bytes);
    if (this.#early !== undefined) this.#readGreeting(bytes);
    if (counter.frames >= this.#awaitsFrames && counter.isWhole && this.#early === undefined) {
      this.#awaitsFrames = Number.POSITIVE_INFINITY;
      this.#done?.();
    }
  }

  ended(_: Socket<StreamData>, reason: string): void {
    if (this.#isClosing) return this.#done?.();
    const error = new Error(`the server has closed a connection${reason}`);
    if (this.#failed !== undefined) this.#failed(error);
    else if (this.#early !== undefined) this.#lost = error;
    else throw error;
  }

  #until(frames: number): Promise<void> {
    this.#awaitsFrames = frames;
    return new Promise<void>((done, failed) => {
      const timer = setTimeout(
        () => failed(new Error(`no answer to a client within ${PATIENCE} ms`)),
        PATIENCE,
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.#done = this.#failed = undefined;
      };
      this.#done = () => {
        settle();
        done();
      };
      this.#failed = (error) => {
        settle();
        failed(error);
      };
    });
  }

  #readGreeting(bytes: Buffer): void {
    if (this.#target.offersCompression) {
      // The greeting itself may be compressed.
      if (this.#counter.frames > 0) this.#early = undefined;
      return;
    }
    this.#early = Buffer.concat([this.#early!, bytes]);
    const found = /socket_id\\":\\"([\d.]+)\\"/.exec(this.#early.toString("latin1"));
    if (found === null) {
      if (this.#counter.frames > 0 && this.#counter.isWhole) {
        this.isTurnedAway = this.#early.includes('\\"code\\":4100,');
        this.#failed?.(new Error(`a client was greeted with ${this.#early.toString("latin1").slice(-200)}`));
      }
      return;
    }
    this.socketId = found[1]!;
    this.resume = /resume\\":\\"([^"\\]+)\\"/.exec(this.#early.toString("latin1"))?.[1] ?? "";
    this.#early = undefined;
  }
}

/** Of a client's pong, whose mask is all zeros. */
function pongHeader(length: number): Buffer {
  return Buffer.from([0x8a, 0x80 | length, 0, 0, 0, 0]);
}

function subscribeMessage(dialect: Dialect, channel: string, socketId: string, user: string): string {
  const isPresence = channel.startsWith("presence-");
  if (!isPresence && !channel.startsWith("private-")) {
    return JSON.stringify({ event: "pusher:subscribe", data: { channel } });
  }
  const member = isPresence
    ? JSON.stringify({ user_id: user, user_info: { name: `Member ${user}` } })
    : undefined;
  const [key, secret] = dialect.kind === "bare" ? ["bare", "bare"] : [dialect.key, dialect.secret];
  const signed = [socketId, channel, ...(member === undefined ? [] : [member])].join(":");
  const auth = `${key}:${createHmac("sha256", secret).update(signed).digest("hex")}`;
  return JSON.stringify({ event: "pusher:subscribe", data: { auth, channel_data: member, channel } });
}

/** A text message of a client. The mask that the protocol demands is all zeros, so the payload stays as it is. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text), { length } = payload;
  if (length > 65_535) throw new Error("The load client sends frames below 64 KB only");
  const header = length < 126
    ? [0x81, 0x80 | length, 0, 0, 0, 0]
    : [0x81, 0x80 | 126, length >> 8, length & 255, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from(header), payload]);
}
