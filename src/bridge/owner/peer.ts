import type { FieldsOf, ToNode } from "../calls.ts";
import type { Message } from "../wire.ts";
import type { MessageSocket } from "../message-socket.ts";

/** A node, as the owner sees it, while it is connected. */
export class Peer {
  /** Names its process, also where it comes back over another connection. */
  readonly processId: string;
  /** Whether it was told that it has joined. */
  isWelcome = false;
  /** Whether it has brought all that it has. */
  hasBrought = false;
  /** Whether it was told that it is the only one. */
  isAlone = false;
  /** Whether it shows no sign of life: it counts as dead, but for the events that it gets when it goes on. */
  isSilent = false;
  /** Whether its clients are about to move to other processes. */
  isMoving = false;
  /** How it has described itself last. */
  description: unknown = undefined;
  /** Topics of which its events may not come; it may have begun to send some of them again. */
  readonly unheard = new Set<string>();
  /** Nodes that have to send their events again, and of which topic, before its messages go on; they wait in `queue`. */
  readonly waitsFor = new Map<Peer, string>();
  readonly queue: Message[] = [];
  /** Application -> connections. */
  readonly connections = new Map<string, number>();
  /** Application -> channel -> subscriptions. */
  readonly channels = new Map<string, Map<string, number>>();
  readonly #socket: MessageSocket;

  constructor(processId: string, socket: MessageSocket) {
    this.processId = processId;
    this.#socket = socket;
  }

  /** Tells it something, at the end of this turn. */
  tell<Name extends keyof ToNode>(name: Name, ...fields: FieldsOf<ToNode[Name]>): void {
    this.#socket.send([name, ...fields]);
  }

  /** As `MessageSocket.beat`. */
  beat(): void {
    this.#socket.beat();
  }

  /** As `MessageSocket.cut`. */
  cut(reason: string): void {
    this.#socket.cut(reason);
  }
}
