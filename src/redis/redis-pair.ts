import type { RedisConfig } from "../config/config.ts";
import { LinkDown, type PlainCommand, type RedisCommand } from "./redis-link.ts";
import type { Timers } from "../failures/timers.ts";
import { type OpenWire, RedisWire, type Wire, type WireTarget } from "./redis-wire.ts";
import { readServerInfo, type ServerInfo } from "./server-info.ts";

/** How a pair is opened. */
export interface PairOptions {
  readonly config: RedisConfig;
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly now: () => number;
  readonly timers: Timers;
  /** How connections are opened, where not through the network. */
  readonly openWire?: OpenWire | undefined;
}

/** What a pair announces, from the event loop. */
export interface PairListener {
  /** It is lost. Called once, and never after `close`. */
  lost(pair: RedisPair, reason: string): void;
  message(channel: string, payload: string): void;
  /** A Redis Cluster has ended sharded subscriptions, because their slot has moved. */
  movedAway?(pair: RedisPair): void;
}

/** Channels in one SUBSCRIBE: enough to save work, and few enough not to hold up Redis. */
const CHUNK = 500;
/** Milliseconds between two PINGs, by which a dead connection is noticed. */
const PING_INTERVAL = 1000;

/** Two connections to one server, one for commands and one for subscriptions. When one is lost, the other is closed. */
export class RedisPair {
  readonly target: WireTarget;
  #commands: Wire | undefined;
  #subscriber: Wire | undefined;
  #info: ServerInfo | undefined;
  #stopWatch: (() => void) | undefined;
  #closed: string | undefined;
  /** A barrier that has not been sent yet. */
  #barrier: Promise<void> | undefined;
  /** Hashes of the scripts that this connection has sent in full. */
  readonly #scripts = new Set<string>();
  readonly #options: PairOptions;
  readonly #listener: PairListener;

  private constructor(target: WireTarget, options: PairOptions, listener: PairListener) {
    this.target = target;
    this.#options = options;
    this.#listener = listener;
  }

  /** Connects twice and asks the server for its INFO. Rejects with the reason where that fails, and where the server is a replica. */
  static async open(target: WireTarget, options: PairOptions, listener: PairListener): Promise<RedisPair> {
    const pair = new RedisPair(target, options, listener);
    try {
      await pair.#open();
      return pair;
    } catch (error) {
      pair.close();
      throw error;
    }
  }

  /** The server at the other end. */
  get info(): ServerInfo {
    if (this.#info === undefined) throw new Error("the INFO of Redis has not been read");
    return this.#info;
  }

  /**
   * Runs commands and scripts in one piece. A script that the connection has not sent yet is sent in full; one that the server has
   * forgotten (SCRIPT FLUSH) is sent in full after the others.
   */
  async run(commands: readonly RedisCommand[]): Promise<unknown[]> {
    const results = await this.#wire(this.#commands).send(commands.map((command) => this.#plain(command)));
    for (const [index, result] of results.entries()) {
      const command = commands[index];
      if (command === undefined || !("script" in command) || !saysNoScript(result)) continue;
      [results[index]] = await this.#wire(this.#commands).send([
        evaluation(command, "EVAL", command.script.source),
      ]);
    }
    return results;
  }

  /** Resolves when Redis has confirmed all channels; rejects with `LinkDown`, or with Redis's error. */
  async subscribe(channels: readonly string[]): Promise<void> {
    const commands: PlainCommand[] = [];
    for (let at = 0; at < channels.length; at += CHUNK) {
      commands.push(["subscribe", ...channels.slice(at, at + CHUNK)]);
    }
    throwFirst(await this.#wire(this.#subscriber).send(commands));
  }

  /** As `subscribe`, with SSUBSCRIBE; the channels of each group MUST be in one slot. */
  async subscribeSharded(groups: Iterable<readonly string[]>): Promise<void> {
    const commands = [...groups].map((group): PlainCommand => ["ssubscribe", ...group]);
    throwFirst(await this.#wire(this.#subscriber).send(commands));
  }

  /** Listens no longer; the call is not awaited. */
  unsubscribe(channels: readonly string[], sharded: boolean): void {
    const commands: PlainCommand[] = [];
    // One SUNSUBSCRIBE takes channels of one slot alone.
    const chunk = sharded ? 1 : CHUNK, name = sharded ? "sunsubscribe" : "unsubscribe";
    for (let at = 0; at < channels.length; at += chunk) {
      commands.push([name, ...channels.slice(at, at + chunk)]);
    }
    // When the link is down there is nothing left to unsubscribe.
    this.#subscriber?.send(commands).catch(() => undefined);
  }

  /** Resolves after all messages that Redis has sent on the connection for subscriptions before. Calls of one turn share a PING. */
  barrier(): Promise<void> {
    return this.#barrier ??= Promise.resolve().then(async () => {
      this.#barrier = undefined;
      await this.#wire(this.#subscriber).send([["ping"]]);
    });
  }

  /** Closes both connections without calling the listener. */
  close(reason = "the connection was closed"): void {
    this.#closed ??= reason;
    this.#stopWatch?.();
    this.#commands?.close();
    this.#subscriber?.close();
  }

  async #open(): Promise<void> {
    const { config, ...times } = this.#options;
    const options = {
      ...times,
      config,
      target: this.target,
      username: config.username,
      password: config.password,
      database: config.database,
    };
    const open = this.#options.openWire ?? RedisWire.open,
      lost = (reason: string): void => this.#lost(reason);
    const { message, movedAway } = this.#listener;
    const opened = await Promise.allSettled([
      open(options, { lost }).then((wire) => (this.#commands = wire)),
      open(options, {
        lost,
        message,
        ...(movedAway === undefined ? {} : { movedAway: () => movedAway(this) }),
      }).then((wire) => (this.#subscriber = wire)),
    ]);
    for (const each of opened) if (each.status === "rejected") throw each.reason;
    const [info] = await this.#wire(this.#commands).send([["INFO"]]);
    if (typeof info !== "string") {
      throw info instanceof Error ? info : new Error("Redis does not say who it is");
    }
    this.#info = readServerInfo(info);
    if (this.#info.replica) throw new LinkDown("READONLY this server is a replica, which takes no writes");
    if (this.#info.clusterEnabled) {
      const [state] = await this.#wire(this.#commands).send([["CLUSTER", "INFO"]]);
      if (state instanceof Error) throw state;
      if (!String(state).includes("cluster_state:ok")) {
        throw new LinkDown("CLUSTERDOWN the cluster is not in order yet");
      }
    }
    // A connection may have been lost meanwhile.
    if (this.#closed !== undefined) throw new LinkDown(this.#closed);
    this.#watch();
  }

  /** Sends PINGs, and loses the pair when an answer is late. */
  #watch(): void {
    const { now, commandTimeout, timers } = this.#options;
    const period = Math.min(250, commandTimeout / 4);
    let last = now(), pinged = last;
    this.#stopWatch = timers.every(period, () => {
      const time = now();
      const stalled = time - last > period + commandTimeout / 2;
      last = time;
      for (const wire of [this.#commands, this.#subscriber]) wire?.checkTimeout(time, stalled);
      if (this.#closed !== undefined || time - pinged < PING_INTERVAL) return;
      pinged = time;
      // A late answer is noticed above, a lost wire by its listener.
      for (const wire of [this.#commands, this.#subscriber]) wire?.send([["ping"]]).catch(() => undefined);
    });
  }

  #lost(reason: string): void {
    if (this.#closed !== undefined) return;
    this.close(reason);
    // While it opens, the caller that opens it hears of it through the rejection.
    if (this.#stopWatch !== undefined) this.#listener.lost(this, reason);
  }

  #wire(wire: Wire | undefined): Wire {
    if (wire === undefined || this.#closed !== undefined) {
      throw new LinkDown(this.#closed ?? "not connected yet");
    }
    return wire;
  }

  #plain(command: RedisCommand): PlainCommand {
    if (!("script" in command)) return command;
    const { source, sha } = command.script;
    if (this.#scripts.has(sha)) return evaluation(command, "EVALSHA", sha);
    this.#scripts.add(sha);
    return evaluation(command, "EVAL", source);
  }
}

function evaluation(
  { keys, args }: Exclude<RedisCommand, PlainCommand>,
  name: "EVAL" | "EVALSHA",
  script: string,
): PlainCommand {
  return [name, script, keys.length, ...keys, ...args];
}

function saysNoScript(result: unknown): boolean {
  return result instanceof Error && result.message.startsWith("NOSCRIPT");
}

function throwFirst(results: readonly unknown[]): void {
  const error = results.find((result) => result instanceof Error);
  if (error !== undefined) throw error;
}
