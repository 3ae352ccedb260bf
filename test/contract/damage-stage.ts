import { expect } from "bun:test";
import { RedisKeys } from "../../src/cluster/redis-keys.ts";
import type { PlainCommand } from "../../src/redis/redis-link.ts";
import { eventually } from "../support/eventually.ts";
import type { ClusterNodes } from "./cluster-nodes.ts";
import { type NodeProbe, PresenceProbe } from "./cluster-probe.ts";
import { LinkProbe } from "./link-probe.ts";

/** Topics that the nodes use, as the cluster names them. */
export const ROOM = "app\npresence-room", NEWS = "app\nnews", CACHE = "app\ncache-a";

/** Two nodes with something under every key. */
export class DamageStage implements AsyncDisposable {
  readonly one: NodeProbe;
  readonly other: NodeProbe;
  readonly here = new PresenceProbe();
  readonly there = new PresenceProbe();
  readonly #foreign: LinkProbe;
  readonly #keys: RedisKeys;
  #round = 0;

  private constructor(one: NodeProbe, other: NodeProbe, foreign: LinkProbe, keys: RedisKeys) {
    this.one = one;
    this.other = other;
    this.#foreign = foreign;
    this.#keys = keys;
  }

  static async open(nodes: ClusterNodes): Promise<DamageStage> {
    const [one, other] = await nodes.two();
    const foreign = new LinkProbe(nodes.redis.config);
    await foreign.next("up");
    const stage = new DamageStage(
      one,
      other,
      foreign,
      new RedisKeys(nodes.prefix, nodes.redis.config.database),
    );
    await one.listen(ROOM, { presence: stage.here.presence });
    await other.listen(ROOM, { presence: stage.there.presence });
    await stage.here.confirmed("1");
    await stage.there.confirmed("2");
    await eventually(() => stage.rosters(), (rosters) => rosters === "1,2|1,2");
    for (const node of [one, other]) {
      await node.listen(NEWS);
      node.cluster.occupancy.firstSubscribed(NEWS);
      node.cluster.census.setSubscriptions("app", "news", 1);
      node.cluster.census.announceSubscriptions(NEWS, 1);
      expect(await node.admitted("app", 1, 10)).toBe(true);
      await node.cluster.reports.answered();
    }
    return stage;
  }

  rosters(): string {
    return [this.here, this.there].map((probe) => probe.users().sort().join()).join("|");
  }

  /** The keys of the table, by the names that they have there. */
  keys(): Readonly<Record<string, string>> {
    const { one } = this, node = one.redis!.nodes()[0]!.id, process = node.slice(0, node.indexOf("."));
    const keys = this.#keys,
      own = keys.node(node),
      room = keys.presence(ROOM, node),
      news = keys.reports(NEWS);
    return {
      "{nodes}:leases": keys.leases,
      "{nodes}:info": keys.nodes,
      "{nodes}:clearing:NODE": keys.clearing("gone.1"),
      "{nodes}:spool": keys.spool,
      "{nodes}:turn": keys.turn,
      "{nodes}:spool:damaged": `${keys.spool}:damaged`,
      "{TOPIC}:members": room.members,
      "{TOPIC}:references": room.references,
      "{TOPIC}:version": room.version,
      "{TOPIC}:holds:NODE": room.holds,
      "{TOPIC}:nodes": news.nodes,
      "{TOPIC}:departed": room.departed,
      "{TOPIC}:counts": keys.counts(NEWS),
      "{TOPIC}:occupied": news.occupied,
      "{TOPIC}:event": keys.event(CACHE),
      "{TOPIC}:log": keys.log(NEWS),
      "{return:NAME}": keys.returning("name"),
      "{return:PROCESS}:open": keys.additions(process),
      "{TOPIC}:miss": keys.reports(CACHE).miss,
      "{witness:N}:PROCESS": keys.witness("0", process),
      "{connections:APP}": keys.connections("app"),
      "{attempts}:counts": keys.attempts.counts,
      "{attempts}:windows": keys.attempts.windows,
      "{calls}:counts": keys.calls.counts,
      "{calls}:windows": keys.calls.windows,
      "{idempotency:APP}:entries": keys.claims("app").entries,
      "{idempotency:APP}:times": keys.claims("app").times,
      "{node:NODE}:channels:APP": own.channels("app"),
      "{node:NODE}:presences": own.presences,
      "{node:NODE}:counted": own.counted,
      "{node:NODE}:occupied": own.occupied,
      "{node:NODE}:departed": own.departed,
      "{node:NODE}:applications": own.applications,
    };
  }

  async run(...commands: readonly PlainCommand[]): Promise<void> {
    await this.#foreign.link.run(commands);
  }

  async send(channel: string, payload: string): Promise<void> {
    await this.#foreign.link.run([this.#foreign.link.publishCommand(channel, payload)]);
  }

  channel(topic: string): string {
    return this.#keys.channel(topic);
  }

  get control(): string {
    return this.#keys.control;
  }

  /** Uses everything that nodes share, on both nodes, and finds it exact. */
  async works(): Promise<void> {
    const { one, other, here, there } = this, round = ++this.#round;
    // A user comes and goes, and all nodes see it.
    const guest = `guest-${round}`, hold = await there.confirmed(guest);
    await eventually(() => this.rosters(), (rosters) => rosters === `1,2,${guest}|1,2,${guest}`);
    await eventually(() => one.cluster.questions!.users(ROOM), (users) => users.length === 3);
    there.presence.leave(hold);
    await eventually(() => this.rosters(), (rosters) => rosters === "1,2|1,2");
    // An event, one that is kept, a count, a miss, an admission.
    for (const [from, to] of [[one, other], [other, one]] as const) {
      from.cluster.events.publish(NEWS, `event ${round}`, undefined);
      await to.until(NEWS, `event ${round}`);
    }
    // One that is logged, and what is known of a connection.
    const logging = { events: 100, seconds: 60, position: 1, begins: true };
    one.cluster.log!.follow(NEWS, logging);
    other.cluster.log!.follow(NEWS, logging);
    one.cluster.events.publish(NEWS, `logged ${round}`, undefined, logging);
    await other.until(NEWS, `logged ${round}`);
    await one.cluster.events.confirmed();
    one.cluster.log!.names.keep("name", `text ${round}`, 60);
    await eventually(
      () => other.cluster.log!.names.find(["name"]),
      (texts) => texts?.[0] === `text ${round}`,
    );
    const frame = JSON.stringify({ event: `kept-${round}`, channel: "cache-a", data: "{}" });
    one.cluster.events.publishCached(CACHE, frame, undefined);
    await eventually(() => other.cluster.questions!.cachedEvents([CACHE]), ([kept]) => kept === frame);
    one.cluster.census.announceSubscriptions(NEWS, round + 1);
    await eventually(() => other.heard.at(-1), (last) => {
      return last?.type === "counted" && last.subscriptions === round + 2;
    });
    expect(await one.admitted("app", 1, 100)).toBe(true);
    one.connected("app", 1);
    await new Promise<void>((resolve) => one.cluster.reports.noteMiss(`app\ncache-${round}`, resolve));
    await eventually(
      async () => {
        const { questions } = other.cluster;
        return [await questions!.connections("app"), await questions!.subscriptions("app", "news")];
      },
      ([connections, subscriptions]) => connections === 1 && subscriptions === 1,
    );
    expect([...await other.cluster.questions!.channels("app")]).toContainEqual(["news", 1]);
    // What no node can send is left for the next one; sign-ins are counted.
    const taken = async (): Promise<string[]> => (await other.redis!.spool.take()).map(({ text }) => text);
    await taken();
    expect(await one.redis!.spool.put(`text ${round}`)).toMatchObject({ kept: true });
    expect(await taken()).toEqual([`text ${round}`]);
    const limit = { attempts: 1, seconds: 60, callers: 10 };
    expect(await one.redis!.attempts!.count(`caller-${round}`, limit)).toBe(0);
    expect(await one.redis!.attempts!.count(`caller-${round}`, { ...limit, of: "calls" })).toBe(0);
    expect(await other.redis!.attempts!.count(`caller-${round}`, limit)).toBeGreaterThan(0);
    // Of two calls with an idempotency key the second gets the answer of the first.
    const bounds = { seconds: 600, lapseSeconds: 10, maxKeys: 1000, maxBytes: 1_000_000 };
    const call = { applicationId: "app", key: `key-${round}`, content: "c", token: "one" };
    expect((await one.cluster.claims!.claim(call, bounds)).state).toBe("claimed");
    await one.cluster.claims!.settle(call, "200 {}", bounds);
    expect((await other.cluster.claims!.claim({ ...call, token: "other" }, bounds)).state).toBe("answered");
    // A channel is occupied and vacated once.
    const topic = `app\nroom-${round}`, vacated: string[] = [];
    const occupied = (which: number): number =>
      [...one.reported, ...other.reported].filter((each) => each === `occupied room-${which}`).length;
    one.cluster.occupancy.firstSubscribed(topic);
    await one.cluster.reports.answered();
    other.cluster.occupancy.firstSubscribed(topic);
    await other.cluster.reports.answered();
    one.cluster.occupancy.lastUnsubscribed(topic);
    await one.cluster.reports.answered();
    other.cluster.occupancy.lastUnsubscribed(topic);
    await other.cluster.reports.answered();
    // Where the nodes write again what they have, that is known when they have done so.
    await eventually(async () => {
      for (const node of [one, other]) vacated.push(...await node.confirmVacated());
      return [occupied(round), vacated.filter((each) => each === topic).length];
    }, (counts) => counts.every((count) => count === 1));
    for (let earlier = 1; earlier < round; earlier++) expect(occupied(earlier)).toBe(1);
    // Users who were there all along have not left for any client, and both nodes are in the cluster.
    for (const { announced } of [here, there]) {
      expect(announced.filter((each) => each === "-1" || each === "-2")).toEqual([]);
    }
    await eventually(
      () => [one, other].map(({ redis, counters }) => [redis?.trouble, counters.nodes]),
      (all) => all.every(([trouble, nodes]) => trouble === undefined && nodes === 2),
    );
    for (const { log } of [one, other]) expect(log.filter((line) => line.includes("fault"))).toEqual([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#foreign[Symbol.asyncDispose]();
    await this.one[Symbol.asyncDispose]();
    await this.other[Symbol.asyncDispose]();
  }
}
