import type { Application } from "../applications/application.ts";
import type { Connection } from "../connections/connection.ts";
import { clock, type Log, printable } from "../../monitoring/log.ts";
import type { AnsweredCall, MonitorObserver } from "./monitor-observer.ts";
import { redact } from "../../monitoring/redact.ts";

/** The direction of a message, seen from the server. */
export type Direction = "in" | "out" | "api";

/** One message, for `--debug`. */
export interface DebugEntry {
  readonly direction: Direction;
  /** `socket_id`, the address of an API caller, the application of an event, or the number of subscribers that a frame is published to. */
  readonly peer: string;
  readonly message: string;
}

const ARROWS: Readonly<Record<Direction, string>> = { in: "→ in ", out: "← out", api: "⇒ api" };

/**
 * The messages that `--debug` shows: time, direction and peer in the left column, the message in the right one, cut and without
 * secrets.
 */
export class DebugStream implements MonitorObserver {
  readonly #log: Log;
  readonly #write: (line: string) => void;
  readonly #now: () => Date;
  readonly #isShared: boolean;

  /** `isShared`: other nodes may have subscribers too, of which this one does not know. */
  constructor(log: Log, write: (line: string) => void, now: () => Date, isShared = false) {
    this.#isShared = isShared;
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
    this.show({ direction: "out", peer: subscribers(receivers), message: frame });
  }

  /** Shown beside the frame that is published, because without subscribers there is none: the answer to why an event does not arrive. */
  apiEvent(
    { id }: Application,
    channel: string,
    event: string,
    _data: string,
    receivers: number,
    except: string | undefined,
  ): void {
    const message = `${event} on ${channel}: ${this.#count(receivers)}`;
    this.show({
      direction: "api",
      peer: id,
      message: except === undefined ? message : `${message}, without ${except}`,
    });
  }

  /** Not shown: the message that brought the event is, and the frame that is published. */
  clientEvent(): void {}

  answered({ method, path, status, caller, isRepeated }: AnsweredCall): void {
    const message = `${method} ${path} ${status}${isRepeated ? " (repeated)" : ""}`;
    this.show({ direction: "api", peer: caller.address, message });
  }

  /** Not shown: refusals have log lines of their own. */
  refused(): void {}

  #count(receivers: number): string {
    return this.#isShared ? `${subscribers(receivers)} on this node` : subscribers(receivers);
  }

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

function subscribers(count: number): string {
  return count === 1 ? "1 subscriber" : `${count} subscribers`;
}
