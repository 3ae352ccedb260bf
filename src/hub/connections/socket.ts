/**
 * One WebSocket as the runtime gives it; the same object for the whole connection. After `close` every call MUST be
 * harmless. Implemented in runtime/.
 */
export interface Socket {
  /** Bytes that wait for the client to read them; 0 where the runtime does not know. */
  readonly backlog: number;
  /** Sends one text frame. The runtime queues what the network does not take at once. */
  send(frame: string): void;
  /** Sends a ping control frame, with a payload of at most 125 ASCII characters; false where the runtime has none. */
  ping(payload?: string): boolean;
  /**
   * Reads nothing more from the client, so that it cannot send more than the network takes. What was read already still comes. False
   * where the runtime cannot do that.
   */
  pause(): boolean;
  /** Reads on. */
  resume(): void;
  /** Sends a close frame and ends the connection. `SocketHandler.close` is called as for every other end. */
  close(code?: number, reason?: string): void;
  /** From now on the socket receives what is published on the topic. */
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  /** Sends one frame to every subscriber of the topic on this node except this socket. */
  publish(topic: string, frame: string): void;
}

/** The control frames of a client that the server hears of. */
export type ControlFrame = "ping" | "pong";

/** Why a runtime closes a WebSocket without being asked to. */
export type RuntimeCloseCause = "message_too_large" | "protocol_violation" | "slow_reader";

/**
 * The events of one WebSocket. The runtime calls `open` once, then `message` and `control` any number of times, then `close` once.
 * Implemented in websocket/.
 */
export interface SocketHandler {
  open(socket: Socket): void;
  /** A whole message: a text, or the bytes of a binary message. */
  message(frame: string | Uint8Array): void;
  /** `payload` is what a pong answers with. */
  control(frame: ControlFrame, payload?: Uint8Array): void;
  /** What waited for the client has gone out, all of it or a part. Called only where the runtime hears of it. */
  drained?(): void;
  /** The connection has ended and the runtime has taken the socket off all topics. `code` is 1006 when no close frame came. */
  close(code: number, cause: RuntimeCloseCause | undefined): void;
}

/** The sender of a request. */
export interface Caller {
  /** An IP address; `unix` for a caller that comes through a Unix socket. */
  readonly address: string;
  /**
   * Tells the runtime that the call is turned down. True when its connection has sent so many such calls at once that it has to end.
   * Left out where the runtime cannot tell.
   */
  refused?(): boolean;
  /** Whether a trusted proxy says that the caller used https. */
  readonly cameByHttps?: boolean;
}

/** A request that can become a WebSocket. Made in runtime/, used in http/. */
export interface UpgradableRequest extends Caller {
  /**
   * Whether the path of the request's URL may be another than that of the target that was sent, because the runtime has resolved dots
   * and backslashes in it: `/apps/..\\dashboard` is `/dashboard` then, which a proxy in front has not seen. False for a target that
   * begins with the runtime's `guardedPath` as it was sent.
   */
  readonly isPathResolved: boolean;
  /**
   * Completes the WebSocket handshake; `cookies` are values of `Set-Cookie` for its answer. Returns false when the request is not one:
   * then it has to be answered in another way.
   */
  upgrade(handler: SocketHandler, cookies?: readonly string[]): boolean;
}
