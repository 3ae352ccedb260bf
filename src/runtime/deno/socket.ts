import type { RuntimeCloseCause, Socket, SocketHandler } from "../../hub/connections/socket.ts";
import type { DenoWebSocket, DenoWebSocketEvent } from "./deno-api.ts";
import { cutOff } from "./cut-off.ts";
import type { TopicTable } from "../topic-table.ts";

/** What all sockets of a server share. */
export interface DenoSocketServices {
  readonly topics: TopicTable<DenoSocket>;
  readonly maxMessageBytes: number;
  readonly maxBacklogBytes: number;
  /** Sockets whose handlers have heard of the close, while the client has not answered the close frame yet. */
  readonly leaving: Set<DenoSocket>;
  /** Takes what handlers throw. */
  readonly fault: (fault: unknown) => void;
}

/** Milliseconds that a client has to answer a close frame. */
const CLOSE_PATIENCE = 2000;
/** Milliseconds without a message from the client before a close frame is sent. */
const QUIET = 5;
/** How many times that silence is waited for; then the close frame is sent all the same. */
const MAX_TURNS = 100;
const OPEN = 1;

/** One WebSocket of Deno's. The handler hears of a close when it is decided, as on Bun, not when the client has answered it. */
export class DenoSocket implements Socket {
  readonly #webSocket: DenoWebSocket;
  readonly #handler: SocketHandler;
  readonly #services: DenoSocketServices;
  #topics: Set<string> | undefined;
  #ended = false;
  /** Whether the backlog was found too large and will be looked at again. */
  #suspected = false;
  /** Whether a message has come since the close was decided, or since the last look. */
  #heard = false;
  /** Why the connection broke, from the error before the close. */
  #cause: RuntimeCloseCause | undefined;

  constructor(webSocket: DenoWebSocket, handler: SocketHandler, services: DenoSocketServices) {
    this.#webSocket = webSocket;
    this.#handler = handler;
    this.#services = services;
    webSocket.binaryType = "arraybuffer";
    for (const type of ["open", "message", "error", "close"] as const) {
      webSocket.addEventListener(type, this);
    }
  }

  /** Called by Deno; the object is its own listener, which saves a closure for each event of each socket. */
  handleEvent(event: DenoWebSocketEvent): void {
    try {
      switch (event.type) {
        case "open":
          return this.#handler.open(this);
        case "message":
          return this.#message(event.data);
        case "error":
          this.#cause = closeCause(event.message);
          return;
        case "close":
          this.#services.leaving.delete(this);
          // Without a close frame Deno says 0.
          return this.#end(this.#cause === "message_too_large" ? 1009 : event.code || 1006, this.#cause);
      }
    } catch (fault) {
      this.#services.fault(fault);
    }
  }

  get backlog(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(frame: string): void {
    if (this.#ended) return;
    this.#webSocket.send(frame);
    if (this.#suspected || this.#webSocket.bufferedAmount <= this.#services.maxBacklogBytes) return;
    // What this turn of the event loop has sent waits even when the client reads fast. And a close now would call handlers
    // in the middle of a publish.
    this.#suspected = true;
    setTimeout(() => this.#closeIfSlow());
  }

  ping(): boolean {
    return false;
  }

  pause(): boolean {
    return false;
  }

  resume(): void {}

  close(code?: number, reason?: string): void {
    this.#close(code ?? 1000, reason, code ?? 1000, undefined);
  }

  subscribe(topic: string): void {
    if (this.#ended) return;
    this.#services.topics.subscribe(topic, this);
    (this.#topics ??= new Set()).add(topic);
  }

  unsubscribe(topic: string): void {
    if (this.#topics?.delete(topic)) this.#services.topics.unsubscribe(topic, this);
  }

  publish(topic: string, frame: string): void {
    this.#services.topics.publish(topic, frame, this);
  }

  #message(data: string | ArrayBuffer): void {
    if (this.#ended) {
      this.#heard = true;
      return;
    }
    if (exceeds(data, this.#services.maxMessageBytes)) {
      return this.#close(1009, "Message too large", 1009, "message_too_large");
    }
    this.#handler.message(typeof data === "string" ? data : new Uint8Array(data));
  }

  #closeIfSlow(): void {
    this.#suspected = false;
    if (this.#ended || this.#webSocket.bufferedAmount <= this.#services.maxBacklogBytes) return;
    try {
      this.#close(1013, "Reads too slowly", 1006, "slow_reader");
    } catch (fault) {
      this.#services.fault(fault);
    }
  }

  #close(
    code: number,
    reason: string | undefined,
    reported: number,
    cause: RuntimeCloseCause | undefined,
  ): void {
    if (this.#ended) return;
    if (this.#webSocket.readyState === OPEN) {
      this.#services.leaving.add(this);
      this.#sendClose(code, reason, MAX_TURNS);
    }
    this.#end(reported, cause);
  }

  /**
   * Sends the close frame. When Deno reads another message behind `close`, it drops the connection with all that is still to be
   * written; so what is on its way is read first.
   */
  #sendClose(code: number, reason: string | undefined, turns: number): void {
    this.#heard = false;
    setTimeout(() => {
      if (this.#heard && turns > 0) return this.#sendClose(code, reason, turns - 1);
      this.#webSocket.close(code, reason);
      setTimeout(() => {
        if (this.#services.leaving.delete(this)) cutOff(this.#webSocket);
      }, CLOSE_PATIENCE);
    }, QUIET);
  }

  #end(code: number, cause: RuntimeCloseCause | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#topics !== undefined) {
      for (const topic of this.#topics) this.#services.topics.unsubscribe(topic, this);
      this.#topics = undefined;
    }
    this.#handler.close(code, cause);
  }
}

/** Deno says in a sentence why it gave a connection up; what is not in this list is a connection that was lost. */
function closeCause(message: string): RuntimeCloseCause | undefined {
  if (message === "Frame too large") return "message_too_large";
  return /^(Invalid|Reserved bits|Control frame|Ping frame)/.test(message) ? "protocol_violation" : undefined;
}

/** Whether a message has more bytes than allowed; a text is counted as UTF-8, and only when it can be too large at all. */
function exceeds(data: string | ArrayBuffer, maxBytes: number): boolean {
  if (typeof data !== "string") return data.byteLength > maxBytes;
  return data.length > maxBytes || (data.length * 3 > maxBytes && Buffer.byteLength(data) > maxBytes);
}
