import type { Activity } from "../../hub/monitor/activity-feed.ts";
import { subscriptionsElsewhere } from "../../hub/monitor/subscriptions-elsewhere.ts";
import type { Hub } from "../../hub/hub.ts";
import type { Entry, EntryBatch } from "../wire.ts";
import { type EntryPlace, KeptActivity, sizeOfEntry } from "./kept-activity.ts";
import { boundsOf, KEPT_ACTIVITIES, KEPT_REFUSALS, RecentActivities } from "./recent-activities.ts";

/** Characters of text in one message at most; beyond that the oldest entries are dropped. */
export const BATCH_CHARACTERS = 400_000;
/** The same for what was kept. */
export const HISTORY_CHARACTERS = 300_000;

/** What a console works with. */
export interface ConsoleParts {
  readonly hub: Hub;
  /** How many applications there are, which share the memory. */
  readonly applications: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly place: () => EntryPlace;
  /** Whether a page of the application is open somewhere. */
  readonly isWatched: () => boolean;
  /** Takes what is new for the open pages. */
  readonly deliver: (batch: EntryBatch) => void;
}

/** What has happened to an application on this node lately: kept for pages that are opened later, handed to those that are open. */
export class Console {
  readonly #parts: ConsoleParts;
  readonly #recent: RecentActivities;
  /** Refusals besides, so that a flood of events does not push them out. */
  readonly #refusals: RecentActivities;
  /** The number of the last activity; of the last one that a flush has taken; of the last one that was handed out. */
  #last = 0;
  #taken = 0;
  #handedOut = 0;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
    this.#recent = new RecentActivities(boundsOf(parts.applications, KEPT_ACTIVITIES));
    this.#refusals = new RecentActivities(boundsOf(parts.applications, KEPT_REFUSALS));
  }

  add(activity: Activity): void {
    const kept = new KeptActivity(++this.#last, this.#parts.now(), activity);
    this.#recent.add(kept);
    if (kept.isRefusal) this.#refusals.add(kept);
  }

  /** Hands out what is new, where a page is open. The other nodes are asked first how many subscribers they have. */
  flush(): void {
    if (this.#taken > this.#handedOut || this.#last === this.#taken) return;
    const { hub, isWatched, deliver } = this.#parts, after = this.#taken, until = this.#taken = this.#last;
    const fresh = this.#recent.between(after, until);
    const end = (): void => {
      this.#handedOut = until;
      if (!isWatched()) return;
      const entries = this.#entries(fresh, BATCH_CHARACTERS);
      deliver({ entries, dropped: until - after - entries.length });
    };
    if (hub.cluster.isShared) {
      void countElsewhere(hub, fresh).then(end);
    } else {
      for (const each of fresh) each.elsewhere = 0;
      end();
    }
  }

  /** What was kept, oldest first: no more than `most` entries, and all refusals that are kept. */
  history(most = KEPT_ACTIVITIES, characters = HISTORY_CHARACTERS): Entry[] {
    const recent = this.#recent.between(0, this.#handedOut).slice(-most);
    const first = recent[0]?.number ?? Infinity;
    const older = this.#refusals.between(0, Math.min(this.#handedOut, first - 1));
    return this.#entries([...older, ...recent], characters);
  }

  /** The newest that have so many characters together, oldest first. */
  #entries(kept: readonly KeptActivity[], most: number): Entry[] {
    const place = this.#parts.place(), entries: Entry[] = [];
    let characters = 0;
    for (const each of kept.toReversed()) {
      const entry = each.entry(place);
      characters += sizeOfEntry(entry);
      if (characters > most) break;
      entries.push(entry);
    }
    return entries.reverse();
  }
}

async function countElsewhere(hub: Hub, activities: readonly KeptActivity[]): Promise<void> {
  const events = activities.filter(({ eventChannel }) => eventChannel !== undefined);
  if (events.length === 0) return;
  // The newest first, since not all may be asked about.
  const counts = await subscriptionsElsewhere(hub, events.toReversed().map((event) => event.eventChannel!));
  for (const event of events) event.elsewhere = counts.get(event.eventChannel!);
}
