import { expect, test } from "bun:test";
import { RedisKeys } from "../../src/cluster/redis-keys.ts";
import { eventually } from "../support/eventually.ts";
import { startRelay } from "../support/tcp-relay.ts";
import { describeNodes } from "./cluster-nodes.ts";
import { NodeProbe } from "./cluster-probe.ts";
import { LinkProbe } from "./link-probe.ts";
import { REDIS_KINDS } from "./redis-settings.ts";

const NEWS = "app\nnews", LOGGING = { events: 100, seconds: 60, position: 1, begins: true };

/** Clusters side by side, and how often a node joins each of them; a thousand joins by hand with RESOUND_TEST_JOINS=125. */
const CLUSTERS = 8, ROUNDS = Number(process.env["RESOUND_TEST_JOINS"] ?? 1);
/** Milliseconds by which the node that is alone hears of the other one late, and events that the other one must hear. */
const LAG = 120, EVENTS = 30;

/** Publishes until an event is not sent: no other node listens. */
async function alone({ counters, cluster }: NodeProbe): Promise<void> {
  await eventually(() => {
    const { published } = counters;
    cluster.events.publish(NEWS, "sounding", undefined);
    return counters.published === published;
  });
}

const KINDS = REDIS_KINDS.filter(({ name }) => name === "a server with a password and a database number");

describeNodes(KINDS, (nodes) => {
  test("sends nothing while no other node listens, but what Redis keeps", async () => {
    await using node = await nodes.one();
    await using stranger = new LinkProbe(nodes.redis.config);
    await stranger.next("up");
    await stranger.link.subscribe([new RedisKeys(nodes.prefix, nodes.redis.config.database).channel(NEWS)]);
    const { counters, cluster: { events } } = node;
    let attempts = 0;
    // Where this process stood still meanwhile, the node is not sure any more, and sends.
    await eventually(() => {
      const { published } = counters;
      attempts++;
      for (let number = 0; number < 100; number++) events.publish(NEWS, `quiet ${attempts}`, undefined);
      return counters.published === published;
    });
    const { published } = counters;
    events.publishCached(NEWS, "cached", undefined);
    events.publish(NEWS, "logged", undefined, LOGGING);
    expect(counters.published).toBe(published + 2);
    const frames = (): (string | undefined)[] =>
      stranger.messages.map(([, payload]) => payload.split("\n").at(-1));
    await eventually(frames, (heard) => heard.at(-1) === "logged");
    expect(frames().slice(-2)).toEqual(["cached", "logged"]);
    expect(frames()).not.toContain(`quiet ${attempts}`);
  });

  test("brings events of all kinds and of one turn in their order", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    await other.listen(NEWS);
    const sent: string[] = [];
    for (let number = 0; number < 1200; number++) {
      const frame = `${number}`, kind = number % 4;
      sent.push(frame);
      if (kind === 0) one.cluster.events.publish(NEWS, frame, undefined);
      else if (kind === 1) one.cluster.events.publishCached(NEWS, frame, undefined);
      else if (kind === 2) one.cluster.events.publish(NEWS, frame, undefined, LOGGING);
      else one.cluster.events.publishCached(NEWS, frame, undefined, LOGGING);
      if (number % 100 === 50) {
        one.cluster.events.publish("app\nunheard", frame, undefined, LOGGING);
        one.cluster.census.announceSubscriptions("app\nelsewhere", number);
      }
    }
    await other.until(NEWS, "1199");
    expect(other.events(NEWS)).toEqual(sent);
    expect(one.counters.dropped.refused).toBe(0);
    await one.cluster.events.confirmed();
  });

  test("counts each event that Redis refuses, and sends the others of its turn", async () => {
    const user = "limited", { servers: [server], config } = nodes.redis;
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const channels = new RedisKeys(nodes.prefix, config.database);
    const allowed = ["app\nnews", "app\nother"].map((topic) =>
      `&${channels.channel(topic).replace("\n", "?")}`
    );
    await server!.command(
      "ACL",
      "SETUSER",
      user,
      "on",
      ">pw",
      "~*",
      "+@all",
      `&${channels.control}`,
      ...allowed,
    );
    await using limited = await NodeProbe.meeting({ ...config, username: user, password: "pw" }, {
      prefix: nodes.prefix,
    });
    await other.listen(NEWS);
    for (let number = 0; number < 60; number++) {
      limited.cluster.events.publish(NEWS, `${number}`, undefined);
      limited.cluster.events.publish("app\nforbidden", `${number}`, undefined);
      limited.cluster.events.publishCached("app\nforbidden", `${number}`, undefined);
      limited.cluster.events.publish("app\nforbidden", `${number}`, undefined, LOGGING);
      limited.cluster.events.publish("app\nother", `${number}`, undefined);
    }
    await other.until(NEWS, "59");
    await eventually(() => limited.counters.dropped.refused, (count) => count === 180);
    expect(other.events(NEWS)).toEqual(Array.from({ length: 60 }, (_, number) => `${number}`));
    expect(limited.counters.queued).toBe(0);
  });

  test("a node that joins misses no event from its first subscription on", async () => {
    const { servers: [server], config } = nodes.redis, missing: string[] = [];
    // The node that is alone hears of the other one late.
    await using relay = await startRelay(server!.port, LAG);
    const firsts = await Promise.all(
      Array.from({ length: CLUSTERS }, async (_, number) => {
        const prefix = `resound:joins:${number}:`;
        return { prefix, first: await NodeProbe.meeting({ ...config, port: relay.port }, { prefix }) };
      }),
    );
    let joins = 0;
    await Promise.all(firsts.map(async ({ first, prefix }) => {
      let published = 0, goesOn = true;
      const turn = (): void => {
        for (let count = 0; count < 3; count++) {
          first.cluster.events.publish(NEWS, `${++published}`, undefined);
        }
        if (goesOn) setTimeout(turn, 1);
      };
      turn();
      for (let round = 0; round < ROUNDS; round++) {
        await alone(first);
        await using joining = await NodeProbe.meeting(config, { prefix });
        await joining.listen(NEWS);
        const from = published + 1;
        await eventually(() => joining.events(NEWS).some((frame) => Number(frame) >= from + EVENTS));
        const heard = new Set(joining.events(NEWS));
        for (let number = from; number <= from + EVENTS; number++) {
          if (!heard.has(`${number}`)) missing.push(`${prefix} ${round}: ${number}, the first is ${from}`);
        }
        joins++;
      }
      goesOn = false;
    }));
    await Promise.all(firsts.map(({ first }) => first[Symbol.asyncDispose]()));
    expect([joins, missing]).toEqual([CLUSTERS * ROUNDS, []]);
  }, 600_000);
});
