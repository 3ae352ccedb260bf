import type { Application } from "../applications/application.ts";
import type { Connection } from "../connections/connection.ts";
import { clock, type Log, printable } from "../../monitoring/log.ts";
import type { AnsweredCall, MonitorObserver } from "./monitor-observer.ts";
import { redact } from "../../monitoring/redact.ts";

/** Which way a message goes, seen from the server. */
export type Direction = "in" | "out" | "api";

/** One message on its way, for `--debug`. */
export interface DebugEntry {
  readonly direction: Direction;
  /** `socket_id`, or how many subscribers a publish reaches. */
  readonly peer: string;
  readonly message: string;
}

const ARROWS: Readonly<Record<Direction, string>> = { in: "→ in ", out: "← out", api: "⇒ api" };

/**
 * The stream of data behind `--debug`: time, direction and peer in the left column, the message in the right one, cut and
 * free of secrets.
 */
export class DebugStream implements MonitorObserver {
  readonly #log: Log;
  readonly #write: (line: string) => void;
  readonly #now: () => Date;

  constructor(log: Log, write: (line: string) => void, now: () => Date) {
    this.#log = log;
    this.#write = write;
    this.#now = now;
  }

  connectionOpened(connection: Connection): void {
    this.show({ direction: "in", peer: connection.id, message: `connected from ${connection.address}` });
  }

  connectionClosed(connection: Connection, code: number): void {
    this.show({ direction: "in", peer: connection.id, message: `disconnected (${code})` });
  }

  received(connection: Connection, frame: string): void {
    this.show({ direction: "in", peer: connection.id, message: frame });
  }

  sent(connection: Connection, frame: string): void {
    this.show({ direction: "out", peer: connection.id, message: frame });
  }

  published(_application: Application, receivers: number, frame: string): void {
    const peer = receivers === 1 ? "1 subscriber" : `${receivers} subscribers`;
    this.show({ direction: "out", peer, message: frame });
  }

  /** The call that brought it is shown, and the frame that goes out. */
  apiEvent(): void {}

  answered({ method, path, status, caller }: AnsweredCall): void {
    this.show({ direction: "api", peer: caller.address, message: `${method} ${path} ${status}` });
  }

  /** Refusals have a log line of their own. */
  refused(): void {}

  /** Shows one message. */
  show(entry: DebugEntry): void {
    const message = redact(entry.message);
    if (this.#log.format === "json") {
      this.#log.line("debug", "message", message, { direction: entry.direction, peer: entry.peer });
      return;
    }
    const left = `${clock(this.#now()).slice(11)} ${ARROWS[entry.direction]} ${entry.peer}`;
    this.#write(printable(`${left.padEnd(42)} ${message}`));
  }
}
