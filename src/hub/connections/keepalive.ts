/** What the keepalive wheel needs of a connection; the fields belong to the wheel, but for `lastSeenAt`. */
export interface KeepaliveEntry {
  /** Seconds of silence after which it is pinged, and after which, once pinged, it is given up. */
  readonly pingInterval: number;
  /** Second of the last inbound frame; written by whoever receives frames, and nothing else has to be told. */
  lastSeenAt: number;
  /** Second of the last ping; 0 before the first. */
  pingedAt: number;
  next: KeepaliveEntry | undefined;
  previous: KeepaliveEntry | undefined;
}

/** Slots of the wheel, one a second; longer intervals take several turns. */
const SLOTS = 64;

/**
 * Pings the silent and gives up those that stay silent, for any number of connections with one timer: a wheel of
 * one-second slots. An entry waits in the slot of its next possible deadline and is looked at only then, so that a frame
 * costs one assignment to `lastSeenAt` and each connection is touched about once per ping interval.
 */
export class Keepalive<Entry extends KeepaliveEntry> {
  readonly #slots: KeepaliveEntry[] = [];
  readonly #ping: (entry: Entry) => void;
  readonly #expire: (entry: Entry) => void;
  #now: number;

  /** `ping` is told of an entry silent for its interval, `expire` of one that stayed silent for as long again. */
  constructor(now: number, ping: (entry: Entry) => void, expire: (entry: Entry) => void) {
    this.#now = now;
    this.#ping = ping;
    this.#expire = expire;
    for (let slot = 0; slot < SLOTS; slot++) this.#slots.push(emptyRing());
  }

  /** The second that the wheel has reached; the time that `lastSeenAt` is written in. */
  get now(): number {
    return this.#now;
  }

  add(entry: Entry): void {
    entry.lastSeenAt = this.#now;
    entry.pingedAt = 0;
    this.#insert(entry, this.#now + entry.pingInterval);
  }

  /** Takes an entry out; harmless when it is not in. */
  remove(entry: Entry): void {
    const { previous, next } = entry;
    if (previous === undefined || next === undefined) return;
    previous.next = next;
    next.previous = previous;
    entry.previous = entry.next = undefined;
  }

  /** Moves on to second `now`, looking at every entry that is due. Seconds that were missed (a busy or frozen process) are made up. */
  advance(now: number): void {
    // After a long sleep one whole turn looks at everyone; more turns would find nothing new.
    if (now - this.#now > SLOTS) this.#now = now - SLOTS;
    while (this.#now < now) {
      this.#now++;
      this.#turn(this.#slots[this.#now % SLOTS]!);
    }
  }

  #turn(ring: KeepaliveEntry): void {
    // The callbacks may close connections, which takes entries out of any ring: detach this one first, then eat its head.
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
      this.#look(entry);
    }
  }

  #look(entry: Entry): void {
    const heardSincePing = entry.lastSeenAt >= entry.pingedAt;
    const deadline = (heardSincePing ? entry.lastSeenAt : entry.pingedAt) + entry.pingInterval;
    if (this.#now < deadline) return this.#insert(entry, deadline);
    if (!heardSincePing) return this.#expire(entry);
    entry.pingedAt = this.#now;
    this.#insert(entry, this.#now + entry.pingInterval);
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
