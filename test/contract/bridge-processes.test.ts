import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BridgePlace } from "../../src/bridge/bridge-place.ts";
import { eventually } from "../support/eventually.ts";
import { openOwner } from "./bridge-nodes.ts";
import { BridgeProcess } from "./bridge-process.ts";
import { NodeProbe, PresenceProbe } from "./cluster-probe.ts";

// Processes of a bridge that die or stand still. They wait for beats, so that they do it at the same time.

const NEWS = "app\nnews", ROOM = "app\npresence-a";
/** Milliseconds. A process counts as silent after five beats: more than a busy machine takes from one that is alive. */
const BEAT = 700;

describe("a node on the bridge", () => {
  const folder = mkdtempSync(join(tmpdir(), "bridge-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A bridge whose owner is this process. */
  async function opened(name: string): Promise<AsyncDisposable & { readonly place: BridgePlace }> {
    const owner = await openOwner(join(folder, name), BEAT);
    return { place: owner.place, [Symbol.asyncDispose]: () => Promise.resolve(owner.close()) };
  }

  test.concurrent("ends the members of a process that was killed, and those alone, and reports for it", async () => {
    await using owner = await opened("member.sock");
    await using one = await NodeProbe.onBridge(owner.place);
    await using other = await BridgeProcess.node(owner.place);
    const here = new PresenceProbe();
    await one.listen(ROOM, { presence: here.presence });
    await here.confirmed("1");
    await other.does({ type: "listen", topic: ROOM });
    for (const userId of ["1", "2", "3"]) await other.does({ type: "join", userId });
    await eventually(() => here.users(), (users) => users.join() === "1,2,3");
    other.signal("SIGKILL");
    // One of them comes back in time.
    await eventually(() => one.counters.nodes, (count) => count === 1);
    await here.confirmed("3");
    await eventually(() => here.users(), (users) => users.length === 2);
    expect(here.announced).toEqual(["+1", "+2", "+3", "-2"]);
  });

  test.concurrent("does not wait for a process that stands still, which comes back with all that it has", async () => {
    await using owner = await opened("still.sock");
    await using one = await NodeProbe.onBridge(owner.place);
    await using other = await BridgeProcess.node(owner.place);
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

  test.concurrent("goes on alone when the owner is killed", async () => {
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

  test.concurrent("goes on alone while the owner stands still, and then is as exact as before", async () => {
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
});
