import type { ApplicationConfig } from "../../../../src/config/config.ts";
import { ApplicationDirectory } from "../../../../src/server/directory/application-directory.ts";
import { BackgroundRefresh } from "../../../../src/server/directory/background-refresh.ts";
import type { ApplicationName, LookupOutcome } from "../../../../src/hub/applications/application-lookup.ts";
import type {
  ApplicationSource,
  FoundApplication,
} from "../../../../src/hub/applications/application-source.ts";
import { EventCache } from "../../../../src/hub/channels/event-cache.ts";
import { SoloCluster } from "../../../../src/hub/cluster/solo-cluster.ts";
import { Connection } from "../../../../src/hub/connections/connection.ts";
import type { Hub } from "../../../../src/hub/hub.ts";
import { HubRegistry } from "../../../../src/hub/hub-registry.ts";
import { Monitor } from "../../../../src/hub/monitor/monitor.ts";
import { ReceiveFromCluster } from "../../../../src/hub/receive-from-cluster.ts";
import { systemTimers } from "../../../../src/failures/timers.ts";
import { DirectoryCounters } from "../../../../src/monitoring/directory-counters.ts";
import { Log } from "../../../../src/monitoring/log.ts";
import { NODE_DIGESTS } from "../../../../src/protocol/digests.ts";
import { applicationConfig, FakeNetwork, FakeSocket } from "../../../support/fake-hub.ts";

/** A source in memory. A test says what it has, whether it is away, and when it answers. */
export class FakeSource implements ApplicationSource {
  readonly place = "the fake source";
  seesEmpty = true;
  readonly applications = new Map<string, FoundApplication>();
  /** What was asked for, in order: `key a`, `id 1`. */
  readonly asked: string[] = [];
  isAway = false;
  /** Questions at the same time, and the most that there were. */
  running = 0;
  most = 0;
  /** Awaited before each answer. */
  gate: Promise<void> = Promise.resolve();

  /** The source has this application from now on. */
  has(replaced: Partial<ApplicationConfig> & { readonly id: string }, seconds?: number): void {
    const { id } = replaced;
    const config = applicationConfig({ key: `key-${id}`, secret: `secret-${id}`, ...replaced });
    this.applications.set(id, { config, seconds });
  }

  async find({ by, value }: ApplicationName): Promise<FoundApplication | undefined> {
    this.asked.push(`${by} ${value}`);
    this.most = Math.max(this.most, ++this.running);
    await this.gate;
    this.running--;
    if (this.isAway) throw new Error("it is switched off");
    return [...this.applications.values()].find(({ config }) => config[by] === value);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A directory over a {@link FakeSource}, with hubs, and a time that passes when the test says so. */
export class FakeDirectory {
  readonly source = new FakeSource();
  readonly log: string[] = [];
  readonly counters = new DirectoryCounters();
  readonly hubs: HubRegistry;
  readonly directory: ApplicationDirectory;
  readonly refresh: BackgroundRefresh;
  readonly #network = new FakeNetwork();
  /** Milliseconds. */
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly then: () => void }>();
  #connections = 0;

  constructor({ lookups = 8 }: { readonly lookups?: number } = {}) {
    const log = new Log("text", (line) => this.log.push(line), () => new Date(0));
    const hubs = this.hubs = new HubRegistry([], {
      timers: systemTimers,
      publisher: this.#network,
      digests: NODE_DIGESTS,
      cache: new EventCache({ maxEvents: 10, maxBytes: 10_000 }, () => 1),
      cluster: new SoloCluster(() => new ReceiveFromCluster(this.hubs)),
      monitor: new Monitor(log),
      pace: { rate: () => 0, every: () => () => {}, monotonic: () => 0, random: () => 0 },
      keyedCalls: { now: () => 1, after: () => () => {}, newToken: () => "t" },
    });
    const now = (): number => this.#now / 1000;
    this.directory = new ApplicationDirectory({
      source: this.source,
      settings: {
        cacheSeconds: 60,
        absentSeconds: 5,
        waitSeconds: 1.5,
        lookups,
        maxMessageSize: 50_000,
      },
      served: {
        byId: (id) => hubs.byId(id),
        byKey: (key) => hubs.byKey(key),
        put: (config) => void hubs.put(config),
        remove: (id, detail) => hubs.remove(id, detail),
      },
      counters: this.counters,
      log,
      now,
      random: () => 0,
      after: (milliseconds, then) => {
        const timer = { at: this.#now + milliseconds, then };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
    });
    this.refresh = new BackgroundRefresh({
      ...{ directory: this.directory, source: this.source, now, pollSeconds: 1 },
      nextTurn: () => Promise.resolve(),
    });
  }

  /** What becomes of a client that comes with a key: `known` where it need not wait. */
  async comes(key: string, address = "192.0.2.1"): Promise<LookupOutcome | "known"> {
    return await (this.directory.await({ by: "key", value: key }, address) ?? "known");
  }

  /** A client of an application that is known. */
  connect(id: string): FakeSocket {
    const socket = new FakeSocket(this.#network), hub = this.hub(id), number = ++this.#connections;
    hub.connections.add(new Connection(`${number}.${number}`, hub.application, socket, "192.0.2.1"));
    return socket;
  }

  hub(id: string): Hub {
    const hub = this.hubs.byId(id);
    if (hub === undefined) throw new Error(`application ${id} is not known`);
    return hub;
  }

  /** Lets so many seconds pass, a quarter of a second at a time, with the work of each second. */
  async pass(seconds: number): Promise<void> {
    for (let step = 0; step < seconds * 4; step++) {
      this.#now += 250;
      for (const timer of [...this.#timers]) {
        if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
        timer.then();
      }
      this.refresh.tick();
      if (this.#now % 1000 === 0) this.directory.sweep();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
