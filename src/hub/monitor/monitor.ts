import type { Application } from "../applications/application.ts";
import type { Connection } from "../connections/connection.ts";
import type { ReceivedKind, SentKind } from "../../monitoring/application-counters.ts";
import { Counters } from "../../monitoring/counters.ts";
import type { DisconnectReason } from "../../monitoring/disconnect-reason.ts";
import { type GapReason, GAPS } from "../../monitoring/gap.ts";
import type { Log } from "../../monitoring/log.ts";
import { type AnsweredCall, type MonitorObserver, Observers } from "./monitor-observer.ts";
import type { Refusal, RefusalReason } from "../../monitoring/refusal.ts";
import type { ClientEventMessage } from "../../protocol/client-message.ts";

/** Within {@link WINDOW_SECONDS} this many refusals of one reason are logged one by one; of the rest the number is logged. */
const LOGGED_ONE_BY_ONE = 10;

const WINDOW_SECONDS = 10;

/** Characters of a refusal's detail that are logged, since some details quote text of a client. */
const LOGGED_CHARACTERS = 1000;

/** A channel of which a client has missed something that it cannot be sent any more. */
export interface Gap {
  readonly reason: GapReason;
  readonly channel: string;
  /** The `socket_id`; `undefined` for all on the channel. */
  readonly connection?: string;
}

/**
 * Hears of all that happens: counts it, logs refusals with their reason, and passes it on to observers (`--debug`, the dashboard's
 * console). Each call returns at once and never throws. Without observers a message costs a few additions.
 */
export class Monitor {
  readonly counters = new Counters();
  readonly log: Log;
  readonly #observers = new Set<MonitorObserver>();
  /** All observers as one; `undefined` while there are none. */
  #observer: MonitorObserver | undefined;
  /** Refusals of the running window, by reason. */
  readonly #recent = new Map<RefusalReason, number>();
  /** Gaps of the running window, by reason. */
  readonly #recentGaps = new Map<GapReason, number>();
  #windowAge = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** Attaches an observer. The function that is returned detaches it. */
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

  /** A text frame of a client, decoded as `kind`. */
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

  /** A frame to the subscribers of a topic, without `except`; `receivers` is their number on this node. */
  published(
    application: Application,
    kind: SentKind,
    receivers: number,
    frame: string,
    except?: Connection,
  ): void {
    this.counters.messagesSent += receivers;
    const { counters } = application;
    counters.publishes++;
    if (receivers > 0) {
      const sent = counters.sent[kind];
      sent.messages += receivers;
      sent.bytes += receivers * Buffer.byteLength(frame);
    }
    this.#observer?.published(application, receivers, frame, except);
  }

  /** As {@link MonitorObserver.apiEvent}. */
  apiEvent(
    application: Application,
    channel: string,
    event: string,
    data: string,
    receivers: number,
    except: string | undefined,
  ): void {
    this.counters.eventsPublished++;
    application.counters.apiEvents++;
    this.#observer?.apiEvent(application, channel, event, data, receivers, except);
  }

  /** As {@link MonitorObserver.clientEvent}. */
  clientEvent(connection: Connection, message: ClientEventMessage, receivers: number): void {
    this.counters.clientEvents++;
    connection.application.counters.clientEvents++;
    this.#observer?.clientEvent(connection, message, receivers);
  }

  /** A call to the HTTP API that was answered. */
  answered(call: AnsweredCall): void {
    this.#observer?.answered(call);
  }

  /** Whether the next refusal for this reason is logged one by one or shown to an observer; else its detail is not used. */
  showsRefusal(reason: RefusalReason): boolean {
    return this.#observer !== undefined || (this.#recent.get(reason) ?? 0) < LOGGED_ONE_BY_ONE;
  }

  /** Counts a refusal and logs it. Of many refusals of one reason only the first ones are logged one by one. */
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

  /** A client cannot be sent all that it has missed: counts it, and logs the first ones of each reason. */
  gap(application: Application, { reason, channel, connection }: Gap): void {
    const { recovery } = application.counters;
    if (recovery !== undefined) recovery.gaps[reason]++;
    const recent = (this.#recentGaps.get(reason) ?? 0) + 1;
    this.#recentGaps.set(reason, recent);
    if (recent > LOGGED_ONE_BY_ONE) return;
    const message = `A client has missed events of ${JSON.stringify(channel.slice(0, 200))}: ${GAPS[reason]}`;
    this.log.warning("recovery_gap", message, { reason, application: application.id, channel, connection });
  }

  /** An unexpected error, which is a defect of the server: logs it with its trace. */
  fault(fault: unknown): void {
    const text = fault instanceof Error ? fault.stack || String(fault) : String(fault);
    this.log.error("fault", `A fault of the server itself, please report it: ${text}`);
  }

  /** Called once a second; ends the window when it is over. */
  tick(): void {
    if (++this.#windowAge < WINDOW_SECONDS) return;
    this.flush();
  }

  /** Ends the running window: logs the numbers of refusals that were not logged one by one. */
  flush(): void {
    this.#windowAge = 0;
    for (const [reason, count] of this.#recent) {
      const more = count - LOGGED_ONE_BY_ONE;
      if (more > 0) {
        this.log.warning("refused_more", `Refused ${more} more within ${WINDOW_SECONDS} seconds`, { reason });
      }
    }
    this.#recent.clear();
    for (const [reason, count] of this.#recentGaps) {
      const more = count - LOGGED_ONE_BY_ONE;
      if (more <= 0) continue;
      const message = `${more} more clients have missed events within ${WINDOW_SECONDS} seconds`;
      this.log.warning("recovery_gaps_more", message, { reason });
    }
    this.#recentGaps.clear();
  }
}
