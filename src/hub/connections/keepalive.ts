/** The fields of a connection that the keepalive wheel works with. All belong to the wheel except `lastSeenAt`. */
export interface KeepaliveEntry {
  /** Seconds: it is pinged after five sixths of it in silence, and given up when the ping is not answered for the whole of it. */
  readonly pingInterval: number;
  /** Second of the last inbound frame. The receiver of frames writes it; the wheel reads it when the entry is due. */
  lastSeenAt: number;
  /** Second of the last ping; 0 before the first. */
  pingedAt: number;
  /** Its neighbours in the ring of its slot; `undefined` while it is in no slot. */
  next: KeepaliveEntry | undefined;
  previous: KeepaliveEntry | undefined;
}

/** Slots of the wheel, one for each second. An interval longer than that takes several turns. */
const SLOTS = 64;

/**
 * Seconds of silence after which a connection with this interval is pinged. Proxies end a connection that is silent for their own
 * time-out, 60 s for nginx, and Reverb's default interval is 60 s too: a ping after the whole of it would come too late.
 */
function silenceBeforePing(pingInterval: number): number {
  return Math.max(1, Math.floor(pingInterval * 5 / 6));
}

/**
 * Pings silent connections, and gives up those that stay silent: a timer wheel, so that any number of connections needs one
 * timer. An entry waits in the slot of its next possible deadline and is checked only then. So a frame costs one assignment to
 * `lastSeenAt`, and each connection is checked about once in a ping interval.
 */
export class Keepalive<Entry extends KeepaliveEntry> {
  readonly #slots: KeepaliveEntry[] = [];
  readonly #ping: (entry: Entry) => void;
  readonly #expire: (entry: Entry) => void;
  #now: number;

  /** `ping` is called for an entry that has been silent, `expire` for one that then was silent for its whole interval. */
  constructor(now: number, ping: (entry: Entry) => void, expire: (entry: Entry) => void) {
    this.#now = now;
    this.#ping = ping;
    this.#expire = expire;
    for (let slot = 0; slot < SLOTS; slot++) this.#slots.push(emptyRing());
  }

  /** The second that the wheel has reached. `lastSeenAt` is written in this time. */
  get now(): number {
    return this.#now;
  }

  add(entry: Entry): void {
    entry.lastSeenAt = this.#now;
    entry.pingedAt = 0;
    this.#insert(entry, this.#now + silenceBeforePing(entry.pingInterval));
  }

  /** Removes an entry. Does nothing when it is not in the wheel. */
  remove(entry: Entry): void {
    const { previous, next } = entry;
    if (previous === undefined || next === undefined) return;
    previous.next = next;
    next.previous = previous;
    entry.previous = entry.next = undefined;
  }

  /** Moves on to second `now` and checks every entry that is due, also those of the seconds that a busy or frozen process missed. */
  advance(now: number): void {
    // After a long pause one whole turn checks every entry; more turns would find nothing new.
    if (now - this.#now > SLOTS) this.#now = now - SLOTS;
    while (this.#now < now) {
      this.#now++;
      this.#turn(this.#slots[this.#now % SLOTS]!);
    }
  }

  #turn(ring: KeepaliveEntry): void {
    // The callbacks may close connections, which removes entries from any ring. So move this ring aside, and always take its first entry.
    const due = emptyRing();
    if (ring.next !== ring) {
      due.next = ring.next;
      due.previous = ring.previous;
      due.next!.previous = due;
      due.previous!.next = due;
      ring.next = ring.previous = ring;
    }
    while (due.next !== due) {
      const entry = due.next as Entry;
      this.remove(entry);
      this.#check(entry);
    }
  }

  #check(entry: Entry): void {
    const heardSincePing = entry.lastSeenAt >= entry.pingedAt;
    const deadline = heardSincePing
      ? entry.lastSeenAt + silenceBeforePing(entry.pingInterval)
      : entry.pingedAt + entry.pingInterval;
    if (this.#now < deadline) return this.#insert(entry, deadline);
    if (!heardSincePing) return this.#expire(entry);
    entry.pingedAt = this.#now;
    // One that answers at once is due for its next ping then, before the end of one that does not answer.
    this.#insert(entry, this.#now + silenceBeforePing(entry.pingInterval));
    this.#ping(entry);
  }

  #insert(entry: KeepaliveEntry, deadline: number): void {
    const at = Math.min(deadline, this.#now + SLOTS);
    const ring = this.#slots[at % SLOTS]!;
    const last = ring.previous!;
    entry.previous = last;
    entry.next = ring;
    last.next = entry;
    ring.previous = entry;
  }
}

function emptyRing(): KeepaliveEntry {
  const ring: KeepaliveEntry = {
    pingInterval: 0,
    lastSeenAt: 0,
    pingedAt: 0,
    next: undefined,
    previous: undefined,
  };
  ring.next = ring.previous = ring;
  return ring;
}
