import { createHash } from "node:crypto";

/**
 * One logical link to Redis: connections for commands and connections for subscriptions, which fail and come back together. Made by
 * `createRedisLink`. It looks the same for each kind of Redis behind it: a server, a master that Sentinels know, a cluster.
 */
export interface RedisLink {
  /** `connecting` until the first attempt has ended, then `up` or `down`. */
  readonly state: LinkState;
  /** Why it is not up, by the latest attempt; `undefined` while it is, and before the first has ended. */
  readonly failure: string | undefined;
  /** Begins to connect, and goes on for ever (attempts are 50 ms to 2 s apart, with jitter). MUST be called once. */
  start(): void;
  /** Closes everything without calling the events; runs and subscriptions that are under way reject with `LinkDown`. */
  stop(): Promise<void>;
  /**
   * Sends the commands at once (a pipeline; in a cluster one a node, in order per slot) and resolves with one entry a command: its
   * answer, or an `Error` that Redis answered (`OOM …`, `NOPERM …`, `WRONGTYPE …`). Runs reach Redis in the order of the calls.
   * Rejects with `LinkDown` when the link is down, goes down, or gives no answer within the command timeout (which takes the link
   * down): then it is unknown which of the commands were executed. Nothing is sent twice unless Redis said that it did not execute it.
   */
  run(commands: readonly RedisCommand[]): Promise<readonly unknown[]>;
  /**
   * Listens on channels. Resolves when Redis has confirmed all of them; rejects with `LinkDown`, or with what Redis answered
   * (`NOPERM …`). Going down forgets all subscriptions: their owners ask again when `up` comes. A channel that is subscribed
   * already costs nothing.
   */
  subscribe(channels: readonly string[]): Promise<void>;
  /** Listens no longer. A message that was on its way may still come. */
  unsubscribe(channels: readonly string[]): void;
  /** The command that reaches the subscribers of the channel: PUBLISH, or SPUBLISH where they listen with SSUBSCRIBE. */
  publishCommand(channel: string, payload: string): RedisCommand;
  /**
   * Resolves when everything that Redis had executed on this channel before the call has been handed to `message` (a PING that
   * follows the messages on the connection of the subscription). Rejects with `LinkDown`.
   */
  barrier(channel: string): Promise<void>;
}

/** Whether a link works. */
export type LinkState = "connecting" | "up" | "down";

/**
 * One command for `run`. In a cluster a plain command goes to the node that has its first argument, which MUST be a key or a
 * channel; a command without arguments goes to any master. The keys of a script MUST share one slot (a hash tag: `resound:{x}:y`),
 * and a script may SPUBLISH only to channels of that slot.
 */
export type RedisCommand = PlainCommand | ScriptCall;

/** A command as one types it: `["HSET", "resound:{x}", "field", "1"]`. */
export type PlainCommand = readonly [name: string, ...args: (string | number)[]];

/** A call of a Lua script: by its hash, and in full when the server does not know it yet. */
export interface ScriptCall {
  readonly script: RedisScript;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** A Lua script with the name by which Redis knows it. */
export interface RedisScript {
  readonly source: string;
  /** SHA-1 of the source, in hexadecimal (EVALSHA). */
  readonly sha: string;
}

/** Prepares a Lua script; once per script and process is enough. */
export function redisScript(source: string): RedisScript {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

/** Runs commands of which none may fail: rejects with the first error that Redis answered, or with `LinkDown`. */
export async function runAll(
  link: Pick<RedisLink, "run">,
  commands: readonly RedisCommand[],
): Promise<readonly unknown[]> {
  const answers = await link.run(commands);
  for (const answer of answers) if (answer instanceof Error) throw answer;
  return answers;
}

/** What a link announces to its owner: from the event loop, never from within a call into the link. */
export interface RedisLinkEvents {
  /** Everything is connected, signed in and answers; no subscription is there yet. */
  up(info: RedisInfo): void;
  /** An outage has begun, or the first attempt has failed; called once an outage. `reason` is the system's or Redis's, without secrets. */
  down(reason: string): void;
  message(channel: string, payload: string): void;
  /**
   * Redis Cluster only: the channels' slots moved to another node and they are subscribed there now; messages in between are lost.
   */
  moved?(channels: readonly string[]): void;
}

/** The Redis at the other end. */
export interface RedisInfo {
  /** `run_id` of the server, of a cluster's masters joined in the order of their slots: another one means that it was started anew. */
  readonly runId: string;
  readonly version: string;
  readonly kind: "redis" | "valkey";
  readonly mode: "single" | "sentinel" | "cluster";
  /** Whether messages go by SPUBLISH and SSUBSCRIBE; a script that publishes MUST do the same. */
  readonly sharded: boolean;
}

/** The link is down, or went down under way. */
export class LinkDown extends Error {
  override readonly name = "LinkDown";

  /** The system's or Redis's. */
  readonly reason: string;

  constructor(reason: string) {
    super(`Redis is away: ${reason}`);
    this.reason = reason;
  }
}
