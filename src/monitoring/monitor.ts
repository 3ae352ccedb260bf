import type { Connection } from "../connections/connection.ts";
import { Counters } from "./counters.ts";
import type { DebugStream } from "./debug-stream.ts";
import type { Log } from "./log.ts";
import type { Refusal, RefusalReason } from "./refusal.ts";

/** Refusals of one reason that are logged one by one within {@link WINDOW_SECONDS}; the rest is summed up. */
const LOGGED_ONE_BY_ONE = 10;

const WINDOW_SECONDS = 10;

/** Characters of a refusal's detail that are logged: some quote what a client sent. */
const LOGGED_CHARACTERS = 1000;

/**
 * Where everything that happens is told: counts it, logs refusals with their reason, feeds `--debug`. Each call returns at
 * once and never throws; with nobody looking a message costs one addition.
 */
export class Monitor {
  readonly counters = new Counters();
  readonly log: Log;
  readonly #debug: DebugStream | undefined;
  /** Refusals of the running window, by reason. */
  readonly #recent = new Map<RefusalReason, number>();
  #windowAge = 0;

  /** With a debug stream every message is shown. */
  constructor(log: Log, debug: DebugStream | undefined) {
    this.log = log;
    this.#debug = debug;
  }

  connectionOpened(connection: Connection): void {
    this.counters.connectionsOpened++;
    this.#debug?.show({
      direction: "in",
      peer: connection.id,
      message: `connected from ${connection.address}`,
    });
  }

  connectionClosed(connection: Connection, code: number): void {
    this.counters.connectionsClosed++;
    this.#debug?.show({ direction: "in", peer: connection.id, message: `disconnected (${code})` });
  }

  /** A text frame of a client. */
  received(connection: Connection, frame: string): void {
    this.counters.messagesReceived++;
    this.#debug?.show({ direction: "in", peer: connection.id, message: frame });
  }

  /** A frame to one client. */
  sent(connection: Connection, frame: string): void {
    this.counters.messagesSent++;
    this.#debug?.show({ direction: "out", peer: connection.id, message: frame });
  }

  /** A frame to everyone on a topic; `receivers` is how many that are. */
  published(receivers: number, frame: string): void {
    this.counters.messagesSent += receivers;
    this.#debug?.show({
      direction: "out",
      peer: receivers === 1 ? "1 subscriber" : `${receivers} subscribers`,
      message: frame,
    });
  }

  /** An answered API call; `path` is without the query that carries the signature. */
  answered(method: string, path: string, status: number, caller: { readonly address: string }): void {
    // Only here is the address looked up: it costs more than the rest of a call.
    this.#debug?.show({ direction: "api", peer: caller.address, message: `${method} ${path} ${status}` });
  }

  /** Counts a refusal and logs it; a flood of one reason is summed up. */
  refused(refusal: Refusal): void {
    const { reason, detail, application, connection, address } = refusal;
    this.counters.refused(reason);
    const recent = (this.#recent.get(reason) ?? 0) + 1;
    this.#recent.set(reason, recent);
    if (recent > LOGGED_ONE_BY_ONE) return;
    const shown = detail.length > LOGGED_CHARACTERS
      ? `${detail.slice(0, LOGGED_CHARACTERS)}… (${detail.length} characters)`
      : detail;
    this.log.warning("refused", `Refused: ${shown}`, { reason, application, connection, address });
  }

  /** Something of ours failed in a way that nobody foresaw. */
  fault(fault: unknown): void {
    const text = fault instanceof Error ? fault.stack || String(fault) : String(fault);
    this.log.error("fault", `A fault of the server itself, please report it: ${text}`);
  }

  /** Called once a second; sums up what was not logged one by one. */
  tick(): void {
    if (++this.#windowAge < WINDOW_SECONDS) return;
    this.flush();
  }

  /** Ends the running window: its sums are logged now. */
  flush(): void {
    this.#windowAge = 0;
    for (const [reason, count] of this.#recent) {
      const more = count - LOGGED_ONE_BY_ONE;
      if (more > 0) {
        this.log.warning("refused_more", `Refused ${more} more within ${WINDOW_SECONDS} seconds`, { reason });
      }
    }
    this.#recent.clear();
  }
}
