import { randomBytes } from "node:crypto";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type HttpResponse, readResponse } from "./http-response.ts";
import { PATIENCE } from "./patience.ts";
import { socketPath } from "./socket-client.ts";
import { TEST_APPLICATION } from "./test-application.ts";
import {
  buildFrame,
  closePayload,
  type FrameOptions,
  OPCODE,
  readFrame,
  type WebSocketFrame,
} from "./websocket-frame.ts";

/** What is odd about a handshake; everything left out is as RFC 6455 wants it. */
export interface UpgradeOptions {
  readonly key?: string;
  readonly path?: string;
  /** Added to or replacing the usual headers; `undefined` takes one away. Names as they are written here. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent in the same packet, behind the request. */
  readonly followedBy?: string | Uint8Array;
}

/** Where a server listens. */
export interface RawAddress {
  readonly host: string;
  readonly port: number;
  /** Spoken to over TLS, unverified, when it begins with `https:`. */
  readonly url?: string;
  /** The path of a Unix socket, in place of host and port. */
  readonly socketPath?: string;
}

/** A peer that speaks TCP and does what it is told: HTTP and WebSocket bytes as a test wants them, right or wrong. */
export class RawSocket implements Disposable {
  /** Resolves when the server has ended the connection, or it broke. */
  readonly ended: Promise<void>;
  private readonly socket: Socket;
  private readonly patience: number;
  private bytes: Buffer = Buffer.alloc(0);
  private over = false;
  private wake: () => void = () => {};

  /** Connects; `patience` is how long one read may take, in milliseconds. */
  static open({ host, port, url, socketPath }: RawAddress, patience = PATIENCE): Promise<RawSocket> {
    const secure = url?.startsWith("https:") ?? false;
    const socket = secure
      ? connectTls({ host, port, rejectUnauthorized: false })
      : connectTcp(socketPath === undefined ? { host, port } : { path: socketPath });
    const raw = new RawSocket(socket, patience);
    return new Promise((resolve, reject) => {
      socket.once(secure ? "secureConnect" : "connect", () => resolve(raw));
      socket.once("error", reject);
    });
  }

  private constructor(socket: Socket, patience: number) {
    this.socket = socket;
    this.patience = patience;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.wake();
    });
    // A reset is one of the ends that tests wait for; "close" follows every error.
    socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.over = true;
        this.wake();
        resolve();
      };
      socket.once("end", end);
      socket.once("close", end);
    });
  }

  /** The bytes that have arrived and were not read as a frame or a response. */
  get unread(): Buffer {
    return this.bytes;
  }

  /** Sends bytes as they are. */
  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Sends plain HTTP bytes and reads the response. */
  request(bytes: string | Uint8Array): Promise<HttpResponse> {
    this.write(bytes);
    return this.readResponse(typeof bytes === "string" && bytes.startsWith("HEAD "));
  }

  /** Asks for the upgrade by hand and returns the answer, an upgrade or a refusal. */
  upgrade(options: UpgradeOptions = {}): Promise<HttpResponse> {
    const headers: Record<string, string | undefined> = {
      Host: `${this.socket.remoteAddress}:${this.socket.remotePort}`,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      ...options.headers,
    };
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}`]
    );
    const path = options.path ?? socketPath(options.key ?? TEST_APPLICATION.key);
    const request = Buffer.from([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    this.write(Buffer.concat([request, Buffer.from(options.followedBy ?? "")]));
    return this.readResponse();
  }

  /** Sends one frame, or only its first bytes when `truncatedTo` says how many. */
  sendFrame(options: FrameOptions, truncatedTo?: number): void {
    this.write(buildFrame(options).subarray(0, truncatedTo));
  }

  /** Sends a text frame: a string as it is, anything else as JSON. */
  send(message: unknown): void {
    this.sendFrame({ payload: typeof message === "string" ? message : JSON.stringify(message) });
  }

  /** Sends a close frame; without a code, one with an empty payload. */
  sendClose(code?: number, reason?: string): void {
    this.sendFrame({ opcode: OPCODE.close, payload: code === undefined ? "" : closePayload(code, reason) });
  }

  /** The next frame, control frames included. Rejects when none comes in time or the connection ends before it is complete. */
  readFrame(): Promise<WebSocketFrame> {
    return this.read("frame", () => {
      const read = readFrame(this.bytes);
      return read && { value: read.frame, size: read.size };
    });
  }

  /** The next text frame's text; frames of other kinds before it are passed over, except a close frame, which rejects. */
  async readText(): Promise<string> {
    for (;;) {
      const frame = await this.readFrame();
      if (frame.opcode === OPCODE.text) return frame.text;
      if (frame.opcode === OPCODE.close) throw new Error(`Closed: ${frame.closeCode} ${frame.closeReason}`);
    }
  }

  /** Reads up to the server's close frame and returns it with the text frames that came before it. */
  async readClose(): Promise<
    { readonly code: number | undefined; readonly reason: string; readonly texts: string[] }
  > {
    const texts: string[] = [];
    for (;;) {
      const frame = await this.readFrame();
      if (frame.opcode === OPCODE.text) texts.push(frame.text);
      if (frame.opcode === OPCODE.close) {
        return { code: frame.closeCode, reason: frame.closeReason ?? "", texts };
      }
    }
  }

  /** The next HTTP response. */
  readResponse(bodyless = false): Promise<HttpResponse> {
    return this.read("response", () => {
      const read = readResponse(this.bytes, this.over, bodyless);
      return read && { value: read.response, size: read.size };
    });
  }

  /** Stops reading from TCP: what the server sends piles up in the system's buffers and then in its own. */
  pause(): void {
    this.socket.pause();
  }

  /** Reads on after `pause`. */
  resume(): void {
    this.socket.resume();
  }

  /** Ends our half of the TCP connection without a word of WebSocket. */
  end(): void {
    this.socket.end();
  }

  /** Drops the TCP connection at once, with a reset. */
  destroy(): void {
    this.socket.resetAndDestroy();
  }

  /** Says that nothing more is sent, so that `using` can hold a socket. */
  [Symbol.dispose](): void {
    this.end();
  }

  private async read<T>(
    what: string,
    parse: () => { readonly value: T; readonly size: number } | undefined,
  ): Promise<T> {
    const deadline = Date.now() + this.patience;
    for (;;) {
      const parsed = parse();
      if (parsed !== undefined) {
        this.bytes = this.bytes.subarray(parsed.size);
        return parsed.value;
      }
      const left = deadline - Date.now();
      if (this.over || left <= 0) {
        const reason = this.over ? "the connection has ended" : `it did not come within ${this.patience} ms`;
        throw new Error(
          `No ${what}: ${reason}. Unread bytes: ${JSON.stringify(this.bytes.toString("latin1"))}`,
        );
      }
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  }
}
