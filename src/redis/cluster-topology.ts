import type { RedisAddress } from "../config/config.ts";
import { addressName, readSlotMap, type SlotMap } from "./cluster-slots.ts";
import { keySlot } from "./key-slot.ts";
import { reasonOf } from "./reason-of.ts";
import { runAll } from "./redis-link.ts";
import { type PairListener, type PairOptions, RedisPair } from "./redis-pair.ts";
import { RedisWire } from "./redis-wire.ts";

/** The masters of a Redis Cluster with a pair of connections each, and the slots of each master. */
export class ClusterTopology {
  #map: SlotMap;
  #pairs: Map<string, RedisPair>;
  #refreshing: Promise<void> | undefined;
  readonly #options: PairOptions;
  readonly #listener: PairListener;

  private constructor(
    map: SlotMap,
    pairs: Map<string, RedisPair>,
    options: PairOptions,
    listener: PairListener,
  ) {
    this.#map = map;
    this.#pairs = pairs;
    this.#options = options;
    this.#listener = listener;
  }

  /** Asks the given nodes, one after the other, for the map, and connects to all masters in it. */
  static async open(
    seeds: readonly RedisAddress[],
    options: PairOptions,
    listener: PairListener,
  ): Promise<ClusterTopology> {
    const failures: string[] = [];
    for (const seed of seeds) {
      let map: SlotMap;
      try {
        map = await askSeed(seed, options);
      } catch (error) {
        failures.push(`${addressName(seed)} ${reasonOf(error).replace(/^Redis is away: /, "")}`);
        continue;
      }
      return new ClusterTopology(map, await openPairs(map, new Map(), options, listener), options, listener);
    }
    throw new Error(failures.join("; "));
  }

  get pairs(): readonly RedisPair[] {
    return [...this.#pairs.values()];
  }

  /** The pair of the master that has a key or a channel; without one, the pair of any master. */
  pairOf(key: string | undefined): RedisPair {
    const pair = this.find(this.#map.bySlot[key === undefined ? 0 : keySlot(key)] ?? "");
    // The map and the pairs are replaced together.
    if (pair === undefined) throw new Error("Redis Cluster: a slot without a connection");
    return pair;
  }

  /** The pair of a master by its name (`host:port`), if it has slots. */
  find(name: string): RedisPair | undefined {
    return this.#pairs.get(name);
  }

  /** Asks one of the masters for the map again, connects to new masters and closes the pairs of old ones. One refresh at a time. */
  refresh(from: RedisPair): Promise<void> {
    this.#refreshing ??= this.#refresh(from).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  close(): void {
    for (const pair of this.#pairs.values()) pair.close();
  }

  async #refresh(from: RedisPair): Promise<void> {
    const [answer] = await runAll(from, [["CLUSTER", "SLOTS"]]);
    if ("socket" in from.target) throw new Error("a Redis Cluster has no Unix socket");
    const map = readSlotMap(answer, from.target);
    const before = this.#pairs;
    this.#pairs = await openPairs(map, before, this.#options, this.#listener);
    this.#map = map;
    for (const [name, pair] of before) if (!this.#pairs.has(name)) pair.close();
  }
}

async function askSeed(seed: RedisAddress, options: PairOptions): Promise<SlotMap> {
  const wire = await (options.openWire ?? RedisWire.open)({
    ...options,
    connectTimeout: Math.min(options.connectTimeout, options.commandTimeout),
    target: seed,
    username: options.config.username,
    password: options.config.password,
    database: 0,
  }, { lost: () => undefined });
  try {
    const [answer] = await wire.send([["CLUSTER", "SLOTS"]]);
    if (answer instanceof Error) throw answer;
    return readSlotMap(answer, seed);
  } finally {
    wire.close();
  }
}

/** The pairs of all masters of a map: those of `before`, and new ones. Where one cannot be opened, all new ones are closed again. */
async function openPairs(
  { masters }: SlotMap,
  before: ReadonlyMap<string, RedisPair>,
  options: PairOptions,
  listener: PairListener,
): Promise<Map<string, RedisPair>> {
  const opened = await Promise.allSettled([...masters].map(async ([name, address]) => {
    const pair = before.get(name) ?? await RedisPair.open(address, options, listener);
    return [name, pair] as const;
  }));
  const pairs = new Map<string, RedisPair>();
  let failure: unknown;
  for (const each of opened) {
    if (each.status === "fulfilled") pairs.set(...each.value);
    else failure ??= each.reason;
  }
  if (failure === undefined) return pairs;
  for (const [name, pair] of pairs) if (!before.has(name)) pair.close();
  throw failure;
}
