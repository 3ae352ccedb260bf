import type { MinuteCount } from "./message-counts.ts";

/** A place where Pulse takes counts in. */
export interface PulseStore {
  /** For people: `SQLite at /srv/app/database/database.sqlite`. Without secrets. */
  readonly place: string;
  /**
   * Writes counts, and says which of them are there now: all unless it takes fewer at a time. Rejects when nothing was written;
   * then the same counts come again later.
   */
  write(counts: readonly MinuteCount[]): Promise<readonly MinuteCount[]>;
  /** Ends its connections; the next write opens them again. */
  close(): Promise<void>;
}
