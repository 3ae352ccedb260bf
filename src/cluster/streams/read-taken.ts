/** One event in a stream. */
export interface StreamEntry {
  /** Redis's name for it: the milliseconds at which it was appended, `-`, a number. */
  readonly id: string;
  /** The application's id. */
  readonly application: string;
  /** The parameters of the call's signature, as in the query of `POST /apps/{id}/events`. */
  readonly auth: string;
  /** The body of that call. */
  readonly body: string;
}

/** What Redis has answered to TAKE. */
export interface Taken {
  /** By Redis's clock, in milliseconds. */
  readonly now: number;
  /** Entries in the stream. */
  readonly length: number;
  /** The oldest ones. An entry that another program has written may lack fields: they are empty. */
  readonly entries: readonly StreamEntry[];
}

/** Reads the answer to TAKE; `undefined` where another reader owns the stream. */
export function readTaken(answer: unknown): Taken | undefined {
  if (!Array.isArray(answer) || answer[0] !== 1) return undefined;
  const [, now, length, entries] = answer as readonly unknown[];
  const list: readonly unknown[] = Array.isArray(entries) ? entries : [];
  return { now: Number(now), length: Number(length), entries: list.map(readEntry) };
}

function readEntry(entry: unknown): StreamEntry {
  const [id, list] = Array.isArray(entry) ? entry as readonly unknown[] : [];
  const texts = Array.isArray(list) ? list.map(String) : [];
  const field = (name: string): string => {
    for (let at = 0; at < texts.length; at += 2) if (texts[at] === name) return texts[at + 1] ?? "";
    return "";
  };
  return { id: String(id), application: field("app"), auth: field("auth"), body: field("body") };
}

/** Milliseconds since an entry was appended, by Redis's clock; never negative. */
export function ageOf({ id }: StreamEntry, now: number): number {
  return Math.max(0, now - Number.parseInt(id, 10));
}
