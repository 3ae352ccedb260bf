import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OwnerLink } from "../../src/bridge/node/owner-link.ts";
import { BRIDGE_VERSION, framesOf, type Message, MessageReader } from "../../src/bridge/wire.ts";
import { eventually } from "../support/eventually.ts";
import { describeBridge, openOwner } from "./bridge-nodes.ts";
import { NodeProbe, PresenceProbe } from "./cluster-probe.ts";

// What the bridge promises besides the port's promises: confirmed events, members that move. What becomes of processes that die or stand
// still is in bridge-processes.test.ts.

const NEWS = "app\nnews", ROOM = "app\npresence-a";
/** Milliseconds; all nodes are in this process, so that none is silent because the machine is busy. */
const BEAT = 100;

describeBridge((nodes) => {
  const folder = mkdtempSync(join(tmpdir(), "bridge-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("confirms events once all nodes that listen have delivered them", async () => {
    const [one, other] = await nodes.two();
    await using third = await nodes.more();
    await using _ = one, __ = other;
    await Promise.all([other, third].map((node) => node.listen(NEWS)));
    for (let number = 0; number < 3; number++) one.cluster.events.publish(NEWS, `${number}`, undefined);
    await one.cluster.events.confirmed();
    for (const node of [other, third]) expect(node.events(NEWS)).toEqual(["0", "1", "2"]);
    expect(one.cluster.events.confirmed()).toBeUndefined();
    one.cluster.events.publish("app\nunheard", "x", undefined);
    await one.cluster.events.confirmed();
  });

  test("sends no events to which no other node listens, and misses none once one does", async () => {
    const [one, other] = await nodes.two();
    await using third = await nodes.more();
    await using _ = one, __ = other;
    const publish = async (frame: string): Promise<void> => {
      one.cluster.events.publish(NEWS, frame, undefined);
      await one.cluster.events.confirmed();
    };
    await one.listen(NEWS);
    await publish("unheard");
    const { published } = one.counters;
    one.cluster.events.publish(NEWS, "unheard", undefined);
    expect([one.counters.published, one.cluster.events.confirmed()]).toEqual([published, undefined]);
    let number = 0;
    for (let round = 0; round < 300; round++) {
      const first = number, node = [other, third][round % 2]!;
      // It publishes all the time, and hears at any moment that another node listens.
      const listening = node.listen(NEWS);
      let isListening = false;
      void listening.then(() => isListening = true);
      while (!isListening) {
        one.cluster.events.publish(NEWS, `${number++}`, undefined);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const missed = number;
      await publish(`${number++}`);
      await publish(`${number++}`);
      expect(node.events(NEWS).filter((frame) => Number(frame) >= missed)).toEqual([
        `${missed}`,
        `${missed + 1}`,
      ]);
      expect(node.events(NEWS).filter((frame) => Number(frame) < first)).toEqual([]);
      node.heard.length = 0;
      node.cluster.interest.release(NEWS);
      await node.cluster.reports.answered();
      if (round % 3 === 0) await publish("unheard");
    }
  });

  test("lets two nodes listen at once to what the other one need not send", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    for (let round = 0; round < 20; round++) {
      const topics = [`app\nfirst-${round}`, `app\nsecond-${round}`] as const;
      one.cluster.events.publish(topics[0], "x", undefined);
      other.cluster.events.publish(topics[1], "x", undefined);
      await Promise.all([one, other].map(({ cluster }) => cluster.events.confirmed()));
      await Promise.all([one.listen(topics[1]), other.listen(topics[0])]);
    }
  });

  test("lets no process join that has another version, or does not know the secret", async () => {
    await using _ = await nodes.one();
    const { path, secret } = nodes.owner.place;
    expect(await OwnerLink.open({ path, secret: "x".repeat(secret.length) })).toBe(
      "the connection has ended",
    );
    const socket = connect(path);
    socket.write(framesOf([["hello", BRIDGE_VERSION + 1, secret, "later"]])[0]!);
    const reader = new MessageReader(), answers: Message[] = [];
    socket.on("data", (chunk: Buffer) => answers.push(...[...reader.read(chunk)].flat()));
    await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    // A beat may come before the answer.
    expect(answers.filter(([name]) => name !== "ping")).toEqual([[
      "refused",
      `it speaks version ${BRIDGE_VERSION + 1} of the bridge, and the processes that serve ${BRIDGE_VERSION}`,
    ]]);
    expect(nodes.owner.nodes).toBe(1);
  });

  test("cuts a process that sends no frames, or too long ones", async () => {
    await using _ = await nodes.one();
    const { path } = nodes.owner.place;
    for (
      const bytes of [[0xff, 0xff, 0xff, 0xff, 0x5b], [0, 0, 0, 2, 0x7b, 0x7d], [0, 0, 0, 4, 1, 2, 3, 4]]
    ) {
      const socket = connect(path);
      socket.write(Uint8Array.from(bytes));
      // A beat may come before the end, which only a socket that is read from notices then.
      socket.resume();
      await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    }
  });

  test("keeps a member present that moves to another node, and ends it in time when it does not come", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const here = new PresenceProbe(), there = one.reportedPresence("presence-a");
    await other.listen(ROOM, { presence: here.presence });
    await one.listen(ROOM, { presence: there });
    const joined = (userId: string) =>
      there.join({
        userId,
        userIdJson: `"${userId}"`,
        userInfoJson: "null",
        json: `{"user_id":"${userId}"}`,
      });
    const holds = ["1", "2"].map(joined);
    one.cluster.occupancy.firstSubscribed(ROOM);
    await eventually(() => here.users(), (users) => users.length === 2);
    one.bridge?.move(true);
    for (const hold of holds) there.leave(hold);
    one.cluster.occupancy.lastUnsubscribed(ROOM);
    await one.cluster.reports.answered();
    await here.confirmed("1");
    other.cluster.occupancy.firstSubscribed(ROOM);
    await one[Symbol.asyncDispose]();
    await eventually(() => here.users(), (users) => users.length === 1);
    expect(here.announced).toEqual(["+1", "+2", "-2"]);
    expect(one.reported).toEqual(["+1 presence-a", "+2 presence-a", "occupied presence-a"]);
    await eventually(() => other.reported, (reported) => reported.length === 1);
    expect(other.reported).toEqual(["-2 presence-a"]);
    expect(await other.confirmDepartures()).toBe(1);
  });

  test("costs the only node nothing until another one joins, which then has what the first one had", async () => {
    const owner = await openOwner(join(folder, "spare.sock"), BEAT, true);
    const one = await NodeProbe.onBridge(owner.place), here = new PresenceProbe();
    expect([one.cluster.isShared, one.cluster.questions]).toEqual([false, undefined]);
    one.kept.push(["app\ncache-a", "last", 60]);
    await one.listen(ROOM, { presence: here.presence });
    await here.confirmed("1");
    one.cluster.events.publish(NEWS, "unheard", undefined);
    expect(one.counters.published).toBe(0);

    await using other = await NodeProbe.onBridge(owner.place);
    expect([one.cluster.isShared, other.cluster.isShared]).toEqual([true, true]);
    const there = new PresenceProbe();
    await other.listen(ROOM, { presence: there.presence });
    await other.listen("app\ncache-a", { cached: true });
    await other.listen(NEWS);
    expect([there.users(), other.cache.get("app\ncache-a")]).toEqual([["1"], "last"]);
    one.cluster.events.publish(NEWS, "heard", undefined);
    await one.cluster.events.confirmed();
    expect(other.events(NEWS)).toEqual(["heard"]);
    await there.confirmed("1");
    other.cache.clear();
    await one[Symbol.asyncDispose]();
    await eventually(() => other.cluster.isShared, (isShared) => !isShared);
    expect([there.users(), there.announced]).toEqual([["1"], ["+1"]]);
    expect(other.cache.get("app\ncache-a")).toBe("last");
    other.cluster.events.publish(NEWS, "alone", undefined);
    expect(other.counters.published).toBe(0);

    await using third = await NodeProbe.onBridge(owner.place);
    await third.listen(ROOM, { presence: new PresenceProbe().presence });
    expect(await third.cluster.questions?.users(ROOM)).toEqual(['"1"']);
    owner.close();
  });
}, BEAT);
