import { rmSync } from "node:fs";
import { join } from "node:path";
import { type RedisServer, startRedis } from "../../../test/support/redis-server.ts";

/** Bytes that Redis may have less than it has already: then it refuses what needs memory. */
const NO_MEMORY = "1";

/** The Redis of a run: one that restarts, loses data, and has a replica that takes its place without the last writes. */
export class ProveRedis implements AsyncDisposable {
  #master: RedisServer;

  private constructor(master: RedisServer) {
    this.#master = master;
  }

  static async start(): Promise<ProveRedis> {
    return new ProveRedis(await startRedis({ appendOnly: true }));
  }

  /** The port of the server that is the master now. */
  get port(): number {
    return this.#master.port;
  }

  /** Ends it, and starts it again with its data. */
  async restart(away: () => Promise<void>): Promise<void> {
    await this.#master.stop();
    await away();
    await this.#master.start();
  }

  /** Kills it, and starts it without its data. */
  async crash(away: () => Promise<void>): Promise<void> {
    await this.#master.kill();
    rmSync(join(this.#master.directory, "appendonlydir"), { recursive: true, force: true });
    await away();
    await this.#master.start();
  }

  /** A replica follows, is cut off, and takes the master's place when what is written meanwhile is in the master alone. */
  async failOver(away: () => Promise<void>): Promise<void> {
    const replica = await startRedis({ appendOnly: true });
    await replica.command("REPLICAOF", "127.0.0.1", this.#master.port);
    for (
      let tries = 0;
      !String(await replica.command("INFO", "replication")).includes("master_link_status:up");
      tries++
    ) {
      if (tries > 1000) throw new Error("The replica of the failover does not follow its master");
      await Bun.sleep(10);
    }
    await replica.command("REPLICAOF", "NO", "ONE");
    await away();
    const old = this.#master;
    this.#master = replica;
    await old[Symbol.asyncDispose]();
  }

  async refuseMemory(during: () => Promise<void>): Promise<void> {
    await this.#master.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    await this.#master.command("CONFIG", "SET", "maxmemory", NO_MEMORY);
    await during();
    await this.#master.command("CONFIG", "SET", "maxmemory", "0");
  }

  async freeze(during: () => Promise<void>): Promise<void> {
    this.#master.freeze();
    await during();
    this.#master.thaw();
  }

  async flush(): Promise<void> {
    await this.#master.command("FLUSHALL");
  }

  async killClients(): Promise<void> {
    await this.#master.killClients();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#master[Symbol.asyncDispose]();
  }
}
