import type { RedisAddress } from "../config/config.ts";
import { gather, SubscribedChannels } from "./subscribed-channels.ts";
import { ClusterTopology } from "./cluster-topology.ts";
import { keySlot } from "./key-slot.ts";
import { reasonOf } from "./reason-of.ts";
import { LinkDown, type RedisCommand, type RedisInfo } from "./redis-link.ts";
import type { PairOptions, RedisPair } from "./redis-pair.ts";
import { type RedisSession, type SessionListener, wrongServer } from "./redis-session.ts";
import { delay, type Timers } from "../failures/timers.ts";
import { majorVersion } from "./server-info.ts";

/** How often commands follow a slot that moves before they are answered with Redis's error. */
const ROUNDS = 20;
/** Milliseconds between two attempts: a slot moves in a few steps. */
const PATIENCE = 50;

/**
 * A session with a Redis Cluster: a pair of connections to each master. Commands, messages and subscriptions go to the master that has
 * the slot of their key or channel. From Redis 7 on messages are sharded (SPUBLISH, SSUBSCRIBE), so that each master carries its share;
 * before that, PUBLISH and SUBSCRIBE for one channel meet on the same master. When one master is lost, the session is.
 */
export class ClusterSession implements RedisSession {
  readonly info: RedisInfo;
  #ended = false;
  readonly #topology: ClusterTopology;
  readonly #channels = new SubscribedChannels();
  readonly #listener: SessionListener;
  readonly #timers: Pick<Timers, "after">;

  private constructor(topology: ClusterTopology, listener: SessionListener, timers: Pick<Timers, "after">) {
    const infos = topology.pairs.map((pair) => pair.info);
    this.info = {
      runId: infos.map((info) => info.runId).join(","),
      version: infos[0]?.version ?? "",
      kind: infos[0]?.kind ?? "redis",
      mode: "cluster",
      sharded: infos.every((info) => majorVersion(info) >= 7),
    };
    this.#topology = topology;
    this.#listener = listener;
    this.#timers = timers;
  }

  /** Connects to all masters; rejects with the reason when one cannot be reached. */
  static async open(
    seeds: readonly RedisAddress[],
    options: PairOptions,
    listener: SessionListener,
  ): Promise<ClusterSession> {
    const opened: { session?: ClusterSession; early?: string } = {};
    const topology = await ClusterTopology.open(seeds, options, {
      message: listener.message,
      lost: (_, reason) => {
        opened.early ??= reason;
        if (opened.session !== undefined) opened.session.#end(reason);
      },
      movedAway: (pair) => {
        if (opened.session !== undefined) void opened.session.#follow(pair);
      },
    });
    if (opened.early !== undefined) {
      topology.close();
      throw new LinkDown(opened.early);
    }
    opened.session = new ClusterSession(topology, listener, options.timers);
    return opened.session;
  }

  async run(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    const results: unknown[] = new Array<unknown>(commands.length);
    let left = commands.map((_, index) => index);
    for (let round = 0;; round++) {
      await this.#runOnce(commands, left, results);
      const wrong = wrongServer(results);
      if (wrong !== undefined) this.#end(wrong);
      left = left.filter((index) => isElsewhere(results[index]));
      const [first] = left;
      if (first === undefined || round === ROUNDS || this.#ended) return results;
      if (round > 0) await delay(this.#timers, PATIENCE);
      await this.#follow(this.#topology.pairOf(keyOf(commands[first])));
    }
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    for (let round = 0;; round++) {
      const byPair = new Map<RedisPair, string[]>();
      for (const channel of this.#channels.missing(channels)) {
        gather(byPair, this.#topology.pairOf(channel), channel);
      }
      if (byPair.size === 0) return;
      const asked = [...byPair];
      const outcomes = await Promise.allSettled(asked.map(([pair, its]) => this.#subscribeAt(pair, its)));
      let moved: RedisPair | undefined;
      for (const [at, outcome] of outcomes.entries()) {
        if (outcome.status === "fulfilled") continue;
        if (!isElsewhere(outcome.reason) || round === ROUNDS) throw outcome.reason;
        moved = asked[at]?.[0];
      }
      if (moved === undefined) return;
      if (round > 0) await delay(this.#timers, PATIENCE);
      await this.#follow(moved);
    }
  }

  unsubscribe(channels: readonly string[]): void {
    for (const [pair, its] of this.#channels.end(channels)) pair.unsubscribe(its, this.info.sharded);
  }

  async barrier(channel: string): Promise<void> {
    await this.#topology.pairOf(channel).barrier();
  }

  close(): void {
    this.#ended = true;
    this.#topology.close();
  }

  /** Runs the commands at `indexes`, each on the master that should have it. All of them are sent before the first answer is awaited. */
  async #runOnce(
    commands: readonly RedisCommand[],
    indexes: readonly number[],
    results: unknown[],
  ): Promise<void> {
    const byPair = new Map<RedisPair, number[]>(), asking: [pair: RedisPair, index: number][] = [];
    for (const index of indexes) {
      const target = askedTarget(results[index]);
      const pair = target === undefined ? undefined : this.#topology.find(target);
      if (pair !== undefined) asking.push([pair, index]);
      else gather(byPair, this.#topology.pairOf(keyOf(commands[index])), index);
    }
    const at = (index: number): readonly RedisCommand[] => commands.slice(index, index + 1);
    await Promise.all([
      ...[...byPair].map(async ([pair, its]) => {
        const answers = await pair.run(its.flatMap(at));
        for (const [place, index] of its.entries()) results[index] = answers[place];
      }),
      ...asking.map(async ([pair, index]) => {
        [, results[index]] = await pair.run([["ASKING"], ...at(index)]);
      }),
    ]);
  }

  async #subscribeAt(pair: RedisPair, channels: readonly string[]): Promise<void> {
    const call = this.#channels.begin(channels, pair);
    if (this.info.sharded) {
      const bySlot = new Map<number, string[]>();
      for (const channel of channels) gather(bySlot, keySlot(channel), channel);
      await pair.subscribeSharded(bySlot.values());
    } else {
      await pair.subscribe(channels);
    }
    call.confirmed = true;
  }

  /** Follows slots that have moved: asks a master where they are now, and moves their subscriptions there. */
  async #follow(from: RedisPair): Promise<void> {
    try {
      await this.#topology.refresh(from);
      const misplaced = this.#channels.misplaced((channel) => this.#topology.pairOf(channel));
      if (misplaced.length === 0) return;
      this.unsubscribe(misplaced);
      await this.subscribe(misplaced);
      this.#listener.moved(misplaced);
    } catch (error) {
      this.#end(error instanceof LinkDown ? error.reason : reasonOf(error));
    }
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.close();
    this.#listener.lost(reason);
  }
}

/** The first key or channel of a command, which decides on its master. */
function keyOf(command: RedisCommand | undefined): string | undefined {
  if (command === undefined) return undefined;
  const key = "script" in command ? command.keys[0] : command[1];
  return key === undefined ? undefined : String(key);
}

/** Whether a master has answered that it did not execute the command, because a slot moves or has moved. */
function isElsewhere(result: unknown): boolean {
  return result instanceof Error && /^(?:MOVED|ASK|TRYAGAIN)\b/.test(result.message);
}

/** The master to ask while a slot moves: `ASK 3999 127.0.0.1:6381`. */
function askedTarget(result: unknown): string | undefined {
  return result instanceof Error ? /^ASK \d+ (\S+)/.exec(result.message)?.[1] : undefined;
}
