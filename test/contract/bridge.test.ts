import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OwnerLink } from "../../src/bridge/node/owner-link.ts";
import { BRIDGE_VERSION, framesOf } from "../../src/bridge/wire.ts";
import { eventually } from "../support/eventually.ts";
import { describeBridge, openOwner } from "./bridge-nodes.ts";
import { BridgeProcess } from "./bridge-process.ts";
import { NodeProbe, PresenceProbe } from "./cluster-probe.ts";

// What the bridge promises besides the port's promises: confirmed events, members that move, processes that die or stand still.

const NEWS = "app\nnews", ROOM = "app\npresence-a";
/** Milliseconds. */
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
    const answer = await new Promise<string>((resolve) => {
      socket.once("data", (data) => resolve(data.toString("utf8", 4)));
    });
    expect(JSON.parse(answer)).toEqual([[
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

  test("ends the members of a process that was killed, and those alone, and reports for it", async () => {
    await using one = await nodes.one();
    await using other = await BridgeProcess.node(nodes.owner.place);
    const here = new PresenceProbe();
    await one.listen(ROOM, { presence: here.presence });
    await here.confirmed("1");
    await other.does({ type: "listen", topic: ROOM });
    for (const userId of ["1", "2", "3"]) await other.does({ type: "join", userId });
    expect(here.users()).toEqual(["1", "2", "3"]);
    other.signal("SIGKILL");
    // One of them comes back in time.
    await eventually(() => one.counters.nodes, (count) => count === 1);
    await here.confirmed("3");
    await eventually(() => here.users(), (users) => users.length === 2);
    expect(here.announced).toEqual(["+1", "+2", "+3", "-2"]);
  });

  test("does not wait for a process that stands still, which comes back with all that it has", async () => {
    await using one = await nodes.one();
    await using other = await BridgeProcess.node(nodes.owner.place);
    const here = new PresenceProbe();
    await one.listen(ROOM, { presence: here.presence });
    await one.listen(NEWS);
    await other.does({ type: "listen", topic: ROOM });
    await other.does({ type: "listen", topic: NEWS });
    await other.does({ type: "join", userId: "1" });
    other.signal("SIGSTOP");
    one.cluster.events.publish(NEWS, "x", undefined);
    await one.cluster.events.confirmed();
    expect(one.counters.nodes).toBe(1);
    await eventually(() => here.announced, (announced) => announced.length === 2);
    other.signal("SIGCONT");
    await eventually(() => here.users(), (users) => users.length === 1);
    await other.does({ type: "publish", topic: NEWS, frame: "back" });
    await one.until(NEWS, "back");
    expect(here.announced).toEqual(["+1", "-1", "+1"]);
  });

  test("goes on alone when the owner is killed", async () => {
    const [process, place] = await BridgeProcess.owner(join(folder, "killed.sock"), BEAT);
    await using owner = process;
    await using one = await NodeProbe.onBridge(place), other = await NodeProbe.onBridge(place);
    const here = new PresenceProbe();
    await one.listen(ROOM, { presence: here.presence });
    const hold = await here.confirmed("1");
    owner.signal("SIGKILL");
    await eventually(() => [one, other], (all) => all.every(({ bridge }) => bridge?.trouble !== undefined));
    one.cluster.events.publish(NEWS, "kept", undefined);
    expect([one.cluster.events.confirmed(), one.cluster.questions]).toEqual([undefined, undefined]);
    await here.confirmed("2");
    here.presence.leave(hold);
    expect(here.announced).toEqual(["+1", "+2", "-1"]);
    expect([await one.admitted("app", 1, 1), await one.admitted("app", 2, 1)]).toEqual([true, false]);
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

  test("goes on alone while the owner stands still, and then is as exact as before", async () => {
    const [process, place] = await BridgeProcess.owner(join(folder, "owner.sock"), BEAT);
    await using owner = process;
    await using one = await NodeProbe.onBridge(place), other = await NodeProbe.onBridge(place);
    const third = await NodeProbe.onBridge(place), here = new PresenceProbe(), there = new PresenceProbe();
    await one.listen(ROOM, { presence: here.presence });
    await other.listen(ROOM, { presence: there.presence });
    for (const node of [one, other]) await node.listen(NEWS);
    await here.confirmed("1");
    const leaving = await there.confirmed("2");
    await eventually(() => here.users(), (users) => users.length === 2);
    const frames = Array.from({ length: 20 }, (_, number) => `${number}`);
    for (const frame of frames.slice(0, 5)) one.cluster.events.publish(NEWS, frame, undefined);
    owner.signal("SIGSTOP");
    for (const frame of frames.slice(5, 10)) one.cluster.events.publish(NEWS, frame, undefined);
    await one.cluster.events.confirmed();
    await eventually(() => [one, other], (all) => all.every(({ bridge }) => bridge?.trouble !== undefined));
    for (const frame of frames.slice(10, 15)) one.cluster.events.publish(NEWS, frame, undefined);
    expect(one.cluster.events.confirmed()).toBeUndefined();
    await here.confirmed("3");
    there.presence.leave(leaving);
    expect(here.users()).toEqual(["1", "2", "3"]);
    // A node can leave meanwhile.
    await third[Symbol.asyncDispose]();
    owner.signal("SIGCONT");
    await eventually(() => [one, other], (all) => all.every(({ bridge }) => bridge?.trouble === undefined));
    for (const frame of frames.slice(15)) one.cluster.events.publish(NEWS, frame, undefined);
    await other.until(NEWS, "19");
    expect(other.events(NEWS)).toEqual(frames);
    await eventually(() => [here, there].map((probe) => probe.users().toSorted().join()), (users) => {
      return users.every((each) => each === "1,3");
    });
    expect(here.announced).toEqual(["+1", "+2", "+3", "-2"]);
    expect(there.announced).toEqual(["+1", "+2", "-2", "+3"]);
  });
}, BEAT);
