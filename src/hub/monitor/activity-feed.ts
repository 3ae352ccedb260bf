import type { ReceivedKind } from "../../monitoring/application-counters.ts";
import type { DisconnectReason } from "../../monitoring/disconnect-reason.ts";
import type { Refusal } from "../../monitoring/refusal.ts";
import type { ClientEventMessage } from "../../protocol/client-message.ts";
import type { Application } from "../applications/application.ts";
import type { Connection } from "../connections/connection.ts";
import type { MonitorObserver } from "./monitor-observer.ts";

/**
 * One thing that has happened to an application on this node. Frames are as they were on the wire, unparsed and with their secrets,
 * since most activities of a busy server are never shown. Code that shows one MUST redact it first.
 */
export type Activity =
  | { readonly kind: "connected"; readonly connection: string; readonly address: string }
  | {
    readonly kind: "disconnected";
    readonly connection: string;
    readonly code: number;
    readonly reason: DisconnectReason;
  }
  /** `frame` confirmed the subscription. */
  | { readonly kind: "subscribed"; readonly connection: string; readonly frame: string }
  /** The client sent `frame`. */
  | { readonly kind: "unsubscribed"; readonly connection: string; readonly frame: string }
  | {
    readonly kind: "client-event";
    readonly connection: string;
    readonly message: ClientEventMessage;
    readonly receivers: number;
  }
  | { readonly kind: "signed-in"; readonly connection: string; readonly user: string | undefined }
  /** `data` is the event's data string as JSON text. */
  | {
    readonly kind: "api-event";
    readonly channel: string;
    readonly event: string;
    readonly data: string;
    readonly receivers: number;
    /** The connection that the caller had left out (`toOthers()`), if it named one. */
    readonly except?: string | undefined;
  }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Takes every activity of one application, or of all; then `applicationId` says of which, and is `undefined` for what belongs to none.
 * It runs on the hot path: MUST return at once and MUST NOT throw.
 */
export type ActivityListener = (activity: Activity, applicationId: string | undefined) => void;

/** Listens to all applications. */
export const ALL_APPLICATIONS = Symbol("all applications");

/** What the feed needs of the monitor. */
export interface ObservedMonitor {
  observe(observer: MonitorObserver): () => void;
}

/** Beginnings of the frames that confirm a subscription and a sign-in. */
const SUBSCRIBED = '{"event":"pusher_internal:subscription_succeeded"';
const SIGNED_IN = '{"event":"pusher:signin_success"';

/**
 * Hands the activities of each application to its listeners, and to no other application's; and all activities to the listeners of
 * {@link ALL_APPLICATIONS}. The feed observes the monitor only while it has a listener.
 */
export class ActivityFeed implements MonitorObserver {
  readonly #monitor: ObservedMonitor;
  readonly #listeners = new Map<string | typeof ALL_APPLICATIONS, Set<ActivityListener>>();
  #stopObserving: (() => void) | undefined;

  constructor(monitor: ObservedMonitor) {
    this.#monitor = monitor;
  }

  /** Hands an application's activities to the listener from now on, until the returned function is called. */
  listen(whose: string | typeof ALL_APPLICATIONS, listener: ActivityListener): () => void {
    const listeners = this.#listeners.get(whose) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(whose, listeners);
    this.#stopObserving ??= this.#monitor.observe(this);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(whose);
      if (this.#listeners.size > 0) return;
      this.#stopObserving?.();
      this.#stopObserving = undefined;
    };
  }

  connectionOpened({ id, application, address }: Connection): void {
    this.#handOut(application.id, { kind: "connected", connection: id, address });
  }

  connectionClosed({ id, application }: Connection, code: number, reason: DisconnectReason): void {
    this.#handOut(application.id, { kind: "disconnected", connection: id, code, reason });
  }

  received({ id, application }: Connection, frame: string, kind: ReceivedKind): void {
    if (kind === "unsubscribe") {
      this.#handOut(application.id, { kind: "unsubscribed", connection: id, frame });
    }
  }

  sent({ id, application, userId }: Connection, frame: string): void {
    if (frame.startsWith(SUBSCRIBED)) {
      this.#handOut(application.id, { kind: "subscribed", connection: id, frame });
    } else if (frame.startsWith(SIGNED_IN)) {
      this.#handOut(application.id, { kind: "signed-in", connection: id, user: userId });
    }
  }

  apiEvent(
    application: Application,
    channel: string,
    event: string,
    data: string,
    receivers: number,
    except: string | undefined,
  ): void {
    this.#handOut(application.id, { kind: "api-event", channel, event, data, receivers, except });
  }

  clientEvent({ id, application }: Connection, message: ClientEventMessage, receivers: number): void {
    this.#handOut(application.id, { kind: "client-event", connection: id, message, receivers });
  }

  refused(refusal: Refusal): void {
    this.#handOut(refusal.application, { kind: "refused", refusal });
  }

  /** Ignored: an event is shown when it comes in, not once more when it goes out. */
  published(): void {}

  answered(): void {}

  #handOut(applicationId: string | undefined, activity: Activity): void {
    const listeners = applicationId === undefined ? undefined : this.#listeners.get(applicationId);
    for (const listener of listeners ?? NONE) listener(activity, applicationId);
    for (const listener of this.#listeners.get(ALL_APPLICATIONS) ?? NONE) listener(activity, applicationId);
  }
}

const NONE: readonly ActivityListener[] = [];
