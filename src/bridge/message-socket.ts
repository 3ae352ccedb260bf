import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { setImmediate } from "node:timers";
import { framesOf, type Message, MessageReader } from "./wire.ts";

/** What becomes of the other end. */
export interface SocketEvents {
  message(message: Message): void;
  /** It has shown no sign of life for a while, or does so again. */
  silent(isSilent: boolean): void;
  /** It has gone. Called once; nothing comes after it. */
  closed(reason: string): void;
}

/** Beats, without a sign of life of the other end after which it counts as silent. */
const PATIENCE = 5;
/** Bytes that may wait for an end that does not read: more than the cached events of a server are. */
const MOST_WAITING = 134_217_728;
/** Milliseconds that an end that does not read has to read the rest. */
const FAREWELL = 1000;
/** Says nothing: the sender is there. */
const PING: Message = ["ping"];

/**
 * Carries messages over one connection of the bridge. What is sent in one turn of the event loop crosses as one frame. Beats are counted
 * and not time: after the machine was suspended much time has passed, and still no process was silent.
 */
export class MessageSocket {
  readonly #socket: Socket;
  readonly #events: SocketEvents;
  readonly #reader = new MessageReader();
  #turn: Message[] = [];
  #silence = 0;
  #hasClosed = false;

  constructor(socket: Socket, events: SocketEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.cut(error.message));
    socket.on("close", () => this.cut("the connection has ended"));
  }

  /** What is going to be sent last at the end of this turn, as it is now. */
  get last(): Message | undefined {
    return this.#turn.at(-1);
  }

  /** Sends a message at the end of this turn. Its fields may change until then. */
  send(message: Message): void {
    if (this.#hasClosed) return;
    if (this.#turn.length === 0) setImmediate(() => this.flush());
    this.#turn.push(message);
  }

  /** Sends what was to be sent at the end of this turn. */
  flush(): void {
    const turn = this.#turn;
    if (turn.length === 0 || this.#hasClosed) return;
    this.#turn = [];
    try {
      for (const frame of framesOf(turn)) this.#socket.write(frame);
    } catch (error) {
      return this.cut(`a message cannot be sent: ${String(error)}`);
    }
    if (this.#socket.writableLength > MOST_WAITING) this.cut("it does not read what it is sent");
  }

  /** Called every beat: shows that this end is there, and finds out whether the other end has been silent too long. */
  beat(): void {
    if (++this.#silence === PATIENCE) this.#events.silent(true);
    this.send(PING);
  }

  /** Ends the connection once everything has been sent, in a second at the latest, and resolves when it has ended. `closed` is called as always. */
  async end(): Promise<void> {
    this.flush();
    if (this.#hasClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once("close", () => resolve()).end();
    const late = setTimeout(() => this.cut("it does not read the end"), FAREWELL);
    await promise;
    clearTimeout(late);
  }

  /** Ends the connection at once. */
  cut(reason: string): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    this.#socket.destroy();
    this.#events.closed(reason);
  }

  #take(chunk: Buffer): void {
    const wasSilent = this.#silence >= PATIENCE;
    this.#silence = 0;
    if (wasSilent) this.#events.silent(false);
    try {
      for (const messages of this.#reader.read(chunk)) {
        for (const message of messages) {
          if (this.#hasClosed) return;
          if (message[0] !== PING[0]) this.#events.message(message);
        }
      }
    } catch (error) {
      this.cut(`a message cannot be handled: ${String(error)}`);
    }
  }
}
