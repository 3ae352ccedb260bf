/**
 * One WebSocket as the runtime gives it; the same object for the whole connection. After `close` every call MUST be
 * harmless. Implemented in runtime/.
 */
export interface Socket {
  /** Bytes that wait for the client to read them; 0 where the runtime does not tell. */
  readonly backlog: number;
  /** Sends one text frame; the runtime queues what the network does not take at once. */
  send(frame: string): void;
  /** Sends a ping control frame; false where the runtime has none. */
  ping(): boolean;
  /** Sends a close frame and ends the connection; the owner is told through its own close notification. */
  close(code?: number, reason?: string): void;
  /** From now on receives what is published on the topic. */
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  /** Reaches everyone on the topic on this node except this socket. */
  publish(topic: string, frame: string): void;
}

/** Control frames that a client may send by itself. */
export type ControlFrame = "ping" | "pong";

/** Why a runtime has closed a WebSocket by itself. */
export type RuntimeCloseCause = "message_too_large" | "protocol_violation" | "slow_reader";

/**
 * What the runtime tells of one WebSocket, in this order: `open` once, any number of frames, `close` once. Implemented in
 * websocket/.
 */
export interface SocketHandler {
  open(socket: Socket): void;
  /** A whole message: text, or the bytes of a binary one. */
  message(frame: string | Uint8Array): void;
  control(frame: ControlFrame): void;
  /** The connection has ended and the socket is off all topics; 1006 when no close frame came. */
  close(code: number, cause: RuntimeCloseCause | undefined): void;
}

/** A request that can become a WebSocket. Made in runtime/, used in http/. */
export interface UpgradableRequest {
  /** The caller's address. */
  readonly address: string;
  /** Whether a proxy that is trusted says that the caller came to it by https. */
  readonly cameByHttps?: boolean;
  /** Completes the WebSocket handshake; false when the request is none (the caller then answers it). */
  upgrade(handler: SocketHandler): boolean;
}
