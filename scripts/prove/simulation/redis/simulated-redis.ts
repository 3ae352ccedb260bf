import { createHash } from "node:crypto";
import type { PlainCommand } from "../../../../src/redis/redis-link.ts";
import type { RedisMeter } from "../../scale/redis-meter.ts";
import type { SimulatedProcess } from "../simulated-process.ts";
import { toBytes, toText } from "./bytes.ts";
import { COLLECTION_COMMANDS } from "./collection-commands.ts";
import { argument, type Command, type Commands } from "./command.ts";
import { KEY_COMMANDS } from "./key-commands.ts";
import { Keyspace } from "./keyspace.ts";
import { ORDERED_COMMANDS } from "./ordered-commands.ts";
import { plainReply, RedisError, type Reply, Status } from "./reply.ts";
import { runScript } from "./run-script.ts";

/** A connection as its Redis sees it. */
export interface RedisClient {
  readonly channels: Set<string>;
  message(channel: string, payload: string): void;
  /** Redis has ended it. */
  ended(reason: string): void;
}

const COMMANDS: Commands = { ...KEY_COMMANDS, ...COLLECTION_COMMANDS, ...ORDERED_COMMANDS };
const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";
const shas = new Map<string, string>();

/** One Redis server: runs commands and scripts one after the other, and passes messages on to those that listen. */
export class SimulatedRedis {
  /** The process in which it runs. */
  readonly process: SimulatedProcess;
  /** It accepts no connections. */
  isDown = false;
  /** It has no memory left. */
  isFull = false;
  /** Commands that it has run, those of scripts too. */
  commands = 0;
  /** Counts what it does, where that is to be known. */
  meter: RedisMeter | undefined;
  keys: Keyspace;
  /** Milliseconds of its clock. */
  readonly time = (): number => this.process.wallClock();
  #lives = 1;
  readonly #scripts = new Map<string, string>();
  readonly #clients = new Set<RedisClient>();

  constructor(process: SimulatedProcess) {
    this.process = process;
    this.keys = new Keyspace(this.time);
  }

  connect(client: RedisClient): void {
    this.#clients.add(client);
  }

  disconnect(client: RedisClient): void {
    this.#clients.delete(client);
  }

  /** Ends all connections. */
  cutAll(reason: string): void {
    const clients = [...this.#clients];
    this.#clients.clear();
    for (const each of clients) each.ended(reason);
  }

  /** It is another process from now on, with these keys. */
  startAnew(keys: Keyspace): void {
    this.keys = keys;
    this.#lives++;
    this.#scripts.clear();
  }

  /** Runs a command. The answer is a value or an `Error`, as clients get it. */
  run(client: RedisClient, command: PlainCommand): unknown {
    const answer = this.#answer(client, command);
    this.meter?.call(command, answer);
    return answer;
  }

  #answer(client: RedisClient, [name, ...args]: PlainCommand): unknown {
    try {
      return toText(
        plainReply(
          this.#call(client, name.toUpperCase(), args.map((each) => toBytes(String(each))), undefined),
        ),
      );
    } catch (error) {
      if (error instanceof RedisError) return new Error(toText(error.message) as string);
      throw error;
    }
  }

  #call(client: RedisClient, name: string, args: readonly string[], script: Script | undefined): Reply {
    this.commands++;
    this.meter?.command(name);
    switch (name) {
      case "PING":
        return "PONG";
      case "SELECT":
      case "AUTH":
        return new Status("OK");
      case "INFO":
        return `redis_version:7.0.15\r\nrun_id:${String(this.#lives).padStart(40, "0")}\r\nrole:master\r\n` +
          "cluster_enabled:0\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n";
      case "PUBLISH":
        return this.#publish(argument(args, 0), argument(args, 1));
      case "SUBSCRIBE":
        for (const channel of args) client.channels.add(channel);
        return args.length;
      case "UNSUBSCRIBE":
        for (const channel of args) client.channels.delete(channel);
        return args.length;
      case "EVAL":
      case "EVALSHA":
        return this.#evaluate(client, name, args);
    }
    const command = COMMANDS[name];
    if (command === undefined) throw new Error(`The simulated Redis has no ${name}`);
    return this.#runOnKeys(command, args, script);
  }

  #runOnKeys(command: Command, args: readonly string[], script: Script | undefined): Reply {
    // A script that has written something may go on.
    if (this.isFull && command.needsMemory === true && script?.hasWritten !== true) {
      throw new RedisError(OUT_OF_MEMORY);
    }
    if (script !== undefined && command.writes === true) script.hasWritten = true;
    return command.run(this.keys, args);
  }

  #publish(channel: string, payload: string): number {
    let count = 0;
    const name = toText(channel) as string, text = toText(payload) as string;
    for (const client of this.#clients) {
      if (!client.channels.has(channel)) continue;
      count++;
      this.meter?.message(name, text);
      client.message(name, text);
    }
    return count;
  }

  #evaluate(
    client: RedisClient,
    name: "EVAL" | "EVALSHA",
    [given = "", count = "0", ...rest]: readonly string[],
  ): Reply {
    const source = name === "EVAL" ? given : this.#scripts.get(given);
    if (source === undefined) throw new RedisError("NOSCRIPT No matching script. Please use EVAL.");
    if (name === "EVAL") this.#scripts.set(shaOf(source), source);
    const keys = rest.slice(0, Number(count)), script: Script = { hasWritten: false };
    return runScript(
      source,
      keys,
      rest.slice(keys.length),
      (called, args) => this.#call(client, called, args, script),
    );
  }
}

interface Script {
  hasWritten: boolean;
}

function shaOf(source: string): string {
  let sha = shas.get(source);
  if (sha === undefined) shas.set(source, sha = createHash("sha1").update(source).digest("hex"));
  return sha;
}
