import { OPCODE, readFrame } from "./websocket-frame.ts";

/** What a client's application sends itself, or its library, is no event of a test: those have this name, or `client-` before it. */
const EVENT = /"event":"(?:client-)?n"/;

/** What passed on one WebSocket connection, as far as it tells what the server knows to have arrived. */
export class WireNotes {
  #fromClient = Buffer.alloc(0);
  #fromServer = Buffer.alloc(0);
  #hasAsked = false;
  #hasAnswered = false;
  #events = 0;
  /** For each ping that was not answered yet, how many events had passed before it. */
  readonly #asked: number[] = [];
  /** Events that the last answer has acknowledged; the server may not have read it. */
  #answered = 0;
  /** Events that an answer has acknowledged which the server has read, since it has asked again. */
  #proven = 0;

  /** Events that have passed, and of which it is not sure that the server knows. */
  get unproven(): number {
    return this.#events - this.#proven;
  }

  toServer(bytes: Buffer): void {
    this.#fromClient = Buffer.concat([this.#fromClient, bytes]);
    if (!this.#hasAsked) {
      const end = this.#fromClient.indexOf("\r\n\r\n");
      if (end === -1) return;
      this.#fromClient = this.#fromClient.subarray(end + 4);
      this.#hasAsked = true;
    }
    for (let read = readFrame(this.#fromClient); read !== undefined; read = readFrame(this.#fromClient)) {
      this.#fromClient = this.#fromClient.subarray(read.size);
      if (read.frame.opcode === OPCODE.pong) this.#answered = this.#asked.shift() ?? this.#answered;
    }
  }

  toClient(bytes: Buffer): void {
    this.#fromServer = Buffer.concat([this.#fromServer, bytes]);
    if (!this.#hasAnswered) {
      const end = this.#fromServer.indexOf("\r\n\r\n");
      if (end === -1) return;
      this.#fromServer = this.#fromServer.subarray(end + 4);
      this.#hasAnswered = true;
    }
    for (let read = readFrame(this.#fromServer); read !== undefined; read = readFrame(this.#fromServer)) {
      this.#fromServer = this.#fromServer.subarray(read.size);
      if (read.frame.opcode === OPCODE.ping) this.#ask();
      else if (EVENT.test(read.frame.text)) this.#events++;
    }
  }

  #ask(): void {
    // The server has one ping under way, so that it has read the answer to the one before.
    if (this.#asked.length === 0) this.#proven = this.#answered;
    this.#asked.push(this.#events);
  }
}
