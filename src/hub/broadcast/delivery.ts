import type { Application } from "../applications/application.ts";
import type { Channel } from "../channels/channel.ts";
import type { Connection } from "../connections/connection.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { type ClientRefusal, REFUSALS } from "../../monitoring/refusal.ts";
import { errorFrame } from "../../protocol/encode-frame.ts";

/** The pub/sub of this node's sockets. A publish is one call of the runtime, never a loop over sockets. Implemented in runtime/. */
export interface TopicPublisher {
  /** Sends one frame to every subscriber of the topic. */
  publish(topic: string, frame: string): void;
  /** How many subscribers the topic has. */
  subscriberCount(topic: string): number;
}

/** Sends frames to the clients of one application on this node, and counts them. Frames come encoded. */
export class Delivery {
  readonly #publisher: TopicPublisher;
  readonly #application: Application;
  readonly #monitor: Monitor;

  constructor(publisher: TopicPublisher, application: Application, monitor: Monitor) {
    this.#publisher = publisher;
    this.#application = application;
    this.#monitor = monitor;
  }

  /** One frame to one client. */
  toConnection(connection: Connection, frame: string): void {
    this.#monitor.sent(connection, frame);
    connection.socket.send(frame);
  }

  /** One frame to the subscribers of a channel, except `except` when that is one of them. Returns how many there are. */
  toChannel(channel: Channel, frame: string, except?: Connection): number {
    if (except?.subscriptions?.get(channel.name)?.isConfirmed) {
      const receivers = channel.subscriptionCount - 1;
      this.#monitor.published(this.#application, "channel", receivers, frame, except);
      except.socket.publish(channel.publishTopic, frame);
      return receivers;
    }
    this.#monitor.published(this.#application, "channel", channel.subscriptionCount, frame);
    this.#publisher.publish(channel.publishTopic, frame);
    return channel.subscriptionCount;
  }

  /** One frame to the subscribers of a topic that is not a channel's, except `except` when that is one of them. Returns as `toChannel`. */
  toTopic(topic: string, frame: string, except?: Connection): number {
    const receivers = this.#publisher.subscriberCount(topic);
    this.#monitor.published(this.#application, "user", receivers, frame, except);
    if (except === undefined) this.#publisher.publish(topic, frame);
    else except.socket.publish(topic, frame);
    return receivers;
  }

  /**
   * Counts and logs a refusal, and sends its error to the client. Closes the connection where the refusal has a close code,
   * unless `closes` is false. `channel` is the name of the channel that it is about, if it is about one.
   */
  refuse(
    connection: Connection,
    reason: ClientRefusal,
    detail: string,
    { closes = true, channel }: { readonly closes?: boolean; readonly channel?: string } = {},
  ): void {
    const { id, application, address } = connection;
    this.#monitor.refused({ reason, detail, application: application.id, connection: id, address, channel });
    const row = REFUSALS[reason];
    this.toConnection(connection, errorFrame(row));
    if (closes && "close" in row) connection.close(row);
  }
}
