import { userOfChannel } from "../../protocol/channel-name.ts";
import { parseObject } from "../../protocol/json-object.ts";
import type { Application } from "../applications/application.ts";
import type { Connection } from "../connections/connection.ts";
import type { Hub } from "../hub.ts";
import { namesOfFrame } from "./frame-names.ts";
import type { MonitorObserver } from "./monitor-observer.ts";

/** An event that was sent to the connection. */
export interface DeliveredEvent {
  readonly application: string;
  readonly event: string;
  readonly channel: string;
  /** The event's data: of an event of the application its data string, of a client event JSON text. Parses the frame. */
  data(): string;
}

/** Observes what one connection is sent: events of the application and of other clients, also those that came through other nodes. */
export class Deliveries implements MonitorObserver {
  readonly #id: string;
  readonly #hubById: (id: string) => Hub | undefined;
  readonly #take: (event: DeliveredEvent) => void;

  constructor(id: string, hubById: (id: string) => Hub | undefined, take: (event: DeliveredEvent) => void) {
    this.#id = id;
    this.#hubById = hubById;
    this.#take = take;
  }

  published({ id: application }: Application, receivers: number, frame: string, except?: Connection): void {
    if (receivers === 0 || except?.id === this.#id) return;
    const connection = this.#hubById(application)?.connections.find(this.#id);
    if (connection === undefined) return;
    const names = namesOfFrame(frame);
    if (names !== undefined && isOn(connection, names.channel)) {
      this.#take({ application, ...names, data: () => dataOf(frame) });
    }
  }

  /** Such as the last event of a cache channel, or what a connection is sent again. */
  sent({ id, application }: Connection, frame: string): void {
    const names = id === this.#id ? namesOfFrame(frame) : undefined;
    if (names !== undefined) this.#take({ application: application.id, ...names, data: () => dataOf(frame) });
  }

  connectionOpened(): void {}

  connectionClosed(): void {}

  received(): void {}

  apiEvent(): void {}

  clientEvent(): void {}

  answered(): void {}

  refused(): void {}
}

function dataOf(frame: string): string {
  const data = parseObject(frame)?.["data"];
  return typeof data === "string" ? data : JSON.stringify(data) ?? "";
}

function isOn({ subscriptions, userId, isOffUserChannel }: Connection, channel: string): boolean {
  const user = userOfChannel(channel);
  return user === undefined
    ? subscriptions?.get(channel)?.isConfirmed === true
    : user === userId && !isOffUserChannel;
}
