import { expect, test } from "bun:test";
import { Application } from "../../src/hub/applications/application.ts";
import type { ClaimBounds, ClusterClaims, KeyClaim } from "../../src/hub/cluster/cluster-claims.ts";
import { ClaimTable } from "../../src/hub/idempotency/claim-table.ts";
import { KeyedCalls } from "../../src/hub/idempotency/keyed-calls.ts";
import { eventually } from "../support/eventually.ts";
import { applicationConfig } from "../support/fake-hub.ts";
import type { MeetingNodes, NodeProbe } from "./cluster-probe.ts";

// What every implementation of src/hub/cluster/cluster-claims.ts promises.

/** Two views of one set of claims: those of two nodes, or twice that of one. */
export type ClaimViews = AsyncDisposable & { readonly here: ClusterClaims; readonly there: ClusterClaims };

const BOUNDS: ClaimBounds = { seconds: 600, lapseSeconds: 10, maxKeys: 1000, maxBytes: 100_000 };
const LONG = `200 ${"x".repeat(1000)}`;
let tokens = 0;

function claimOf(key: string, content = "c", applicationId = "app"): KeyClaim {
  return { applicationId, key, content, token: `t${++tokens}` };
}

/** The promises of the port itself. */
export function promisesOfClaims(open: () => Promise<ClaimViews>): void {
  test("gives a key to one call, and its answer to all others", async () => {
    await using views = await open();
    const { here, there } = views, first = claimOf('order-1 "é" {}'), second = claimOf(first.key);
    const outcomes = await Promise.all([
      ...[here, there].map((claims) => claims.claim(first, BOUNDS)),
      ...[here, there].map((claims) => claims.claim(second, BOUNDS)),
    ]);
    const states = outcomes.map(({ state }) => state);
    expect([["claimed", "claimed", "running", "running"], ["running", "running", "claimed", "claimed"]])
      .toContainEqual(states);
    const [winner, loser] = states[0] === "claimed" ? [first, second] : [second, first];
    await here.settle(loser, "200 wrong", BOUNDS);
    expect(await here.claim(loser, BOUNDS)).toEqual({ state: "running" });
    await there.settle(winner, '200 {"a":"\\n"}', BOUNDS);
    const answered = { state: "answered", answer: '200 {"a":"\\n"}' } as const;
    for (const claims of [here, there]) {
      expect(await claims.claim(loser, BOUNDS)).toEqual(answered);
      expect(await claims.claim(winner, BOUNDS)).toEqual(answered);
      expect(await claims.claim(claimOf(first.key, "other"), BOUNDS)).toEqual({ state: "different" });
    }
    expect((await there.claim(claimOf(first.key, "c", "app-2"), BOUNDS)).state).toBe("claimed");
    await here.settle(loser, "200 wrong", BOUNDS);
    expect(await there.claim(loser, BOUNDS)).toEqual(answered);
  });

  test("lets a claim without an answer lapse, and keeps an answer that comes late unless another has the key", async () => {
    await using views = await open();
    const { here, there } = views, short = { ...BOUNDS, lapseSeconds: 0.02 };
    const [first, second, late] = ["a", "a", "b"].map((key) => claimOf(key)) as [
      KeyClaim,
      KeyClaim,
      KeyClaim,
    ];
    await here.claim(late, short);
    await here.claim(first, short);
    await eventually(() => there.claim(second, short), ({ state }) => state === "claimed");
    await here.settle(first, "200 first", BOUNDS);
    expect((await here.claim(first, BOUNDS)).state).toBe("running");
    await there.settle(second, "200 second", BOUNDS);
    expect(await here.claim(first, BOUNDS)).toEqual({ state: "answered", answer: "200 second" });
    await here.settle(late, "200 late", BOUNDS);
    expect(await there.claim(claimOf("b"), BOUNDS)).toEqual({ state: "answered", answer: "200 late" });
  });

  test("forgets an answer after its time", async () => {
    await using views = await open();
    const { here, there } = views, first = claimOf("a"), short = { ...BOUNDS, seconds: 0.02 };
    await here.claim(first, BOUNDS);
    await here.settle(first, "200 first", BOUNDS);
    expect((await there.claim(claimOf("a"), BOUNDS)).state).toBe("answered");
    const again = claimOf("a");
    await eventually(() => there.claim(again, short), ({ state }) => state === "claimed");
    await there.settle(again, "200 again", BOUNDS);
    expect(await here.claim(first, BOUNDS)).toEqual({ state: "answered", answer: "200 again" });
  });

  test("keeps no more keys than it may, and makes room when the first have ended", async () => {
    await using views = await open();
    const { here, there } = views, few = { ...BOUNDS, maxKeys: 2, seconds: 0.02, lapseSeconds: 0.02 };
    const [first, second, third] = ["a", "b", "c"].map((key) => claimOf(key)) as [
      KeyClaim,
      KeyClaim,
      KeyClaim,
    ];
    const two = { ...BOUNDS, maxKeys: 2 };
    await here.claim(first, two);
    await here.settle(first, "200 first", two);
    await here.claim(second, two);
    expect(await there.claim(third, two)).toEqual({ state: "full" });
    await there.settle(third, "200 third", two);
    expect(await there.claim(third, two)).toEqual({ state: "full" });
    expect((await there.claim(claimOf("c", "c", "app-2"), two)).state).toBe("claimed");
    expect((await there.claim(claimOf("a"), two)).state).toBe("answered");
    await eventually(() => there.claim(third, few), ({ state }) => state === "claimed");
  });

  test("keeps no more bytes than it may: of an answer without room the status is left", async () => {
    await using views = await open();
    const { here, there } = views, small = { ...BOUNDS, maxBytes: 1200 };
    const [first, second] = [claimOf("a"), claimOf("b")];
    expect((await here.claim(claimOf("k".repeat(1200)), small)).state).toBe("full");
    for (const claim of [first, second]) {
      expect((await here.claim(claim, small)).state).toBe("claimed");
      await here.settle(claim, LONG, small);
    }
    expect(await there.claim(first, small)).toEqual({ state: "answered", answer: LONG });
    expect(await there.claim(second, small)).toEqual({ state: "answered", answer: "200" });
    expect((await here.claim(claimOf("k".repeat(250)), small)).state).toBe("full");
    // What has ended makes room for as many bytes.
    const third = claimOf("k".repeat(250)), short = { ...small, seconds: 0.02 };
    await eventually(() => here.claim(third, short), ({ state }) => state === "claimed");
    await here.settle(third, `200 ${"x".repeat(800)}`, small);
    expect((await there.claim(third, small)).state).toBe("answered");
  });
}

/** What the calls of an application do over one node and over two, whether or not there are others to ask. */
export function promisesToKeyedCalls(open: () => Promise<readonly NodeProbe[]>): void {
  test("has one of many calls with a key do the work, and gives all others its answer", async () => {
    const nodes = await open();
    const calls = nodes.map(({ cluster }) => keyedCalls(cluster));
    try {
      let done = 0;
      const answers = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
        const call = await calls[index % calls.length]!.begin("order-1", "content");
        if (call.state === "answered") return call.answer;
        if (call.state !== "claimed") return call.state;
        done++;
        call.settle("200 done");
        return "200 done";
      }));
      expect([done, new Set(answers)]).toEqual([1, new Set(["200 done"])]);
      for (const each of calls) {
        expect(await each.begin("order-1", "other")).toEqual({ state: "different" });
      }
      expect((await calls[0]!.begin("order-2", "content")).state).toBe("claimed");
    } finally {
      for (const node of nodes) await node[Symbol.asyncDispose]();
    }
  });
}

/** The calls of an application on a node. */
export function keyedCalls(cluster: NodeProbe["cluster"]): KeyedCalls {
  return new KeyedCalls(new Application(applicationConfig()), cluster, {
    now: () => performance.now(),
    after(milliseconds, then) {
      const timer = setTimeout(then, milliseconds);
      return () => clearTimeout(timer);
    },
    newToken: () => `t${++tokens}`,
  });
}

/** The claims of a process that is alone. */
export function ownClaims(): Promise<ClaimViews> {
  const tables = new Map<string, ClaimTable>();
  const tableOf = (applicationId: string): ClaimTable => {
    const table = tables.get(applicationId) ?? new ClaimTable(applicationId, () => performance.now());
    tables.set(applicationId, table);
    return table;
  };
  const claims: ClusterClaims = {
    losses: 0,
    claim: (claim, bounds) => Promise.resolve(tableOf(claim.applicationId).claim(claim, bounds)),
    settle: (claim, answer, bounds) =>
      Promise.resolve(tableOf(claim.applicationId).settle(claim, answer, bounds, true)),
  };
  return Promise.resolve({ here: claims, there: claims, async [Symbol.asyncDispose]() {} });
}

/** The claims of two nodes that meet. */
export async function sharedClaims(nodes: MeetingNodes): Promise<ClaimViews> {
  const [one, other] = await nodes.two();
  return {
    here: one.cluster.claims!,
    there: other.cluster.claims!,
    async [Symbol.asyncDispose]() {
      await one[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
}
