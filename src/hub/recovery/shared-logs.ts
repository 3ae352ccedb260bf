import { compareIds, type EventLogging, type KeptEvent } from "../cluster/cluster-log.ts";
import { channelTopic, userTopic } from "../channels/topic.ts";
import { gapFrame } from "../../protocol/encode-frame.ts";
import { userOfChannel } from "../../protocol/channel-name.ts";
import type { LogBook } from "./log-book.ts";
import type { RecoveredChannel } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { SharedPlaces } from "./shared-places.ts";

/** What a client is sent again that was on another node: first these, then what this node's log has behind `position`. */
export interface EarlierEvents {
  readonly events: readonly KeptEvent[];
  readonly position: number;
}

/** Milliseconds between two looks whether this node follows a channel. */
const LOOK_AGAIN = 10;
/** Milliseconds that a client waits for the shared log. */
const PATIENCE = 1000;

/** The logs that all nodes share, as far as this node's channels need them. Without such logs nothing happens here. */
export class SharedLogs {
  readonly #hub: RecoveredHub;
  readonly #logs: LogBook;
  readonly #services: RecoveryServices;
  /** Bytes that may be written now, and when that was (milliseconds). */
  #room = 0;
  #roomAt = -Infinity;

  constructor(hub: RecoveredHub, logs: LogBook, services: RecoveryServices) {
    this.#hub = hub;
    this.#logs = logs;
    this.#services = services;
  }

  /** A channel that this node listens to has clients that may come back. */
  follow(channel: RecoveredChannel): void {
    const { log } = this.#hub.cluster;
    if (log === undefined) return;
    channel.places ??= new SharedPlaces(channel.retention.events);
    if (!log.follow(this.topicOf(channel.name), channel.retention)) this.#logs.beginAgain(channel);
  }

  /** The channel's log on this node has ended. */
  ended(channel: RecoveredChannel): void {
    if (channel.places !== undefined) this.#hub.cluster.log?.unfollow(this.topicOf(channel.name));
    channel.places = undefined;
  }

  /** How an event of the channel is logged for all nodes; `undefined` where it is not. `position` is 0 where this node has no log of it. */
  logging(channel: string, position: number, frame: string): EventLogging | undefined {
    if (this.#hub.cluster.log === undefined) return undefined;
    const known = this.#logs.find(channel), { rules } = this.#logs;
    const retention = known?.retention ?? rules.retentionOf(channel);
    if (retention === undefined) return undefined;
    if (position > 0) known?.places?.published(position);
    const { seconds } = retention, events = this.#takeRoom(2 * frame.length) ? retention.events : 0;
    return { events, seconds, position, begins: rules.keeps(channel) };
  }

  /** As `LogReceiver.followed`. */
  followed(channel: string, id: string | undefined): void {
    const logged = this.#logs.find(channel);
    if (id === undefined) logged?.places?.end();
    else logged?.places?.begin(id, logged.log.head);
  }

  /** As `LogReceiver.logged`. */
  placed(channel: string, id: string, position: number): void {
    this.#logs.find(channel)?.places?.append(id, position);
  }

  /** As `LogReceiver.missed`: it is told to all clients on the channel. */
  missed(channel: string): void {
    const { application, monitor, delivery } = this.#hub;
    if (this.#logs.find(channel) === undefined) return;
    monitor.gap(application, { reason: "trimmed", channel });
    const frame = gapFrame(channel, "trimmed"), known = this.#hub.channels.find(channel);
    if (known !== undefined) delivery.toChannel(known, frame);
    else delivery.toTopic(this.topicOf(channel), frame, undefined);
  }

  /** What a client has missed behind an id; `undefined` where it cannot be proved that it is all. Takes a second at most. */
  async earlier(channel: RecoveredChannel, id: string): Promise<EarlierEvents | undefined> {
    const until = this.#services.now() + PATIENCE;
    while (channel.places?.head === undefined) {
      if (this.#services.now() >= until || this.#hub.cluster.log === undefined) return undefined;
      await new Promise<void>((resolve) => this.#services.after(LOOK_AGAIN, resolve));
    }
    const page = await this.#hub.cluster.log?.read(this.topicOf(channel.name), id);
    const { places, log } = channel, here = places?.head;
    if (page === undefined || here === undefined) return undefined;
    // What is newer than both comes, or has come, by the channel.
    const last = compareIds(page.head, here) < 0 ? page.head : here;
    const position = places?.positionOf(compareIds(last, id) < 0 ? id : last, log.head);
    if (position === undefined) return undefined;
    return { events: page.events.filter((event) => compareIds(event.id, last) <= 0), position };
  }

  topicOf(channel: string): string {
    const { id } = this.#hub.application, userId = userOfChannel(channel);
    return userId === undefined ? channelTopic(id, channel) : userTopic(id, userId);
  }

  /** Half of `max_bytes` at once, and the other half within `seconds`: so no time of `seconds` has more than `max_bytes`. */
  #takeRoom(bytes: number): boolean {
    const { maxBytes, seconds } = this.#hub.application.settings.recovery, now = this.#services.now();
    const grown = this.#room + (now - this.#roomAt) / 1000 * maxBytes / 2 / seconds;
    this.#roomAt = now;
    this.#room = Math.min(maxBytes / 2, grown) - bytes;
    if (this.#room >= 0) return true;
    this.#room += bytes;
    return false;
  }
}
