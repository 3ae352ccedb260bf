import {
  compareIds,
  type EventLogging,
  type KeptPage,
  type KeptRange,
  type RangeWish,
} from "../cluster/cluster-log.ts";
import { Latch } from "../channels/latch.ts";
import { channelTopic, userTopic } from "../channels/topic.ts";
import { gapFrame } from "../../protocol/encode-frame.ts";
import { userOfChannel } from "../../protocol/channel-name.ts";
import type { Retention } from "./channel-log.ts";
import type { EarlierEvents, LastEvents } from "./earlier-events.ts";
import type { LogBook } from "./log-book.ts";
import type { RecoveredChannel } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { SharedPlaces } from "./shared-places.ts";
import { WriteRoom } from "./write-room.ts";

/** Bytes that an event takes in Redis besides its frame, about, and the share of `max_bytes` that events may take within `seconds`. */
const ENTRY_BYTES = 80, EVENT_SHARE = 1 / 2;
/** Bytes that a log without events takes there besides the channel's name, and the share of `max_bytes` of those that were left. */
const STREAM_BYTES = 450, LEFT_SHARE = 1 / 4;
/** Milliseconds for which no client waits for it after one has waited in vain. */
const GIVEN_UP = 5000;

/** The logs that all nodes share, as far as this node's channels need them. Without such logs nothing happens here. */
export class SharedLogs {
  readonly #hub: RecoveredHub;
  readonly #logs: LogBook;
  readonly #services: RecoveryServices;
  /** For events, and for empty logs of channels that clients have come to and left. */
  readonly #room: WriteRoom;
  readonly #left: WriteRoom;

  constructor(hub: RecoveredHub, logs: LogBook, services: RecoveryServices) {
    this.#room = new WriteRoom(services.now);
    this.#left = new WriteRoom(services.now);
    this.#hub = hub;
    this.#logs = logs;
    this.#services = services;
  }

  /** Whether nodes share logs. */
  get isShared(): boolean {
    return this.#hub.cluster.log !== undefined;
  }

  /** As `Cluster.patience`. */
  get patience(): number {
    return this.#hub.cluster.patience;
  }

  /** Whether they do, and this node can reach them. */
  get isUp(): boolean {
    return this.#hub.cluster.log?.isUp === true;
  }

  /** A channel that this node listens to has clients that may come back. */
  follow(channel: RecoveredChannel): void {
    const { log } = this.#hub.cluster;
    if (log === undefined) return;
    if (channel.places === undefined) {
      // A client that comes back to another node hears of a gap then.
      if (!this.#left.take(0, ...this.#leftBound(channel))) return;
      channel.places = new SharedPlaces(channel.retention.events);
    }
    if (!log.follow(this.topicOf(channel.name), channel.retention)) this.#logs.beginAgain(channel);
  }

  /** The channel's log on this node has ended. */
  ended(channel: RecoveredChannel): void {
    if (channel.places === undefined) return;
    channel.places = undefined;
    this.#hub.cluster.log?.unfollow(this.topicOf(channel.name));
    this.#left.spend(STREAM_BYTES + channel.name.length, ...this.#leftBound(channel));
  }

  /** Bytes of logs that no client here needs any more, and seconds for which they stay. */
  #leftBound({ retention }: RecoveredChannel): readonly [most: number, seconds: number] {
    return [this.#hub.application.settings.recovery.maxBytes * LEFT_SHARE, 2 * retention.seconds];
  }

  /** How an event of the channel is logged for all nodes; `undefined` where it is not. `position` is 0 where this node has no log of it. */
  logging(channel: string, position: number, frame: string): EventLogging | undefined {
    if (this.#hub.cluster.log === undefined) return undefined;
    const known = this.#logs.find(channel), { rules } = this.#logs;
    const retention = known?.retention ?? rules.retentionOf(channel);
    if (retention === undefined) return undefined;
    if (position > 0) known?.places?.published(position);
    const { seconds } = retention, { recovery } = this.#hub.application.settings;
    const bytes = Buffer.byteLength(frame) + ENTRY_BYTES;
    const hasRoom = this.#room.take(bytes, recovery.maxBytes * EVENT_SHARE, recovery.seconds);
    const events = hasRoom ? retention.events : 0;
    return { events, seconds, position, begins: rules.keeps(channel) };
  }

  /** As `LogReceiver.followed`. */
  followed(channel: string, id: string | undefined): void {
    const logged = this.#logs.find(channel);
    if (id === undefined) logged?.places?.end();
    else logged?.places?.begin(id, logged.log.head, this.#services.now());
  }

  /** As `LogReceiver.logged`. */
  placed(channel: string, id: string, position: number): void {
    this.#logs.find(channel)?.places?.append(id, position);
  }

  /** As `LogReceiver.missed`: it is told to all clients on the channel. */
  missed(channel: string): void {
    const { application, monitor, delivery } = this.#hub, logged = this.#logs.find(channel);
    if (logged === undefined) return;
    // A client that is away now hears of it when it comes back.
    this.#logs.beginAgain(logged);
    monitor.gap(application, { reason: "trimmed", channel });
    const frame = gapFrame(channel, "trimmed"), known = this.#hub.channels.find(channel);
    if (known !== undefined) delivery.toChannel(known, frame);
    else delivery.toTopic(this.topicOf(channel), frame, undefined);
  }

  /**
   * Opens when this node has all events of a channel that there are until now, or too much time has passed; `undefined` where it has, or
   * nothing is to be waited for. So a subscription has a place in the log from its start, and is sent nothing that was before it. A
   * channel that was waited for in vain is not waited for again for a while.
   */
  whenFollowed(channel: RecoveredChannel): Latch | undefined {
    const { places } = channel, { after, now } = this.#services, { log, patience } = this.#hub.cluster;
    if (places === undefined || log?.isUp !== true || now() < places.givenUpUntil) return undefined;
    const topic = this.topicOf(channel.name);
    if (log.isCurrent(topic)) return undefined;
    if (places.awaited?.isOpen === false) return places.awaited;
    const latch = places.awaited = new Latch();
    log.whenCurrent(topic, () => latch.open());
    after(patience, () => {
      if (!latch.isOpen) places.givenUpUntil = now() + GIVEN_UP;
      latch.open();
    });
    return latch;
  }

  /** What a client has missed behind an id; `undefined` where it cannot be proved that it is all. Takes a second or two at most. */
  async earlier(channel: RecoveredChannel, id: string): Promise<EarlierEvents | undefined> {
    const followed = this.whenFollowed(channel);
    if (followed !== undefined) await new Promise<void>((resolve) => followed.whenOpen(resolve));
    const page = await this.#hub.cluster.log?.read(this.topicOf(channel.name), id);
    return page === undefined ? undefined : this.#join(channel, page, id);
  }

  /** The last events of a channel, behind an id where there is one; `undefined` where they cannot be read. Takes a second at most. */
  async last(
    channel: RecoveredChannel,
    within: Retention,
    since: string | undefined,
  ): Promise<LastEvents | undefined> {
    const { log } = this.#hub.cluster, { events: limit } = within, { seconds } = channel.retention;
    if (log?.isUp !== true) return undefined;
    const range = await log.readRange(
      this.topicOf(channel.name),
      { within, since: undefined, limit },
      seconds,
    );
    if (range?.isComplete !== true) return undefined;
    const begin = since === undefined || compareIds(since, range.begin) < 0 ? range.begin : since;
    const events = range.events.filter(({ id }) => compareIds(id, begin) > 0);
    const joined = this.#join(channel, { events, head: range.head }, begin);
    return joined === undefined ? undefined : { ...joined, begin };
  }

  /** A part of a channel's log, for the API; `undefined` where it cannot be read. Takes a second at most. */
  async range(channel: string, wish: RangeWish): Promise<KeptRange | undefined> {
    const retention = this.#logs.rules.retentionOf(channel) ?? wish.within;
    return await this.#hub.cluster.log?.readRange(this.topicOf(channel), wish, retention.seconds);
  }

  /** Where events of the shared log, all of those behind an id, end and this node's own log goes on. */
  #join({ places, log }: RecoveredChannel, page: KeptPage, id: string): EarlierEvents | undefined {
    const here = places?.head;
    if (here === undefined) return undefined;
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
}
