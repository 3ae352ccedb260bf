import { UNIX_CALLER } from "../config/kinds/address-kind.ts";
import { Connection, newSocketId } from "../hub/connections/connection.ts";
import { clientNetwork } from "../hub/connections/client-network.ts";
import { Guest } from "../hub/connections/fair-line.ts";
import type { Keepalive } from "../hub/connections/keepalive.ts";
import { withinRateLimit } from "../hub/connections/rate-limiter.ts";
import type { ControlFrame, RuntimeCloseCause, Socket, SocketHandler } from "../hub/connections/socket.ts";
import type { TurnBudget } from "../hub/connections/turn-budget.ts";
import type { Hub } from "../hub/hub.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import type { Naming } from "../hub/recovery/connection-name.ts";
import type { FileReserve } from "../monitoring/file-reserve.ts";
import { REFUSALS } from "../monitoring/refusal.ts";
import { decodeFrame } from "../protocol/decode-frame.ts";
import { errorFrame, establishedFrame } from "../protocol/encode-frame.ts";
import { EarlyClient } from "./early-client.ts";
import { decodeText, exceeds } from "./message-text.ts";
import type { MessageBacklog } from "./message-backlog.ts";
import { receiveMessage } from "./receive-message.ts";
import { signOut } from "./sign-in.ts";
import { unsubscribeFromAll } from "../hub/unsubscribe.ts";

/** RFC 6455, 7.1.5: the close code of a connection that ended without a close frame. */
const NO_CLOSE_FRAME = 1006;

const SECOND = 1000;

/** The parts that the endpoints of all connections share. */
export interface EndpointServices {
  readonly keepalive: Keepalive<Connection>;
  readonly monitor: Monitor;
  /** Watches over the files that may be open; `undefined` where nothing limits them. */
  readonly files?: Pick<FileReserve, "admits" | "shortage"> | undefined;
  /** What one connection may send in one turn of the event loop; what is more waits in `backlog`. */
  readonly budget: TurnBudget;
  readonly backlog: MessageBacklog;
  /** Calls back after so many milliseconds. */
  readonly after: (milliseconds: number, then: () => void) => unknown;
  /** Whether connections keep their `Origin` header; only the dashboard shows it. */
  readonly keepsOrigins?: boolean;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** A client as its handshake shows it, before its connection is established. */
export interface Handshake {
  /** The hub of the application with this key; `undefined` when no application has it. */
  readonly hub: Hub | undefined;
  /** The application key in the path. */
  readonly key: string;
  /** The `Origin` header. */
  readonly origin: string | null;
  readonly address: string;
  /** Why it is not known whether there is such an application; `undefined` where it is known. */
  readonly lateness?: string | undefined;
  /** The name by which the client may come back after a cut; `undefined` where recovery is off. */
  readonly naming?: Naming | undefined;
}

/** One WebSocket from handshake to close: admits the client, counts and limits its messages, and cleans up when it has gone. */
export class Endpoint implements SocketHandler {
  readonly #services: EndpointServices;
  readonly #hub: Hub | undefined;
  /** `undefined` once the runtime has opened the socket. */
  #handshake: Handshake | undefined;
  #connection: Connection | undefined;
  /** Until it is established, where that takes longer than a turn: what has come until now. */
  #early: EarlyClient | undefined;
  /** Until it is established: its name, of which it may know already. */
  #naming: Naming | undefined;
  #hasEnded = false;

  constructor(services: EndpointServices, handshake: Handshake) {
    this.#services = services;
    this.#hub = handshake.hub;
    this.#handshake = handshake;
  }

  open(socket: Socket): void {
    const { key, origin, address, naming, lateness } = this.#handshake!;
    this.#handshake = undefined;
    this.#naming = naming;
    const hub = this.#hub;
    if (hub === undefined) {
      const reason = lateness === undefined ? "unknown_application" : "application_late";
      const shown = JSON.stringify(key.slice(0, 100));
      const detail = lateness === undefined
        ? `no application has the key ${shown}`
        : `the application of the key ${shown} could not be looked up (${lateness})`;
      this.#services.monitor.refused({ reason, detail, address });
      const row = REFUSALS[reason];
      socket.send(errorFrame(row));
      return socket.close(row.close, row.message);
    }
    const connection = new Connection(newSocketId(this.#services.random), hub.application, socket, address);
    if (!hub.application.settings.enabled) {
      return hub.delivery.refuse(connection, "application_disabled", "the application is disabled (enabled)");
    }
    if (refusedForAddress(hub, connection)) return;
    const { files } = this.#services;
    if (files?.admits() === false) return hub.delivery.refuse(connection, "over_capacity", files.shortage);
    const { welcome } = hub;
    if (welcome.admits()) return this.#admit(hub, connection, origin, naming);
    this.#wait(hub, connection, origin, naming);
  }

  /** Lets a client wait for its greeting. */
  #wait(hub: Hub, connection: Connection, origin: string | null, naming: Naming | undefined): void {
    const guest = new Guest(connection, clientNetwork(connection.address), () => {
      if (!connection.closing) this.#admit(hub, connection, origin, naming);
    });
    this.#early = new EarlyClient(hub, connection);
    this.#early.guest = guest;
    hub.welcome.wait(guest);
  }

  /** Asks for a place within the quota, where there is one. */
  #admit(hub: Hub, connection: Connection, origin: string | null, naming: Naming | undefined): void {
    const limit = hub.application.settings.maxConnections;
    if (limit === undefined) this.#establish(hub, connection, origin, naming);
    else this.#askQuota(hub, limit, connection, origin, naming);
  }

  #askQuota(
    hub: Hub,
    limit: number,
    connection: Connection,
    origin: string | null,
    naming: Naming | undefined,
  ): void {
    const { connections } = hub;
    connections.admitting++;
    this.#early ??= new EarlyClient(hub, connection);
    hub.cluster.quota.admit(
      hub.application.id,
      connections.size + connections.admitting,
      limit,
      (admitted) => {
        connections.admitting--;
        if (admitted && !this.#hasEnded && !connection.closing) {
          return this.#establish(hub, connection, origin, naming);
        }
        this.#endEarly();
        // It may have been closed meanwhile, by either side.
        if (this.#hasEnded || connection.closing) return hub.connectionsChanged();
        const detail = `the application has its ${limit} connections (max_connections)`;
        hub.delivery.refuse(connection, "over_quota", detail);
      },
    );
  }

  /** Checks the origin, after the quota as in Reverb, and sends the first frame. */
  #establish(hub: Hub, connection: Connection, origin: string | null, naming: Naming | undefined): void {
    const frames = this.#endEarly();
    if (!hub.application.origins.allows(origin)) {
      const detail = `the origin ${
        JSON.stringify(origin?.slice(0, 200) ?? null)
      } is not among allowed_origins`;
      hub.connectionsChanged();
      return hub.delivery.refuse(connection, "origin_not_allowed", detail);
    }
    // Others of the address may have been established while this one waited.
    if (refusedForAddress(hub, connection)) return hub.connectionsChanged();
    this.#connection = connection;
    this.#naming = undefined;
    connection.connectedAt = this.#services.keepalive.now;
    if (this.#services.keepsOrigins === true) connection.origin = origin ?? undefined;
    hub.connections.add(connection);
    hub.connectionsChanged();
    this.#services.keepalive.add(connection);
    hub.monitor.connectionOpened(connection);
    hub.reports?.connectionOpened(connection);
    if (naming !== undefined) hub.recovery?.opened(connection, naming, origin);
    hub.delivery.toConnection(
      connection,
      establishedFrame(connection.id, hub.application.settings.activityTimeout, connection.recovery?.name),
    );
    const { signInSeconds } = hub.application.settings;
    if (signInSeconds !== undefined) this.#awaitSignIn(hub, connection, signInSeconds);
    if (frames !== undefined) { for (const frame of frames) this.message(frame); }
  }

  #awaitSignIn(hub: Hub, connection: Connection, within: number): void {
    this.#services.after(within * SECOND, () => this.#checkSignIn(hub, connection, within));
  }

  /** Closes a client that has not shown in time that the application knows it. */
  #checkSignIn(hub: Hub, connection: Connection, within: number): void {
    if (this.#connection !== connection || connection.closing || connection.userId !== undefined) return;
    for (const { channel } of connection.subscriptions?.values() ?? []) {
      if (channel.kind.access !== "public") return;
    }
    const detail =
      `neither signed in nor on a private or presence channel after ${within} s (sign_in_seconds)`;
    hub.delivery.refuse(connection, "sign_in_late", detail);
  }

  message(frame: string | Uint8Array): void {
    const connection = this.#connection, hub = this.#hub;
    if (hub === undefined) return;
    if (connection === undefined) return this.#early?.keep(frame);
    if (connection.closing) return;
    const { budget, backlog } = this.#services;
    if (backlog.has(this) || (budget.isCrowded() && budget.exceeds(connection))) {
      if (backlog.keep(this, frame)) return;
      const detail = "a client sends messages faster than the server handles them";
      return hub.delivery.refuse(connection, "message_flood", detail);
    }
    this.handle(frame);
  }

  /** Reads nothing more while messages wait; where the runtime cannot stop reading, a client that goes on is closed. */
  behind(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    connection.isBacklogged = true;
    connection.socket.pause();
  }

  caughtUp(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    connection.isBacklogged = false;
    // A connection that is far ahead of the other nodes reads on when they have caught up too.
    if (connection.held?.isPaused !== true) connection.socket.resume();
  }

  /** Handles a message whose turn has come. */
  handle(frame: string | Uint8Array): void {
    const connection = this.#connection, hub = this.#hub;
    if (connection === undefined || hub === undefined || connection.closing) return;
    const now = connection.lastSeenAt = this.#services.keepalive.now;
    const { maxMessageSize, rateLimiting } = connection.application.settings;
    if (exceeds(frame, maxMessageSize)) {
      this.#refused(connection, "message_too_large");
      return connection.close(REFUSALS.message_too_large);
    }
    if (!isExpectedPong(connection, frame) && !withinRateLimit(connection, rateLimiting, now)) {
      const detail =
        `more than ${rateLimiting.maxAttempts} messages within ${rateLimiting.decaySeconds} s (rate_limiting)`;
      return hub.delivery.refuse(connection, "rate_limited", detail, {
        closes: rateLimiting.terminateOnLimit,
      });
    }
    const text = typeof frame === "string" ? frame : decodeText(frame);
    if (text === undefined) {
      return hub.delivery.refuse(connection, "invalid_message", "a binary frame that is not UTF-8 text");
    }
    receiveMessage(hub, connection, text);
  }

  #endEarly(): readonly (string | Uint8Array)[] | undefined {
    const early = this.#early;
    if (early === undefined) return undefined;
    this.#early = undefined;
    return early.end();
  }

  control(frame: ControlFrame, payload?: Uint8Array): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    // Every WebSocket layer sends pongs by itself; only a ping shows that the client itself uses control frames.
    if (frame === "ping") connection.usesControlFrames = true;
    connection.lastSeenAt = this.#services.keepalive.now;
    if (frame === "pong" && payload !== undefined) {
      this.#hub?.recovery?.acknowledgements.answered(connection, payload);
    }
  }

  drained(): void {
    const connection = this.#connection;
    if (connection?.recovery !== undefined) this.#hub?.recovery?.drained(connection);
  }

  close(code: number, cause: RuntimeCloseCause | undefined): void {
    this.#hasEnded = true;
    this.#endEarly();
    this.#services.backlog.drop(this);
    const connection = this.#connection, hub = this.#hub;
    if (this.#naming !== undefined) hub?.recovery?.refused(this.#naming);
    if (connection === undefined || hub === undefined) return;
    this.#connection = undefined;
    if (cause !== undefined) this.#refused(connection, cause);
    connection.disconnect ??= cause !== undefined
      ? REFUSALS[cause].disconnect
      : code === NO_CLOSE_FRAME
      ? "lost"
      : "client";
    connection.held?.drop();
    this.#services.keepalive.remove(connection);
    hub.connections.remove(connection);
    hub.connectionsChanged();
    unsubscribeFromAll(hub, connection, hub.recovery?.ended(connection, code));
    signOut(hub, connection);
    hub.reports?.connectionClosed(connection, code);
    hub.monitor.connectionClosed(connection, code, connection.disconnect);
  }

  /** Counts and logs a close that the client did not ask for. */
  #refused(connection: Connection, cause: RuntimeCloseCause): void {
    const { id, application, address } = connection;
    const detail = describeCause(cause, application.settings.maxMessageSize);
    this.#services.monitor.refused({
      reason: cause,
      detail,
      application: application.id,
      connection: id,
      address,
    });
  }
}

/** Turns a connection down whose address has as many as it may have. Callers through a Unix socket have no address of their own. */
function refusedForAddress(hub: Hub, connection: Connection): boolean {
  const limit = hub.application.settings.maxConnectionsPerAddress, { address } = connection;
  if (
    limit === undefined || address === UNIX_CALLER || hub.connections.from(clientNetwork(address)) < limit
  ) {
    return false;
  }
  const detail = `the address has its ${limit} connections (max_connections_per_address)`;
  hub.delivery.refuse(connection, "over_address_limit", detail);
  return true;
}

/** Whether a message answers a `pusher:ping` by which the server asked what has arrived: such answers count for no limit. */
function isExpectedPong({ recovery }: Connection, frame: string | Uint8Array): boolean {
  if (
    recovery?.back?.pusher === undefined || recovery.back.pusher.unanswered.length === 0 || frame.length > 200
  ) {
    return false;
  }
  const text = typeof frame === "string" ? frame : decodeText(frame);
  return text !== undefined && decodeFrame(text).type === "pong";
}

function describeCause(cause: RuntimeCloseCause, maxMessageSize: number): string {
  switch (cause) {
    case "message_too_large":
      return `a message is larger than ${maxMessageSize} bytes (max_message_size)`;
    case "protocol_violation":
      return "a frame breaks the WebSocket protocol";
    case "slow_reader":
      return "the client reads too slowly for what is sent to it (max_backlog_bytes)";
  }
}
