import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { MadeCertificate } from "./certificates.ts";

/** What Redis answers, by RESP2. */
export type RespValue = string | number | null | readonly RespValue[];

/** Where to connect; `tls` is the certificate to show, while nothing is asked of the server's. */
export interface RespAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: MadeCertificate;
}

interface Waiter {
  readonly resolve: (value: RespValue) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A test's own connection to Redis. It shares nothing with the server under test, and unlike Bun's client it never connects again
 * by itself, so that a test knows what it is talking to.
 */
export class RespConnection {
  #data: Buffer = Buffer.alloc(0);
  #closed = false;
  readonly #waiting: Waiter[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => this.close());
    socket.on("close", () => this.close());
  }

  /** Connects; rejects with the system's reason. */
  static open({ host, port, tls }: RespAddress): Promise<RespConnection> {
    return new Promise((resolve, reject) => {
      const socket = tls === undefined
        ? connect({ host, port })
        : connectTls({ host, port, cert: tls.certificate, key: tls.key, rejectUnauthorized: false });
      socket.once("error", reject);
      socket.once(tls === undefined ? "connect" : "secureConnect", () => {
        socket.off("error", reject);
        resolve(new RespConnection(socket));
      });
    });
  }

  /** Whether it can no longer be used. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends a command and resolves with its answer; rejects with what Redis says is wrong. */
  call(...args: readonly (string | number)[]): Promise<RespValue> {
    if (this.#closed) return Promise.reject(new Error("The connection to Redis is closed"));
    const parts = args.map((arg) => `$${Buffer.byteLength(String(arg))}\r\n${arg}\r\n`);
    this.#socket.write(`*${args.length}\r\n${parts.join("")}`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Ends it; commands without an answer are rejected. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("Redis closed the connection"));
  }

  #take(chunk: Buffer): void {
    this.#data = this.#data.length === 0 ? chunk : Buffer.concat([this.#data, chunk]);
    let at = 0;
    for (;;) {
      const read = readValue(this.#data, at);
      if (read === undefined) break;
      at = read.end;
      const waiter = this.#waiting.shift();
      if (read.value instanceof Error) waiter?.reject(read.value);
      else waiter?.resolve(read.value);
    }
    this.#data = this.#data.subarray(at);
  }
}

interface Read {
  readonly value: RespValue | Error;
  readonly end: number;
}

/** The value that begins at `at`; `undefined` while it is not all there. */
function readValue(data: Buffer, at: number): Read | undefined {
  const lineEnd = data.indexOf("\r\n", at);
  if (lineEnd === -1) return undefined;
  const line = data.toString("utf8", at + 1, lineEnd), start = lineEnd + 2;
  switch (String.fromCharCode(data[at] ?? 0)) {
    case "+":
      return { value: line, end: start };
    case "-":
      return { value: new Error(line), end: start };
    case ":":
      return { value: Number(line), end: start };
    case "$": {
      const length = Number(line);
      if (length < 0) return { value: null, end: start };
      if (data.length < start + length + 2) return undefined;
      return { value: data.toString("utf8", start, start + length), end: start + length + 2 };
    }
    case "*": {
      const values: RespValue[] = [];
      let end = start;
      for (let count = Number(line); count > 0; count--) {
        const entry = readValue(data, end);
        if (entry === undefined) return undefined;
        values.push(entry.value instanceof Error ? entry.value.message : entry.value);
        end = entry.end;
      }
      return { value: values, end };
    }
    default:
      return { value: new Error(`Redis sent ${JSON.stringify(line)}`), end: start };
  }
}
