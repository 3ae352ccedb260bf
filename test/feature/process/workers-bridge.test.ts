import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { joinAs, type PresencePeer } from "../../support/presence-peer.ts";
import { runResound } from "../../support/run-resound.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import {
  type BridgedWorkers,
  clientsEverywhere,
  isAlive,
  noWorkersAtAll,
  startBridgedWorkers,
} from "../../support/worker-processes.ts";

const otherTarget = skipWhen(serverTarget() === "binary", "workers over the bridge: tested on Bun");

// One server for all tests, so each has channels and users of its own.
describe.skipIf(noWorkersAtAll || otherTarget)("several workers without Redis are one server", () => {
  let workers: BridgedWorkers, api: ApiClient;
  beforeAll(async () => {
    workers = await startBridgedWorkers();
    api = new ApiClient(workers.server);
  });
  afterAll(() => workers[Symbol.asyncDispose]());

  /** Members of a channel, so many that each worker has some. */
  const membersOf = async (channel: string, names: readonly string[]): Promise<PresencePeer[]> => {
    const members = await Promise.all(names.map((name) => joinAs(workers.server, channel, name)));
    for (const member of members) await member.sees(...names);
    return members;
  };
  const NAMES = Array.from({ length: 16 }, (_, index) => `user-${index}`);

  test("an event reaches every client once, in order, but the one that it leaves out", async () => {
    const clients = await clientsEverywhere(workers);
    await Promise.all(clients.map((client) => client.subscribe("news")));
    const left = clients.at(-1)!, names = Array.from({ length: 20 }, (_, number) => `event-${number}`);
    for (const name of names) {
      const body = { name, channel: "news", data: "x", socket_id: left.id };
      expect((await api.post("/events", body)).text).toBe("{}");
    }
    await api.trigger("news", "last", "x");
    for (const client of clients) {
      const wanted = client === left ? ["last"] : [...names, "last"];
      const seen = (await client.nextFrames(wanted.length)).map((frame) =>
        /"event":"([\w-]+)"/.exec(frame)?.[1]
      );
      // Calls went to either worker, and each was answered before the next one was made.
      expect(seen).toEqual(wanted);
      await client.expectSilence();
    }
    await Promise.all(clients.map((client) => client.close()));
  });

  test("a call with an idempotency key is delivered once", async () => {
    const clients = await clientsEverywhere(workers);
    await Promise.all(clients.map((client) => client.subscribe("once")));
    const decidedAlone = async (): Promise<number> =>
      Object.values(await workers.metric("resound_api_claims_alone_total")).reduce(
        (sum, each) => sum + each,
        0,
      );
    for (let round = 1, alone = await decidedAlone();; round++) {
      const event = { name: `event-${round}`, channel: "once", data: "x", idempotency_key: `once-${round}` };
      // Each on a connection of its own, so that they come to both.
      const calls = Array.from(
        { length: 20 },
        () => api.post("/events", event, { headers: { Connection: "close" } }),
      );
      const answers = await Promise.all(calls);
      expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(answers.map(() => "200 {}"));
      // Where the parent stands still for a second each worker decides alone, as it is meant to: that round shows nothing.
      const before = alone;
      alone = await decidedAlone();
      if (alone > before) continue;
      expect(answers.filter(({ headers }) => !headers.has("idempotent-replayed"))).toHaveLength(1);
      for (const client of clients) {
        await client.nextEvent(event.name);
        await client.expectSilence();
      }
      break;
    }
    await Promise.all(clients.map((client) => client.close()));
  });

  test("the API answers for all of them, and ends a user's connections on all", async () => {
    const members = await membersOf("presence-api", NAMES);
    const users = (await api.get("/channels/presence-api/users")).json() as { users: { id: string }[] };
    expect(users.users.map(({ id }) => id).toSorted()).toEqual(NAMES.toSorted());
    const channels = await api.get("/channels", { filter_by_prefix: "presence-api", info: "user_count" });
    expect(channels.json()).toEqual({ channels: { "presence-api": { user_count: 16 } } });
    expect((await api.get("/connections")).json()).toEqual({ connections: 16 });
    const signedIn = await Promise.all(Array.from({ length: 8 }, () => Peer.signedIn(workers.server, "7")));
    await api.post("/users/7/terminate_connections", {});
    for (const peer of signedIn) expect((await peer.closed).code).toBe(4009);
    await Promise.all(members.map(({ peer }) => peer.close()));
  });

  test("a cache channel has the same last event at each", async () => {
    await api.trigger("cache-room", "first", "x");
    await api.trigger("cache-room", "second", "x");
    const clients = await clientsEverywhere(workers);
    for (const client of clients) {
      await client.subscribe("cache-room");
      expect(await client.next()).toContain('"event":"second"');
    }
    await Promise.all(clients.map((client) => client.close()));
  });

  test("members that move to another worker neither leave nor join", async () => {
    const channel = "presence-moving", members = await membersOf(channel, NAMES), seen: string[] = [];
    let isOver = false;
    /** As a client does: again, where the worker that it meets stops as well, or has stopped. */
    const comeBack = async (userId: string): Promise<PresencePeer> => {
      for (;;) {
        const member = await joinAs(workers.server, channel, userId).catch(() => undefined);
        if (member !== undefined) return member;
      }
    };
    const follow = async (index: number): Promise<void> => {
      for (;;) {
        const { peer, userId } = members[index]!;
        // What was announced while the others came is not of interest.
        const before = peer.received.length;
        // The numbers below may be right while one is on its way.
        if (isOver) void peer.close();
        await peer.closed;
        seen.push(
          ...peer.received.slice(before).filter((frame) => frame.includes("pusher_internal:member_")),
        );
        if (isOver) return;
        members[index] = await comeBack(userId);
      }
    };
    const followed = members.map((_, index) => follow(index));
    const { code } = await runResound(["restart", "--laravel", workers.server.directory]);
    expect(code).toBe(0);
    await eventually(() => workers.metric("resound_connections"), (counts) => {
      return Object.values(counts).reduce((sum, count) => sum + count, 0) === NAMES.length;
    });
    isOver = true;
    await Promise.all(members.map(({ peer }) => peer.close()));
    await Promise.all(followed);
    expect(seen).toEqual([]);
  });

  test("a worker that is killed is replaced, its members come back unnoticed or leave in time", async () => {
    const members = await membersOf("presence-killed", NAMES);
    const closed = members.map((member) => member.peer.closed.then(() => member));
    const [last] = workers.server.output.stdout.join("\n").match(/Worker 1 is now process \d+/g)?.slice(-1) ??
      [];
    const killed = Number(/\d+$/.exec(last ?? "")?.[0] ?? workers.pids[0]);
    process.kill(killed, "SIGKILL");
    const firstGone = await Promise.race(closed);
    // Its connections and its port end one by one: while the port is there it would take a new connection along.
    await eventually(() => isAlive(killed), (alive) => !alive);
    // Within the few seconds for which the others wait for it.
    const back = await joinAs(workers.server, "presence-killed", firstGone.userId);
    // Who answers is left.
    const areLeft = await Promise.all(members.map(({ peer }) => {
      peer.send({ event: "pusher:ping" });
      return peer.nextEvent("pusher:pong").then(() => true, () => false);
    }));
    const left = members.filter((_, index) => areLeft[index]),
      gone = members.filter((_, index) => !areLeft[index]);
    expect(left.length).toBeGreaterThan(0);
    const stay = [...left.map(({ userId }) => userId), back.userId];
    for (const member of [...left, back]) await member.sees(...stay);
    const removed = left[0]!.peer.received.filter((frame) => frame.includes("member_removed"));
    expect(removed).toHaveLength(gone.length - 1);
    expect(removed.join()).not.toContain(`${back.userId}\\"`);
    await Promise.all([...left, back].map(({ peer }) => peer.close()));
  });
});
