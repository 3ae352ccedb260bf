import type { ApplicationConfig, SourceSettings } from "../../config/config.ts";
import type {
  ApplicationLookup,
  ApplicationName,
  LookupOutcome,
} from "../../hub/applications/application-lookup.ts";
import type { ApplicationSource, FoundApplication } from "../../hub/applications/application-source.ts";
import { clientNetwork } from "../../hub/connections/client-network.ts";
import type { Hub } from "../../hub/hub.ts";
import type { DirectoryCounters } from "../../monitoring/directory-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import { AbsentNames } from "./absent-names.ts";
import type { KnownApplication } from "./known-application.ts";
import { type LookupEnd, LookupPool, REFRESH } from "./lookup-pool.ts";
import { SourceState } from "./source-state.ts";

/** Where the applications that are known are served from: the hubs of this node. */
export interface ServedApplications {
  byId(id: string): Hub | undefined;
  byKey(key: string): Hub | undefined;
  /** Adds an application, or gives it new settings. */
  put(config: ApplicationConfig): void;
  /** Takes one out; its clients are closed with 4001. */
  remove(id: string, detail: string): void;
}

/** What a directory works with. */
export interface DirectoryParts {
  readonly source: ApplicationSource;
  readonly settings: Omit<SourceSettings, "defaults">;
  readonly served: ServedApplications;
  readonly counters: DirectoryCounters;
  readonly log: Log;
  /** Seconds that only grow. */
  readonly now: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Calls back after so many milliseconds, until the answer is called. */
  readonly after: (milliseconds: number, then: () => void) => () => void;
}

const SECOND = 1000;
/** Milliseconds after which the source is asked again before clients are closed. */
const DOUBT = 5 * SECOND;
/** Callers that wait at most. */
const MOST_WAITING = 10_000;
/** Seconds after which an application without clients and calls is forgotten: a cached event lives for half of it. */
const IDLE = 3600;
/** A name as settings allow it for ids and keys; any other belongs to no application, and the source is not asked. */
const POSSIBLE = /^[^\s/\\?#\p{Cc}]{1,255}$/u;

/**
 * The applications that a source has, as far as this node knows them: looked up when a client or call names one, then kept and asked for
 * anew. While the source is away, what is known goes on.
 */
export class ApplicationDirectory implements ApplicationLookup {
  readonly #parts: DirectoryParts;
  /** Whether the source answers. */
  readonly state: SourceState;
  readonly #pool: LookupPool;
  readonly #known = new Map<string, KnownApplication>();
  readonly #absent: AbsentNames;
  #waiting = 0;
  /** The faults of applications that cannot be used, which are logged once. */
  readonly #faults = new Map<string, string>();
  #isClosed = false;
  /** The name that the source was asked for in vain. */
  #unanswered: ApplicationName | undefined;

  constructor(parts: DirectoryParts) {
    const { settings, source, after } = parts;
    this.#parts = parts;
    this.state = new SourceState(parts);
    this.#absent = new AbsentNames(settings.absentSeconds);
    this.#pool = new LookupPool({
      atOnce: settings.lookups,
      find: (name) => source.find(name),
      answered: () => this.state.answered(),
      failed: (reason, name) => {
        this.#unanswered = name;
        this.state.failed(reason);
      },
      after,
    });
  }

  /** The applications that are known. */
  get known(): ReadonlyMap<string, KnownApplication> {
    return this.#known;
  }

  await(name: ApplicationName, address: string): Promise<LookupOutcome> | undefined {
    const { served, now, settings } = this.#parts, { by, value } = name;
    const hub = by === "key" ? served.byKey(value) : served.byId(value);
    const known = hub === undefined ? undefined : this.#known.get(hub.application.id);
    if (hub !== undefined && known !== undefined) {
      known.usedAt = now();
      if (known.expiresAt > known.usedAt || isLive(hub) || this.state.isAway) return undefined;
    } else if (!POSSIBLE.test(value) || this.#absent.has(textOf(name), now())) return undefined;
    if (this.#waiting >= MOST_WAITING) return Promise.resolve("crowded");
    this.#waiting++;
    return this.#ask(name, clientNetwork(address), settings.waitSeconds * SECOND).then((end) => {
      this.#waiting--;
      if (end.type === "answered" || known !== undefined) return "settled";
      return end.type === "crowded" ? "crowded" : "away";
    });
  }

  /** Asks for what has changed: for one application, or for all that are known. What does not exist is looked up again. */
  refresh(id?: string): void {
    this.#absent.clear();
    for (const known of id === undefined ? this.#known.values() : [this.#known.get(id)]) {
      if (known !== undefined) known.expiresAt = 0;
    }
    if (id !== undefined && this.#known.has(id)) void this.refreshOne({ by: "id", value: id });
  }

  /** An application has changed or come, as the source says: what does not exist is looked up again, what is known is asked for. */
  changed(name: ApplicationName): void {
    this.#absent.delete(textOf(name));
    const known = name.by === "id" ? this.#known.get(name.value) : undefined;
    if (known !== undefined) known.expiresAt = 0;
  }

  /** Asks for one application in the background, and applies the answer. */
  async refreshOne(name: ApplicationName): Promise<void> {
    this.#absent.delete(textOf(name));
    await this.#ask(name, REFRESH, 0);
  }

  /** Asks the source that is away once more, where no caller does. */
  probe(): void {
    if (this.state.isAway && this.#unanswered !== undefined) void this.refreshOne(this.#unanswered);
  }

  /** Whether an application has clients, or was used since it was asked for: then it is asked for before it expires. */
  isUsed(known: KnownApplication): boolean {
    const hub = this.#parts.served.byId(known.id);
    return hub !== undefined && (isLive(hub) || known.usedAt > known.askedAt);
  }

  /** Called every second. Forgets what counts no longer: names of no application, and applications without clients that were not used for an hour. */
  sweep(): void {
    this.probe();
    const { now, served } = this.#parts, time = now();
    this.#absent.sweep(time);
    for (const { id, usedAt } of this.#known.values()) {
      const hub = served.byId(id);
      if (hub === undefined || isLive(hub) || time - usedAt < IDLE) continue;
      this.#remove(id, "it was not used for an hour");
    }
  }

  /** Nothing is asked any more. */
  close(): void {
    this.#isClosed = true;
    this.state.close();
    this.#pool.close();
  }

  /** The source has said what it has under an id; `undefined` for nothing. */
  learn(id: string, found: FoundApplication | undefined): void {
    if (found === undefined) this.#gone(id, false);
    else this.#found(found, false);
  }

  /** The source has an application that cannot be used: what is known of it goes on. */
  unusable(id: string, reason: string): void {
    const known = this.#known.get(id), { now, settings, log } = this.#parts;
    if (known !== undefined) known.expiresAt = now() + settings.cacheSeconds;
    if (this.#faults.get(id) === reason) return;
    if (this.#faults.size >= 1000) this.#faults.clear();
    this.#faults.set(id, reason);
    const goesOn = known === undefined ? "its clients are turned away (4100)" : "it goes on as it was";
    log.warning(
      "application_unusable",
      `The source has an application that cannot be used, and ${goesOn}: ${reason}`,
      {
        application: id,
      },
    );
  }

  async #ask(
    name: ApplicationName,
    network: string,
    patience: number,
    isConfirmed = false,
  ): Promise<LookupEnd> {
    const end = await this.#pool.ask(name, network, patience);
    if (this.#isClosed) return end;
    if (end.type === "unusable") this.unusable(name.value, end.reason);
    if (end.type !== "answered") return end;
    const { found } = end;
    // A database may compare without regard to case.
    if (found !== undefined && found.config[name.by] === name.value) this.#found(found, isConfirmed);
    else this.#nothing(name, isConfirmed);
    return end;
  }

  #nothing(name: ApplicationName, isConfirmed: boolean): void {
    const { served, counters, now } = this.#parts, { by, value } = name;
    counters.absent++;
    const hub = by === "key" ? served.byKey(value) : served.byId(value);
    if (hub === undefined) this.#absent.add(textOf(name), now());
    else this.#gone(hub.application.id, isConfirmed);
  }

  #found({ config: written, seconds }: FoundApplication, isConfirmed: boolean): void {
    const { settings, counters, served, now, random } = this.#parts, time = now();
    counters.found++;
    const maxMessageSize = Math.min(written.maxMessageSize, settings.maxMessageSize);
    const config = maxMessageSize === written.maxMessageSize ? written : { ...written, maxMessageSize };
    // Applications that were asked for together are not asked for together again.
    const expiresAt = time + (seconds ?? settings.cacheSeconds) * (1 - random() / 10);
    const known = this.#known.get(config.id) ??
      { ...NEW, id: config.id, config, askedAt: time, usedAt: time, expiresAt };
    this.#known.set(config.id, known);
    Object.assign(known, { config, expiresAt, askedAt: time });
    this.#faults.delete(config.id);
    this.#absent.delete(textOf({ by: "id", value: config.id }));
    this.#absent.delete(textOf({ by: "key", value: config.key }));
    const hub = served.byId(config.id);
    if (!config.enabled && hub?.application.settings.enabled === true && isLive(hub) && !isConfirmed) {
      this.#doubt(known);
      return served.put({ ...config, enabled: true });
    }
    known.isSuspect = false;
    served.put(config);
  }

  /** The source has no such application any more. */
  #gone(id: string, isConfirmed: boolean): void {
    const known = this.#known.get(id), hub = this.#parts.served.byId(id);
    if (known === undefined) return;
    if (hub !== undefined && isLive(hub) && !isConfirmed) return this.#doubt(known);
    this.#remove(id, "the application does not exist any more");
  }

  /** Client libraries take the end as final: the source is asked once more before clients are closed. */
  #doubt(known: KnownApplication): void {
    const { now, settings } = this.#parts;
    known.expiresAt = now() + settings.cacheSeconds;
    if (known.isSuspect) return;
    known.isSuspect = true;
    this.#parts.after(DOUBT, () => void this.#confirm(known));
  }

  async #confirm(known: KnownApplication): Promise<void> {
    const { id } = known;
    if (this.#isClosed || !known.isSuspect || this.#known.get(id) !== known) return;
    const isThere = await this.#othersAreThere(id);
    const end = isThere ? await this.#ask({ by: "id", value: id }, REFRESH, 0, true) : undefined;
    if (end?.type === "answered" || this.#known.get(id) !== known) return;
    known.isSuspect = false;
    this.#doubt(known);
  }

  /** A source that cannot tell "nothing at all" from "no such application" has to know one of the others, where there are others. */
  async #othersAreThere(id: string): Promise<boolean> {
    const { source } = this.#parts;
    if (source.seesEmpty) return true;
    const others = [...this.#known.keys()].filter((other) => other !== id).slice(0, 3);
    if (others.length === 0) return true;
    for (const value of others) {
      const end = await this.#pool.ask({ by: "id", value }, REFRESH, 0);
      if (end.type === "answered" && end.found !== undefined) return true;
    }
    this.state.failed(new Error("it knows none of the applications that it had"));
    return false;
  }

  #remove(id: string, detail: string): void {
    this.#known.delete(id);
    this.#parts.served.remove(id, detail);
  }
}

/** The state of an application that was found just now. */
const NEW = { isRefreshing: false, isSuspect: false };

function isLive(hub: Hub): boolean {
  return hub.connections.size > 0;
}

function textOf({ by, value }: ApplicationName): string {
  return `${by} ${value}`;
}
