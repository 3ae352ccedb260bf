import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import type { BridgePlace } from "../bridge-place.ts";
import { MessageSocket } from "../message-socket.ts";
import { BRIDGE_VERSION, type Message } from "../wire.ts";
import { Membership, type MembershipParts } from "./membership.ts";
import { Peer } from "./peer.ts";

/** Connections that have not shown the secret yet. */
const MOST_STRANGERS = 64;

/** What the owner is made with. */
export interface OwnerParts extends MembershipParts {
  /** Where its socket is to be. The file goes when the owner stops. */
  readonly path: string;
}

/**
 * The one process that knows what all nodes share: it passes events on, and decides who is present, which node reports a change, and
 * which connection is admitted. Here it listens for nodes, and finds out which processes may join.
 */
export class BridgeOwner {
  /** How nodes find it. */
  readonly place: BridgePlace;
  readonly #server: Server;
  readonly #strangers = new Set<MessageSocket>();
  readonly #membership: Membership;
  readonly #beat: ReturnType<typeof setInterval>;

  private constructor(parts: OwnerParts) {
    this.place = { path: parts.path, secret: randomBytes(32).toString("hex") };
    this.#membership = new Membership(parts);
    this.#server = createServer((socket) => this.#connected(socket));
    this.#beat = setInterval(() => {
      this.#membership.beat();
      for (const stranger of [...this.#strangers]) stranger.beat();
    }, parts.beat);
  }

  /** Listens for nodes. Rejects where the socket cannot be made. */
  static async open(parts: OwnerParts): Promise<BridgeOwner> {
    const owner = new BridgeOwner(parts), { promise, resolve, reject } = Promise.withResolvers<void>();
    owner.#server.once("error", reject).listen(parts.path, resolve);
    await promise;
    return owner;
  }

  /** How many nodes there are. */
  get nodes(): number {
    return this.#membership.size;
  }

  /** Ends the bridge: each node is alone from now on. */
  close(): void {
    clearInterval(this.#beat);
    this.#server.close();
    this.#membership.close();
    for (const stranger of this.#strangers) stranger.cut("the owner stops");
  }

  #connected(socket: Socket): void {
    if (this.#strangers.size >= MOST_STRANGERS) return void socket.destroy();
    const membership = this.#membership;
    let peer: Peer | undefined;
    const messages: MessageSocket = new MessageSocket(socket, {
      message: (message) => {
        if (peer === undefined) peer = this.#admit(message, messages);
        else membership.hear(peer, message);
      },
      silent: (isSilent) => {
        if (peer === undefined) messages.cut("it says nothing");
        else if (isSilent) membership.silent(peer);
        else peer.tell("forgotten");
      },
      closed: (reason) => {
        this.#strangers.delete(messages);
        if (peer !== undefined) membership.lost(peer, reason);
      },
    });
    this.#strangers.add(messages);
  }

  /** The first message of a connection, which has to be `hello`. */
  #admit([name, ...fields]: Message, socket: MessageSocket): Peer | undefined {
    const [version, secret, processId] = fields;
    if (name !== "hello" || !isSame(secret, this.place.secret)) {
      socket.cut("it does not know the secret");
      return undefined;
    }
    if (version !== BRIDGE_VERSION) {
      socket.send([
        "refused",
        `it speaks version ${version} of the bridge, and the processes that serve ${BRIDGE_VERSION}`,
      ]);
      void socket.end();
      return undefined;
    }
    this.#strangers.delete(socket);
    const peer = new Peer(String(processId), socket);
    this.#membership.join(peer);
    return peer;
  }
}

function isSame(given: unknown, secret: string): boolean {
  return typeof given === "string" && given.length === secret.length &&
    timingSafeEqual(Buffer.from(given), Buffer.from(secret));
}
