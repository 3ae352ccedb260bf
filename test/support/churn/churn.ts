import { ApiClient } from "../api-client.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";
import { Peer } from "../peer.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** The channels that users come to and leave. */
export const ROOMS = ["presence-a", "presence-b", "presence-c"];
/** Everyone is on it, and events are published there. */
export const NEWS = "news";
const USERS = ["ann", "bob", "cleo", "dora", "emil", "fay"];
/** Clients at a time. */
const CROWD = 24;

/** A client of the churn: one connection of a user, which may have others. */
export interface ChurnClient {
  readonly peer: Peer;
  readonly userId: string;
  readonly node: ClusterNode;
  /** Rooms that it has asked for and not left. */
  readonly rooms: Set<string>;
  isClosed: boolean;
}

const WEIGHTS = {
  come: 40,
  enter: 25,
  leave: 12,
  close: 10,
  cut: 8,
  publish: 30,
  breathe: 6,
  killNode: 0.8,
  freezeNode: 0.6,
  restartRedis: 1,
  killConnections: 1.2,
  pauseRedis: 0.8,
};

/** Lets users come and go, nodes die and Redis fail, as the random numbers have it. */
export class Churn {
  readonly clients: ChurnClient[] = [];
  /** What was done, for the search for the reason of a failure. */
  readonly diary: string[] = [];
  readonly #cluster: Cluster;
  readonly #random: SeededRandom;
  #published = 0;

  constructor(cluster: Cluster, random: SeededRandom) {
    this.#cluster = cluster;
    this.#random = random;
  }

  /** The nodes that run. */
  get nodes(): readonly ClusterNode[] {
    return this.#cluster.nodes.filter((node) => !this.#killed.has(node));
  }

  /** The clients whose connections are open. */
  get open(): readonly ChurnClient[] {
    return this.clients.filter((client) => !client.isClosed);
  }

  readonly #killed = new Set<ClusterNode>();

  async step(): Promise<void> {
    const action = this.#random.weighted(WEIGHTS);
    this.diary.push(action);
    switch (action) {
      case "come":
        return await this.#come();
      case "enter":
        return await this.#enter(this.#random.pick(this.open));
      case "leave":
        return this.#leave(this.#random.pick(this.open));
      case "close":
        return this.#end(this.#random.pick(this.open), (peer) => void peer.close());
      case "cut":
        return this.#end(this.#random.pick(this.open), (peer) => peer.terminate());
      case "publish":
        return await this.#publish();
      case "breathe":
        return await Bun.sleep(this.#random.below(120));
      case "killNode":
        return await this.#killNode();
      case "freezeNode":
        return await this.#freezeNode();
      case "restartRedis":
        return await this.#restartRedis();
      case "killConnections":
        return void await this.#cluster.redis.killClients();
      case "pauseRedis":
        return await this.#cluster.redis.pause(this.#random.below(1500));
    }
  }

  async #come(): Promise<void> {
    if (this.open.length >= CROWD) return;
    const node = this.#random.pick(this.nodes), userId = this.#random.pick(USERS);
    if (node === undefined || userId === undefined) return;
    const peer = await Peer.connect(node);
    const client: ChurnClient = { peer, userId, node, rooms: new Set(), isClosed: false };
    void peer.closed.then(() => client.isClosed = true);
    this.clients.push(client);
    peer.send({ event: "pusher:subscribe", data: { auth: "", channel: NEWS } });
    await this.#enter(client);
  }

  async #enter(client: ChurnClient | undefined): Promise<void> {
    const room = this.#random.pick(ROOMS);
    if (client === undefined || room === undefined || client.rooms.has(room)) return;
    client.rooms.add(room);
    // The confirmation is not awaited: others may leave, and nodes die, before it comes.
    const asked = client.peer.subscribeSigned(room, JSON.stringify({ user_id: client.userId }));
    asked.catch(() => {});
    await Promise.race([asked, Bun.sleep(this.#random.below(20))]).catch(() => {});
  }

  #leave(client: ChurnClient | undefined): void {
    const room = this.#random.pick([...client?.rooms ?? []]);
    if (client === undefined || room === undefined) return;
    client.rooms.delete(room);
    client.peer.send({ event: "pusher:unsubscribe", data: { channel: room } });
  }

  #end(client: ChurnClient | undefined, how: (peer: Peer) => void): void {
    if (client === undefined) return;
    client.isClosed = true;
    how(client.peer);
  }

  async #publish(): Promise<void> {
    const index = this.#random.below(this.nodes.length), node = this.nodes[index];
    if (node === undefined) return;
    const answer = await new ApiClient(node).trigger(NEWS, `from-${node.port}`, String(++this.#published));
    if (answer.status !== 200) {
      throw new Error(`Publishing was answered with ${answer.status}: ${answer.text}`);
    }
  }

  async #killNode(): Promise<void> {
    const node = this.#random.pick(this.nodes);
    if (node === undefined) return;
    this.#killed.add(node);
    for (const client of this.clients) if (client.node === node) client.isClosed = true;
    await node.kill();
    await this.#cluster.add();
  }

  async #freezeNode(): Promise<void> {
    const node = this.#random.pick(this.nodes);
    if (node === undefined) return;
    node.freeze();
    await Bun.sleep(500 + this.#random.below(3000));
    node.thaw();
  }

  async #restartRedis(): Promise<void> {
    await this.#cluster.redis.stop();
    await Bun.sleep(this.#random.below(1500));
    await this.#cluster.redis.start();
  }
}
