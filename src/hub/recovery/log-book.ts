import type { RecoveryConfig } from "../../config/config.ts";
import { ChannelLog, type LogEntry, type Retention } from "./channel-log.ts";
import { EntryBounds } from "./entry-bounds.ts";
import { LoggedChannel } from "./logged-channel.ts";
import type { RecoverableConnection, RecoveredChannel } from "./recoverable-connection.ts";
import { RetentionRules } from "./retention-rules.ts";

/** Bytes that a log without entries takes, about, besides its name. */
const LOG_BYTES = 500;

/** Channels that one tick looks at, of those without subscribers. */
const SWEPT = 10_000;

/** The logs of one application's channels, all of them within the bounds of its settings. */
export class LogBook {
  readonly #channels = new Map<string, RecoveredChannel>();
  readonly #entries = new EntryBounds();
  /** Channels that may not be needed any more. */
  readonly #idle = new Set<RecoveredChannel>();
  readonly #nextNumber: () => number;
  #rules: RetentionRules;
  #maxBytes = 0;
  #logBytes = 0;
  readonly #ended: (channel: RecoveredChannel) => void;

  /** `nextNumber` is the clock of events and pings; `ended` hears of logs that are no longer needed. */
  constructor(
    settings: RecoveryConfig,
    nextNumber: () => number,
    ended: (channel: RecoveredChannel) => void = () => {},
  ) {
    this.#ended = ended;
    this.#nextNumber = nextNumber;
    this.#rules = new RetentionRules(settings);
    this.#maxBytes = settings.maxBytes;
  }

  get rules(): RetentionRules {
    return this.#rules;
  }

  /** Bytes of all logs. */
  get bytes(): number {
    return this.#entries.bytes + this.#logBytes;
  }

  get size(): number {
    return this.#channels.size;
  }

  find(name: string): RecoveredChannel | undefined {
    return this.#channels.get(name);
  }

  /** The log of a channel, which begins now where there was none; `undefined` where the settings do not name the channel, or there are so many that their entries would have no room. */
  open(name: string): RecoveredChannel | undefined {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const retention = this.#rules.retentionOf(name);
    if (retention === undefined || 2 * this.#logBytes > this.#maxBytes) return undefined;
    return this.#add(name, new ChannelLog(this.#nextNumber()), retention);
  }

  #add(name: string, log: ChannelLog, retention: Retention): RecoveredChannel {
    const channel = new LoggedChannel<RecoverableConnection>(name, log, retention, this.#rules.keeps(name));
    this.#channels.set(name, channel);
    this.#logBytes += LOG_BYTES + 2 * name.length;
    return channel;
  }

  /** The logs that have events or are waited for. */
  *channels(): IterableIterator<RecoveredChannel> {
    yield* this.#channels.values();
  }

  /** A log that an earlier process has begun: it goes back to behind `lost`. `undefined` where there is one already, or none can be. */
  restore(name: string, lost: number): RecoveredChannel | undefined {
    if (this.#channels.has(name)) return undefined;
    const retention = this.#rules.retentionOf(name);
    return retention === undefined ? undefined : this.#add(name, new ChannelLog(lost), retention);
  }

  /** Adds an entry of a log that was restored. The entries of all logs MUST come in the order of their positions. */
  restoreEntry(channel: RecoveredChannel, entry: LogEntry): void {
    this.#entries.append(channel.log, entry, channel.retention);
    if (this.bytes > this.#maxBytes) this.#entries.shrinkTo(Math.max(0, this.#maxBytes - this.#logBytes));
  }

  /** The log that an event of the channel goes to; `undefined` where nothing needs it. */
  forEvent(name: string): RecoveredChannel | undefined {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    if (!this.#rules.keeps(name)) return undefined;
    const channel = this.open(name);
    if (channel !== undefined) this.#idle.add(channel);
    return channel;
  }

  /** Adds an entry, and returns its position. `otherBytes` are what else the application's recovery takes; `at` in milliseconds. */
  append(
    channel: RecoveredChannel,
    frame: string,
    except: string | undefined,
    at: number,
    isPassing: boolean,
    otherBytes: number,
  ): number {
    const entry = { position: this.#nextNumber(), frame, except, at, isPassing };
    this.#entries.append(channel.log, entry, channel.retention);
    const room = this.#maxBytes - this.#logBytes - otherBytes;
    if (this.#entries.bytes > room) this.#entries.shrinkTo(Math.max(0, room));
    return entry.position;
  }

  /** Events of the channel may have been missed: its log begins anew. */
  beginAgain(channel: RecoveredChannel): void {
    this.#entries.drop(channel.log);
    channel.log.beginAgain(this.#nextNumber());
  }

  /** The channel has lost its last client that can come back. */
  left(channel: RecoveredChannel): void {
    if (channel.clients === 0) this.#idle.add(channel);
  }

  /** Drops what is too old, and logs that nothing needs any more. */
  expire(now: number): void {
    this.#entries.expire(now);
    let looks = Math.min(SWEPT, this.#idle.size);
    for (const channel of this.#idle) {
      if (looks-- === 0) return;
      this.#idle.delete(channel);
      if (channel.clients > 0) continue;
      if (channel.isUnneeded(now)) this.#drop(channel);
      // Behind all others, so that the next tick begins with those that this one has not looked at.
      else this.#idle.add(channel);
    }
  }

  /** Takes over other settings. Logs of channels that they do not name end. */
  reconfigure(settings: RecoveryConfig): void {
    this.#rules = new RetentionRules(settings);
    this.#maxBytes = settings.maxBytes;
    for (const channel of [...this.#channels.values()]) {
      const retention = this.#rules.retentionOf(channel.name);
      if (retention === undefined) this.#drop(channel);
      else {
        channel.retention = retention;
        channel.isKept = this.#rules.keeps(channel.name);
        if (channel.clients === 0) this.#idle.add(channel);
      }
    }
    this.#entries.shrinkTo(Math.max(0, this.#maxBytes - this.#logBytes));
  }

  #drop(channel: RecoveredChannel): void {
    this.#idle.delete(channel);
    if (!this.#channels.delete(channel.name)) return;
    this.#entries.drop(channel.log);
    this.#ended(channel);
    this.#logBytes -= LOG_BYTES + 2 * channel.name.length;
  }
}
