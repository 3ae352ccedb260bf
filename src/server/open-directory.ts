import { providerPlace } from "../config/applications/provider-place.ts";
import type { ProviderConfig } from "../config/config.ts";
import { ApplicationDirectory } from "./directory/application-directory.ts";
import { BackgroundRefresh } from "./directory/background-refresh.ts";
import { DatabaseSource } from "./directory/database-source.ts";
import { HttpSource } from "./directory/http-source.ts";
import { waitAtMost } from "../failures/deadline.ts";
import type { Timers } from "../failures/timers.ts";
import type { ApplicationLookup } from "../hub/applications/application-lookup.ts";
import type { ApplicationSource } from "../hub/applications/application-source.ts";
import { DIRECTORY_TOPIC } from "../hub/channels/topic.ts";
import type { Cluster } from "../hub/cluster/cluster.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import { DirectoryCounters } from "../monitoring/directory-counters.ts";
import type { Log } from "../monitoring/log.ts";
import { parseObject } from "../protocol/json-object.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";

/** What a directory needs of its server. */
export interface DirectoryServices {
  readonly runtime: Pick<Runtime, "name" | "openSqlDatabase">;
  readonly hubs: HubRegistry;
  readonly cluster: Pick<Cluster, "isShared" | "events" | "interest">;
  readonly webhooks: () => Webhooks;
  readonly log: Log;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly timers: Pick<Timers, "after" | "every">;
}

/** Milliseconds between two looks at what has to be asked for, and seconds between two at what can be forgotten. */
const TICK = 250, SWEEP = 1000;
/** Ids in one message, and applications that the server asks for itself at the same time: fewer than may wait. */
const IDS_AT_ONCE = 200;
/** Milliseconds that another node has to look up what is announced to it, and after which it is announced again. */
const KNOWING = 5000, AGAIN = 250;
/** The caller of questions that the server asks for itself. */
const OWN = "own";

/** The applications of a source, while the server runs. */
export class RunningDirectory {
  readonly counters = new DirectoryCounters();
  readonly lookup: ApplicationLookup;
  readonly #directory: ApplicationDirectory;
  readonly #source: ApplicationSource;
  readonly #cluster: DirectoryServices["cluster"];
  readonly #hubs: HubRegistry;
  readonly #random: () => number;
  readonly #timers: Pick<Timers, "after">;
  /** What this node has announced to the one that its clients move to. */
  #announced: { readonly token: string; readonly resolve: (isKnown: boolean) => void } | undefined;
  /** The applications that are looked up for other nodes, one list after the other. */
  #knowing = Promise.resolve();
  readonly #ends: (() => void)[];

  constructor(provider: Exclude<ProviderConfig, { kind: "config" }>, services: DirectoryServices) {
    const { hubs, webhooks, log, monotonic, random, timers } = services, { after, every } = timers;
    const now = (): number => monotonic() / 1000;
    this.#cluster = services.cluster;
    this.#hubs = hubs;
    this.#random = random;
    this.#timers = timers;
    const source = this.#source = openSource(provider, services);
    this.lookup = this.#directory = new ApplicationDirectory({
      ...{ source, settings: provider, counters: this.counters, log, now, random, after },
      served: {
        byId: (id) => hubs.byId(id),
        byKey: (key) => hubs.byKey(key),
        put(config) {
          const { added, changed } = hubs.put(config);
          if (added.length + changed.length > 0) webhooks().follow(hubs.byId(config.id)!);
        },
        remove(id, detail) {
          hubs.remove(id, detail);
          webhooks().forget(id);
        },
      },
    });
    const pollSeconds = provider.kind === "database" ? provider.pollSeconds : 0;
    const refresh = new BackgroundRefresh({
      ...{ directory: this.#directory, source, now, pollSeconds },
      nextTurn: () => new Promise((resolve) => after(0, resolve)),
    });
    this.bring();
    this.#ends = [every(TICK, () => refresh.tick()), every(SWEEP, () => this.#directory.sweep())];
  }

  /** What is not as it should be: a word for each. */
  get troubles(): readonly string[] {
    return this.#directory.state.isAway ? ["applications_away"] : [];
  }

  /** Looks up applications that the server needs without a client: to hand on what an earlier one has left. */
  async know(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE);
      await Promise.all(some.map((value) => this.#directory.await({ by: "id", value }, OWN)));
    }
  }

  /** Looks up again what is known, here and on the other nodes: one application, or all. */
  refresh(id?: string): void {
    this.#directory.refresh(id);
    this.#tell({ id });
  }

  /**
   * The clients of this node are about to move to another one, which has to know their applications before that. Resolves when
   * another node knows them, or has not said so in time; with false where they do not move after all (see `giveUp`).
   */
  async announce(): Promise<boolean> {
    const ids = [...this.#directory.known.keys()].filter((id) => this.#hasClients(id));
    if (ids.length === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const token = `${this.#random()}`;
    this.#announced = { token, resolve };
    // The other node may not listen yet, although it has reported that it serves: the two come by different ways.
    for (let waited = 0; waited < KNOWING; waited += AGAIN) {
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const know = ids.slice(at, at + IDS_AT_ONCE), isLast = at + IDS_AT_ONCE >= ids.length;
        this.#tell(isLast ? { know, token } : { know });
      }
      const outcome = await waitAtMost(AGAIN, promise, undefined, this.#timers);
      if (outcome !== undefined) return outcome;
    }
    return true;
  }

  /** The clients that were about to move stay, or the server stops. */
  giveUp(): void {
    this.#announced?.resolve(false);
  }

  /** Another node has been asked to look up again, is about to send its clients, or knows now what this one has announced. */
  receive(text: string): void {
    const { id, know, token, known } = parseObject(text) ?? {};
    if (Array.isArray(know)) {
      const ids = know.filter((each) => typeof each === "string");
      this.#knowing = this.#knowing.then(() => this.know(ids)).then(() => {
        if (token !== undefined) this.#tell({ known: token });
      });
    } else if (known !== undefined) {
      if (known === this.#announced?.token) this.#announced.resolve(true);
    } else if (id === undefined || typeof id === "string") this.#directory.refresh(id);
  }

  #tell(message: Readonly<Record<string, unknown>>): void {
    const { isShared, events } = this.#cluster;
    if (isShared) events.publish(DIRECTORY_TOPIC, JSON.stringify(message), undefined);
  }

  #hasClients(id: string): boolean {
    const hub = this.#hubs.byId(id);
    return hub !== undefined && (hub.connections.size > 0 || hub.recovery !== undefined);
  }

  /** The other nodes know nothing of this one, as when it came about. */
  bring(): void {
    const { isShared, interest } = this.#cluster;
    if (isShared) interest.listen(DIRECTORY_TOPIC, {}, () => {});
  }

  /** This node is about to leave the others. */
  leave(): void {
    const { isShared, interest } = this.#cluster;
    if (isShared) interest.release(DIRECTORY_TOPIC);
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end();
    this.#directory.close();
    await this.#source.close();
  }
}

/** The directory of a server whose applications are not in its configuration. */
export function openDirectory(
  provider: ProviderConfig,
  services: DirectoryServices,
): RunningDirectory | undefined {
  return provider.kind === "config" ? undefined : new RunningDirectory(provider, services);
}

/** Opens the source that the configuration names; nothing is asked before the first question. */
export function openSource(
  provider: Exclude<ProviderConfig, { kind: "config" }>,
  { runtime, wallClock, monotonic, timers }:
    & Pick<
      DirectoryServices,
      "runtime" | "wallClock" | "monotonic"
    >
    & { readonly timers: Pick<Timers, "after"> },
): ApplicationSource {
  if (provider.kind === "http") {
    return new HttpSource({ ...provider, wallClock: () => wallClock() / 1000, timers });
  }
  const { connection, lookups } = provider, database = runtime.openSqlDatabase?.(connection, "read", lookups);
  // The check of a start has refused it.
  if (database === undefined) throw new Error(`${runtime.name} has no clients for databases`);
  const { kind } = connection, place = providerPlace(provider);
  return new DatabaseSource({ ...provider, database, kind, place, monotonic, timers });
}
