/** One clock for everything that is numbered: each event in a log and each ping takes the next number. */
export class Numbers {
  #last = 0;

  /** The number that was given last. */
  get last(): number {
    return this.#last;
  }

  next(): number {
    return ++this.#last;
  }

  /** Goes on behind a number that an earlier process has given. */
  goOnBehind(number: number): void {
    this.#last = Math.max(this.#last, number);
  }
}

/** A channel of a connection whose position is not simply what the connection has acknowledged. */
interface OwnPosition {
  /** Everything up to it has arrived, or was published before the subscription. */
  position: number;
  /** It counts until this number is acknowledged; Infinity while events are sent again. */
  until: number;
  /** While events are sent again: numbers of pings, each with what was sent before it. */
  sent: { readonly number: number; readonly position: number }[] | undefined;
}

/** Pings that may be unanswered at once while events are sent again; the marks of older ones are given up. */
const MAX_MARKS = 64;

/**
 * What has arrived at one client, for each of its channels. It is one number: that of the last ping that the client has answered. Every
 * ping and every published event takes the next number of one clock; a pong therefore acknowledges each event with a smaller number than
 * its ping. Only channels that were subscribed lately, or are being sent what was missed, have a position of their own.
 */
export class Positions {
  /** Number of the last ping that was answered; -1 before the first answer. */
  acknowledged = -1;
  /** Number of the last ping that was sent; -1 before the first. */
  asked = -1;
  #own: Map<string, OwnPosition> | undefined;

  /** Whether the client has ever answered: one that never does cannot be sent again what it has missed. */
  get hasAnswered(): boolean {
    return this.acknowledged >= 0;
  }

  /** Whether a ping is under way. */
  get isAsked(): boolean {
    return this.asked > this.acknowledged;
  }

  /** Whether something was sent that no ping has asked for yet, apart from live events. */
  get isUnasked(): boolean {
    if (this.#own === undefined) return false;
    for (const { until } of this.#own.values()) if (until > this.asked && until !== Infinity) return true;
    return false;
  }

  /** The client receives the channel's live events from now on; `now` is the clock. Until it has answered, `position` counts. */
  begin(channel: string, now: number, position = now): void {
    (this.#own ??= new Map()).set(channel, { position, until: now + 1, sent: undefined });
  }

  /** The client is going to be sent what it has missed behind a position. */
  beginAgain(channel: string, position: number): void {
    (this.#own ??= new Map()).set(channel, { position, until: Infinity, sent: [] });
  }

  /** A ping with this number follows the events of the channel up to a position, which were sent again. */
  sentAgain(channel: string, number: number, position: number): void {
    const sent = this.#own?.get(channel)?.sent;
    if (sent === undefined) return;
    sent.push({ number, position });
    if (sent.length > MAX_MARKS) sent.splice(1, 1);
  }

  /** All is sent: the channel's live events follow, and a ping with this number or a larger one acknowledges all of it. */
  live(channel: string, number: number): void {
    const own = this.#own?.get(channel);
    if (own !== undefined) own.until = number;
  }

  /** The subscription has ended. */
  end(channel: string): void {
    this.#own?.delete(channel);
    if (this.#own?.size === 0) this.#own = undefined;
  }

  /** The client has answered a ping. False for an answer to none, or to one that a later answer has covered. */
  answered(number: number): boolean {
    if (!Number.isSafeInteger(number) || number <= this.acknowledged || number > this.asked) return false;
    this.acknowledged = number;
    if (this.#own === undefined) return true;
    for (const [channel, own] of this.#own) {
      if (number >= own.until) {
        this.end(channel);
        continue;
      }
      while (own.sent !== undefined && own.sent.length > 0 && own.sent[0]!.number <= number) {
        own.position = own.sent.shift()!.position;
      }
    }
    return true;
  }

  /** Whether the channel has a position of its own: something was sent there that is not acknowledged yet. */
  hasOwn(channel: string): boolean {
    return this.#own?.has(channel) === true;
  }

  /** Everything of the channel up to this position needs not be sent again. */
  of(channel: string): number {
    return this.#own?.get(channel)?.position ?? this.acknowledged;
  }
}
