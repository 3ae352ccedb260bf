import type { Server, ServerWebSocket } from "bun";
import type { TurnBudget } from "../../hub/connections/turn-budget.ts";
import type { ControlFrame, RuntimeCloseCause, Socket, SocketHandler } from "../../hub/connections/socket.ts";
import type { BackloggedSocket, BacklogWatch } from "../backlog-watch.ts";

/** Bun's server. Bun keeps for each WebSocket the object that it is given at the upgrade: our side of the socket. */
export type BunServer = Server<BunSocket>;

type BunWebSocket = ServerWebSocket<BunSocket>;

/** What a socket needs of the listener that it came in by (listener.ts). */
export interface BunSocketOwner {
  readonly watch: BacklogWatch;
  /** Calls that are turned down in one turn of the event loop. */
  readonly refusals: TurnBudget;
  /** The address of a caller that has none. */
  readonly namelessCaller: string;
  /** Characters from which on a frame is compressed for clients that can read it so. */
  readonly compressFrom: number;
  opened(server: BunServer): void;
  closed(server: BunServer): void;
  publishBeside(own: BunServer, topic: string, frame: string): void;
  /** Takes what handlers throw; Bun would end the process. */
  fault(fault: unknown): void;
}

/**
 * Bun reports its own closes as 1006, which no client can send, with a sentence ("Received invalid opcode"). Only a slow reader
 * has none and looks like a lost connection.
 */
function closeCause(code: number, reason: string, behind: boolean): RuntimeCloseCause | undefined {
  if (code !== 1006) return undefined;
  if (reason === "Received too big message") return "message_too_large";
  if (reason.startsWith("Received ")) return "protocol_violation";
  return behind ? "slow_reader" : undefined;
}

/** One WebSocket. */
export class BunSocket implements Socket, BackloggedSocket {
  behind = false;
  readonly #handler: SocketHandler;
  readonly #server: BunServer;
  readonly #owner: BunSocketOwner;
  /** Bun's own, from `open` on; before that nothing else has this object. */
  #socket!: BunWebSocket;

  constructor(handler: SocketHandler, server: BunServer, owner: BunSocketOwner) {
    this.#handler = handler;
    this.#server = server;
    this.#owner = owner;
  }

  open(socket: BunWebSocket): void {
    this.#socket = socket;
    this.#owner.watch.add(this);
    this.#owner.opened(this.#server);
    try {
      this.#handler.open(this);
    } catch (fault) {
      this.#owner.fault(fault);
    }
  }

  message(frame: string | Uint8Array): void {
    try {
      this.#handler.message(frame);
    } catch (fault) {
      this.#owner.fault(fault);
    }
  }

  control(frame: ControlFrame, payload?: Uint8Array): void {
    try {
      this.#handler.control(frame, payload);
    } catch (fault) {
      this.#owner.fault(fault);
    }
  }

  drained(): void {
    this.#owner.watch.look(this);
    try {
      this.#handler.drained?.();
    } catch (fault) {
      this.#owner.fault(fault);
    }
  }

  closed(code: number, reason: string): void {
    this.#owner.watch.remove(this);
    this.#owner.closed(this.#server);
    const cause = closeCause(code, reason, this.behind);
    try {
      this.#handler.close(cause === "message_too_large" ? 1009 : code, cause);
    } catch (fault) {
      this.#owner.fault(fault);
    }
  }

  get backlog(): number {
    return this.#socket.getBufferedAmount();
  }

  send(frame: string): void {
    // -1: it waits; 0: it was dropped, because too much waits already or the socket is closed.
    if (this.#socket.send(frame, frame.length >= this.#owner.compressFrom) <= 0) this.#owner.watch.look(this);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  ping(payload?: string): boolean {
    // Corked, it shares one write with what was published to the socket in this turn.
    if (payload === undefined) this.#socket.ping();
    else this.#socket.cork((socket) => socket.ping(payload));
    return true;
  }

  pause(): boolean {
    this.#socket.pause();
    return true;
  }

  resume(): void {
    this.#socket.resume();
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  subscribe(topic: string): void {
    this.#socket.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.#socket.unsubscribe(topic);
  }

  publish(topic: string, frame: string): void {
    this.#socket.publish(topic, frame, frame.length >= this.#owner.compressFrom);
    this.#owner.publishBeside(this.#server, topic, frame);
  }
}
