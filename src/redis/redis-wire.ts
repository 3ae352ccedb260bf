import type { Redis } from "ioredis";
import type { RedisAddress, RedisConfig } from "../config/config.ts";
import { NoAnswer } from "../failures/deadline.ts";
import type { Timers } from "../failures/timers.ts";
import { loadRedis } from "./load-redis.ts";
import { LinkDown, type PlainCommand } from "./redis-link.ts";
import { reasonOf } from "./reason-of.ts";
import { redisTls } from "./redis-tls.ts";

/** Where a wire goes: an address, or the path of a Unix socket. */
export type WireTarget = RedisAddress | { readonly socket: string };

/** How a wire is opened. */
export interface WireOptions {
  readonly target: WireTarget;
  /** Only its TLS settings are used. */
  readonly config: RedisConfig;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** Milliseconds that opening may take, all in all. */
  readonly connectTimeout: number;
  /** Milliseconds that an answer may take. */
  readonly commandTimeout: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly timers: Pick<Timers, "after">;
}

/** What a wire announces, from the event loop. */
export interface WireListener {
  /** It is lost, with the system's reason. Called once, and never before the wire was open or after `close`. */
  lost(reason: string): void;
  message?(channel: string, payload: string): void;
  /** Redis has ended a sharded subscription: its slot is on another server now. */
  movedAway?(): void;
}

/** A connection, as its users see it. */
export type Wire = Pick<RedisWire, "send" | "checkTimeout" | "close">;

/** Opens a connection: `RedisWire.open`, or what takes its place in a simulation. */
export type OpenWire = (options: WireOptions, listener: WireListener) => Promise<Wire>;

interface Request {
  readonly sentAt: number;
  readonly reject: (error: LinkDown) => void;
}

/**
 * One connection to one Redis, with all that ioredis does on its own switched off: it is opened once, signs in here (ioredis would print
 * warnings), queues nothing and repeats nothing. At the first failure it is lost, and everything that waits rejects with `LinkDown`.
 * README.md says why.
 */
export class RedisWire {
  #opened = false;
  /** Why the wire can be used no more; `undefined` while it can. */
  #lost: string | undefined;
  /** The last error of the connection, which is why it was closed. */
  #reason: string | undefined;
  /** Calls that wait for their answers, in the order in which they were sent: the first is the oldest. */
  readonly #requests = new Set<Request>();
  readonly #redis: Redis;
  readonly #options: WireOptions;
  readonly #listener: WireListener;
  /** Time from which on late answers count: after this process stood still, its end. */
  #patientSince = 0;

  private constructor(redis: Redis, options: WireOptions, listener: WireListener) {
    this.#redis = redis;
    this.#options = options;
    this.#listener = listener;
    // Without a listener ioredis prints errors itself. The last error is why the connection ended.
    redis.on("error", (error: unknown) => void (this.#reason = reasonOf(error)));
    redis.on("close", () => this.#fail(this.#reason ?? "Redis closed the connection"));
    const { message, movedAway } = listener;
    if (message !== undefined) {
      redis.on("message", message);
      redis.on("smessage", message);
    }
    if (movedAway !== undefined) redis.on("moved", movedAway);
  }

  /** Connects, signs in and chooses the database. Rejects with an error that says the system's or Redis's reason. */
  static async open(options: WireOptions, listener: WireListener): Promise<RedisWire> {
    const { target, config, connectTimeout, timers } = options;
    const tls = await redisTls(config);
    const { Redis } = await loadRedis();
    const redis = new Redis({
      ...("socket" in target ? { path: target.socket } : { host: target.host, port: target.port }),
      ...(tls === undefined ? {} : { tls }),
      protocol: 2,
      lazyConnect: true,
      connectTimeout,
      disconnectTimeout: 100,
      disableClientInfo: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: null,
      retryStrategy: () => null,
    });
    const wire = new RedisWire(redis, options, listener);
    const cancel = timers.after(connectTimeout, () => wire.#fail(new NoAnswer(connectTimeout).message));
    try {
      await redis.connect().catch((error: unknown) => {
        throw new LinkDown(wire.#lost ?? wire.#reason ?? reasonOf(error));
      });
      await wire.#signIn();
      wire.#opened = true;
      return wire;
    } catch (error) {
      wire.close();
      throw error;
    } finally {
      cancel();
    }
  }

  /** Sends commands in one piece; an entry of the answer is a value or the `Error` that Redis answered. Rejects with `LinkDown`. */
  send(commands: readonly PlainCommand[]): Promise<unknown[]> {
    if (this.#lost !== undefined) return Promise.reject(new LinkDown(this.#lost));
    if (commands.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const request: Request = { sentAt: this.#options.now(), reject };
      this.#requests.add(request);
      const settle = (results: readonly unknown[]): void => {
        if (!this.#requests.delete(request)) return;
        const broken = results.find((result) => result instanceof Error && !isReply(result));
        if (broken === undefined) return resolve(results.map(plainReply));
        reject(new LinkDown(this.#reason ?? reasonOf(broken)));
        this.#fail(this.#reason ?? reasonOf(broken));
      };
      this.#write(commands, settle);
    });
  }

  /** Loses the wire when an answer is late. MUST be called regularly; `stalled` says that this process stood still meanwhile. */
  checkTimeout(now: number, stalled: boolean): void {
    if (stalled) this.#patientSince = now;
    const [oldest] = this.#requests;
    if (oldest === undefined) return;
    const { commandTimeout } = this.#options;
    if (now - Math.max(oldest.sentAt, this.#patientSince) < commandTimeout) return;
    this.#fail(`no answer within ${commandTimeout / 1000} s`);
  }

  /** Ends the wire without calling its listener. */
  close(): void {
    this.#lose("the connection was closed");
  }

  #write(commands: readonly PlainCommand[], settle: (results: readonly unknown[]) => void): void {
    const [first, second] = commands;
    if (first !== undefined && second === undefined) {
      const [name, ...args] = first;
      this.#redis.call(name, ...args).then((value) => settle([value]), (error: unknown) => settle([error]));
      return;
    }
    const pipeline = this.#redis.pipeline();
    for (const [name, ...args] of commands) pipeline.call(name, ...args);
    pipeline.exec().then(
      (results) => settle((results ?? []).map(([error, value]) => error ?? value)),
      (error: unknown) => settle([error]),
    );
  }

  async #signIn(): Promise<void> {
    const { username, password, database } = this.#options;
    const commands: PlainCommand[] = [];
    if (username !== undefined) commands.push(["AUTH", username, password ?? ""]);
    else if (password !== undefined) commands.push(["AUTH", password]);
    if (database !== 0) commands.push(["SELECT", database]);
    // Its answer is LOADING, MASTERDOWN or NOAUTH where no other command was sent.
    commands.push(["PING"]);
    for (const answer of await this.send(commands)) {
      if (answer instanceof Error && !needsNoPassword(answer)) throw answer;
    }
  }

  #fail(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lose(reason);
    // While it opens, the caller that opens it hears of it through the rejection.
    if (this.#opened) this.#listener.lost(reason);
  }

  #lose(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason;
    this.#redis.removeAllListeners("message").removeAllListeners("smessage").removeAllListeners("moved");
    this.#redis.disconnect();
    const waiting = [...this.#requests];
    this.#requests.clear();
    for (const { reject } of waiting) reject(new LinkDown(reason));
  }
}

/** Whether an error is an answer of Redis, and not one of the connection. */
function isReply(error: Error): boolean {
  return error.name === "ReplyError";
}

/** An answer of Redis; an error without what ioredis adds to it, which is the command with its passwords and payloads. */
function plainReply(value: unknown): unknown {
  return value instanceof Error ? new Error(value.message) : value;
}

/** A Redis without a password refuses ours. That is no reason to stay away: Laravel's clients connect all the same. */
function needsNoPassword({ message }: Error): boolean {
  return message.includes("without any password configured") || message.includes("no password is set");
}
