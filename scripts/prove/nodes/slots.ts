import { freePort } from "../../../test/support/free-port.ts";
import type { Moment } from "../history/operation.ts";
import type { Recorder } from "../history/recorder.ts";
import type { ProveContender, ProveNode } from "./contender.ts";
import { FaultProxy } from "./fault-proxy.ts";

/** The place of a node in a run: its process may be another after a fault, its way to Redis stays. */
export interface Slot {
  readonly name: string;
  readonly redis: FaultProxy;
  /** The node that serves now; `undefined` while there is none. */
  node: ProveNode | undefined;
  /** When its present process was started. */
  since: Moment;
  /** Its disturbances at the last quiet moment. */
  disturbances: number;
}

/** What all slots of a run share. */
export interface SlotsOptions {
  readonly contender: ProveContender;
  readonly names: readonly string[];
  readonly redisPort: () => number;
  readonly webhookUrl: string;
  readonly recovers: boolean;
  /** Slots that begin with the version before. */
  readonly older: ReadonlySet<string>;
  readonly random: () => number;
}

/** The nodes of a run. */
export class Slots implements AsyncDisposable {
  readonly #options: SlotsOptions;
  readonly #slots = new Map<string, Slot>();

  private constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** Starts all nodes at once. */
  static async start(options: SlotsOptions): Promise<Slots> {
    const slots = new Slots(options);
    try {
      for (const name of options.names) {
        const redis = await FaultProxy.open(
          await freePort(),
          () => Promise.resolve(options.redisPort()),
          options.random,
        );
        slots.#slots.set(name, { name, redis, node: undefined, since: { order: 0, ms: 0 }, disturbances: 0 });
      }
      await Promise.all(slots.all.map(async (slot) => {
        slot.node = await slots.#launch(slot, options.older.has(slot.name));
      }));
    } catch (error) {
      await slots[Symbol.asyncDispose]();
      throw error;
    }
    return slots;
  }

  /** In the order of their names. */
  get all(): readonly Slot[] {
    return [...this.#slots.values()];
  }

  /** The slot with that name; throws when there is none. */
  find(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`There is no node ${name}`);
    return slot;
  }

  /** The slot with that name where it has a node, else the next one that has. */
  upOrNext(name: string): Slot | undefined {
    const all = this.all, first = all.findIndex((each) => each.name === name);
    return [...all.slice(first), ...all.slice(0, first)].find(({ node }) => node !== undefined);
  }

  /** Starts a node where there is none, as a process manager does. */
  async revive(slot: Slot, recorder: Recorder): Promise<void> {
    const since = recorder.moment();
    slot.node = await this.#launch(slot, false);
    slot.since = since;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { all } = this;
    for (const { node } of all) node?.thaw();
    await Promise.allSettled(all.map(({ node }) => node?.kill()));
    await Promise.allSettled(all.map(({ redis }) => redis[Symbol.asyncDispose]()));
  }

  #launch(slot: Slot, isOlder: boolean): Promise<ProveNode> {
    const { contender, webhookUrl, recovers } = this.#options;
    return contender.start({ slot: slot.name, redisPort: slot.redis.port, webhookUrl, recovers, isOlder });
  }
}
