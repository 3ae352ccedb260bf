import type { Application } from "../applications/application.ts";
import type { Connection } from "../connections/connection.ts";
import type { ReceivedKind, SentKind } from "../../monitoring/application-counters.ts";
import { Counters } from "../../monitoring/counters.ts";
import type { DisconnectReason } from "../../monitoring/disconnect-reason.ts";
import type { Log } from "../../monitoring/log.ts";
import { type AnsweredCall, type MonitorObserver, Observers } from "./monitor-observer.ts";
import type { Refusal, RefusalReason } from "../../monitoring/refusal.ts";

/** Refusals of one reason that are logged one by one within {@link WINDOW_SECONDS}; the rest is summed up. */
const LOGGED_ONE_BY_ONE = 10;

const WINDOW_SECONDS = 10;

/** Characters of a refusal's detail that are logged: some quote what a client sent. */
const LOGGED_CHARACTERS = 1000;

/**
 * Where everything that happens is told: counts it, logs refusals with their reason, and tells those who look (`--debug`, a
 * live view). Each call returns at once and never throws; with nobody looking a message costs a few additions.
 */
export class Monitor {
  readonly counters = new Counters();
  readonly log: Log;
  readonly #observers = new Set<MonitorObserver>();
  /** All of them as one; `undefined` while nobody looks. */
  #observer: MonitorObserver | undefined;
  /** Refusals of the running window, by reason. */
  readonly #recent = new Map<RefusalReason, number>();
  #windowAge = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** Shows an observer everything from now on, until the function that is returned is called. */
  observe(observer: MonitorObserver): () => void {
    this.#observers.add(observer);
    this.#changeObserver();
    return () => {
      this.#observers.delete(observer);
      this.#changeObserver();
    };
  }

  #changeObserver(): void {
    const all = [...this.#observers];
    this.#observer = all.length > 1 ? new Observers(all) : all[0];
  }

  connectionOpened(connection: Connection): void {
    this.counters.connectionsOpened++;
    connection.application.counters.connects++;
    this.#observer?.connectionOpened(connection);
  }

  connectionClosed(connection: Connection, code: number, reason: DisconnectReason): void {
    this.counters.connectionsClosed++;
    connection.application.counters.disconnects[reason]++;
    this.#observer?.connectionClosed(connection, code, reason);
  }

  /** A text frame of a client that was understood as `kind`. */
  received(connection: Connection, frame: string, kind: ReceivedKind): void {
    this.counters.messagesReceived++;
    const received = connection.application.counters.received[kind];
    received.messages++;
    received.bytes += Buffer.byteLength(frame);
    this.#observer?.received(connection, frame, kind);
  }

  /** A frame to one client. */
  sent(connection: Connection, frame: string): void {
    this.counters.messagesSent++;
    const sent = connection.application.counters.sent.connection;
    sent.messages++;
    sent.bytes += Buffer.byteLength(frame);
    this.#observer?.sent(connection, frame);
  }

  /** A frame to everyone on a topic; `receivers` is how many that are. */
  published(application: Application, kind: SentKind, receivers: number, frame: string): void {
    this.counters.messagesSent += receivers;
    const { counters } = application;
    counters.publishes++;
    if (receivers > 0) {
      const sent = counters.sent[kind];
      sent.messages += receivers;
      sent.bytes += receivers * Buffer.byteLength(frame);
    }
    this.#observer?.published(application, receivers, frame);
  }

  /** An event that came through the HTTP API for one channel; `data` is its data string as JSON text. */
  apiEvent(application: Application, channel: string, event: string, data: string): void {
    this.counters.eventsPublished++;
    application.counters.apiEvents++;
    this.#observer?.apiEvent(application, channel, event, data);
  }

  /** A call to the HTTP API that was answered. */
  answered(call: AnsweredCall): void {
    this.#observer?.answered(call);
  }

  /** Counts a refusal and logs it; a flood of one reason is summed up. */
  refused(refusal: Refusal): void {
    const { reason, detail, application, connection, address } = refusal;
    this.counters.refused(reason, application);
    this.#observer?.refused(refusal);
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
