/** An entry of a stream: its id and its fields. */
export interface StreamEntry {
  readonly id: StreamId;
  readonly fields: readonly string[];
}

/** Milliseconds and a number within them. */
export type StreamId = readonly [ms: number, number: number];

/** A stream. It remembers the last id that it has given, also when it is empty. */
export class Stream {
  entries: StreamEntry[] = [];
  last: StreamId = [0, 0];

  copy(): Stream {
    const copy = new Stream();
    copy.entries = [...this.entries];
    copy.last = this.last;
    return copy;
  }

  /** Adds an entry with the next id and keeps so many of the newest. */
  add(now: number, most: number | undefined, fields: readonly string[]): StreamId {
    const [ms, number] = this.last;
    this.last = now > ms ? [now, 0] : [ms, number + 1];
    this.entries.push({ id: this.last, fields });
    if (most !== undefined) this.entries.splice(0, Math.max(this.entries.length - most, 0));
    return this.last;
  }
}

/** An id as it is written. */
export function textOfId([ms, number]: StreamId): string {
  return `${ms}-${number}`;
}

/** Reads an id; without a number it is the first, or the last, of its millisecond. */
export function readId(text: string, otherwise: number): StreamId {
  if (text === "-") return [0, 0];
  if (text === "+") return [Infinity, Infinity];
  const [ms, number] = text.split("-");
  return [Number(ms), number === undefined ? otherwise : Number(number)];
}

/** Negative, 0 or positive. */
export function compareIds([ms, number]: StreamId, [otherMs, otherNumber]: StreamId): number {
  return ms === otherMs ? number - otherNumber : ms - otherMs;
}
