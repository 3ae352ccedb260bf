import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../../support/api-client.ts";
import { startCluster } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { joinAs } from "../../../support/presence-peer.ts";
import { usersOf } from "../../../support/api-answers.ts";

const ROOM = "presence-room";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a node that stands still", () => {
  test("for longer than its lease is given up, and enters its members again when it goes on", async () => {
    await using cluster = await startCluster({ nodes: 3, leaseSeconds: 6 });
    const [first, second, third] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await using ann = await joinAs(first, ROOM, "ann");
    await using bob = await joinAs(second, ROOM, "bob");
    await using cleo = await joinAs(third, ROOM, "cleo");
    await joinAs(third, ROOM, "bob");
    await ann.sees("ann", "bob", "cleo");

    third.freeze();
    expect((await ann.sees("ann", "bob")).told).toEqual(["+bob", "+cleo", "-cleo"]);
    await using dora = await joinAs(first, ROOM, "dora");
    await bob.peer.close();
    third.thaw();

    // Bob is on the third node too, which the others learn when it comes back.
    for (const each of [ann, dora, cleo]) await each.sees("ann", "bob", "cleo", "dora");
    expect(cleo.picture().told).toEqual(["+dora"]);
    expect(ann.picture().told.filter((each) => each === "+cleo")).toHaveLength(2);
    await third.output.waitFor("was not heard of for so long");
    for (const node of [first, second, third]) {
      await eventually(() => usersOf(node, ROOM), (users) => users.join() === "ann,bob,cleo,dora");
    }
    await new ApiClient(first).trigger(ROOM, "told", "x");
    await cleo.peer.nextEvent("told");
  });

  test("for less than its lease is noticed by no client", async () => {
    await using cluster = await startCluster({ nodes: 2, leaseSeconds: 60 });
    const [first, second] = [cluster.node(0), cluster.node(1)];
    await using ann = await joinAs(first, ROOM, "ann");
    await using bob = await joinAs(second, ROOM, "bob");
    await ann.sees("ann", "bob");
    second.freeze();
    await using cleo = await joinAs(first, ROOM, "cleo");
    for (let sent = 0; sent < 3; sent++) await new ApiClient(first).trigger(ROOM, `event-${sent}`, "x");
    second.thaw();
    for (let sent = 0; sent < 3; sent++) await bob.peer.nextEvent(`event-${sent}`);
    expect((await bob.sees("ann", "bob", "cleo")).told).toEqual(["+cleo"]);
    expect((await ann.sees("ann", "bob", "cleo")).told).toEqual(["+bob", "+cleo"]);
    expect((await cleo.sees("ann", "bob", "cleo")).told).toEqual([]);
    expect(second.output.text()).not.toContain("was not heard of");
  });
});
