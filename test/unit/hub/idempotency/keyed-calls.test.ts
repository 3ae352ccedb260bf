import { describe, expect, test } from "bun:test";
import { Application } from "../../../../src/hub/applications/application.ts";
import type { ClaimOutcome, ClusterClaims, KeyClaim } from "../../../../src/hub/cluster/cluster-claims.ts";
import { SoloCluster } from "../../../../src/hub/cluster/solo-cluster.ts";
import { type KeyedCall, KeyedCalls } from "../../../../src/hub/idempotency/keyed-calls.ts";
import { applicationConfig } from "../../../support/fake-hub.ts";

/** Claims over all nodes that answer as the test says. */
class FakeClaims implements ClusterClaims {
  readonly asked: KeyClaim[] = [];
  readonly settled: string[] = [];
  answer: () => Promise<ClaimOutcome> = () => Promise.resolve({ state: "claimed" });
  isAway = false;
  losses = 0;

  claim(claim: KeyClaim): Promise<ClaimOutcome> {
    this.asked.push(claim);
    return this.answer();
  }

  settle({ key }: KeyClaim, answer: string): Promise<void> {
    if (this.isAway) return Promise.reject(new Error("away"));
    this.settled.push(`${key} ${answer}`);
    return Promise.resolve();
  }
}

/** The keyed calls of one node, by a clock that the test advances. */
class Stage {
  now = 0;
  readonly claims = new FakeClaims();
  /** What the node has of the others. */
  reachable: ClusterClaims | undefined = this.claims;
  readonly application = new Application(applicationConfig());
  readonly calls: KeyedCalls;
  readonly #timers = new Map<() => void, number>();
  #tokens = 0;

  constructor() {
    const solo = new SoloCluster(() => {
      throw new Error("no events here");
    });
    const cluster = Object.create(solo, {
      isShared: { value: true },
      claims: { get: () => this.reachable },
    }) as SoloCluster;
    this.calls = new KeyedCalls(this.application, cluster, {
      now: () => this.now,
      after: (milliseconds, then) => {
        this.#timers.set(then, this.now + milliseconds);
        return () => this.#timers.delete(then);
      },
      newToken: () => `t${++this.#tokens}`,
    });
  }

  /** Lets so many milliseconds pass, timer by timer. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.now + milliseconds;
    for (;;) {
      await settled();
      const [then, at] = [...this.#timers].sort(([, one], [, other]) => one - other)[0] ?? [];
      if (then === undefined || at === undefined || at > until) break;
      this.#timers.delete(then);
      this.now = at;
      then();
    }
    this.now = until;
    await settled();
  }
}

/** Resolves when promises that wait for nothing are settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function settle(call: KeyedCall, answer: string): void {
  if (call.state !== "claimed") throw new Error(`not claimed but ${call.state}`);
  call.settle(answer);
}

const never = (): Promise<ClaimOutcome> => new Promise(() => {});

describe("a call with an idempotency key", () => {
  test("that is repeated here gets the answer without a question to the others", async () => {
    const { calls, claims, application } = new Stage();
    settle(await calls.begin("a", "c"), "200 {}");
    expect(await calls.begin("a", "c")).toEqual({ state: "answered", answer: "200 {}" });
    expect(await calls.begin("a", "other")).toEqual({ state: "different" });
    expect([claims.asked.length, claims.settled]).toEqual([1, ["a 200 {}"]]);
    expect([application.counters.repeatedCalls, application.counters.claimedAlone]).toEqual([1, 0]);
  });

  test("waits for the others for a second, then is decided here", async () => {
    const stage = new Stage(), { calls, claims, application } = stage;
    claims.answer = never;
    const call = calls.begin("a", "c");
    await stage.pass(999);
    expect(await Promise.race([call, "waits"])).toBe("waits");
    await stage.pass(1);
    settle(await call, "200 {}");
    expect(application.counters.claimedAlone).toBe(1);
    // The others may have got the claim all the same.
    expect(claims.settled).toEqual(["a 200 {}"]);
  });

  test("is decided here at once where the others are out of reach, and brought to them when they are back", async () => {
    const stage = new Stage(), { calls, claims, application } = stage;
    stage.reachable = undefined;
    settle(await calls.begin("a", "c"), "200 a");
    stage.reachable = claims;
    claims.answer = () => Promise.reject(new Error("away"));
    claims.isAway = true;
    settle(await calls.begin("b", "c"), "200 b");
    calls.tick();
    await settled();
    expect([claims.settled, application.counters.claimedAlone]).toEqual([[], 2]);
    claims.isAway = false;
    calls.tick();
    calls.tick();
    await settled();
    calls.tick();
    expect(claims.settled).toEqual(["a 200 a", "b 200 b"]);
  });

  test("is brought to the others again when they have lost what they knew", async () => {
    const { calls, claims } = new Stage();
    for (const key of ["a", "b"]) settle(await calls.begin(key, "c"), "200 {}");
    await calls.begin("runs", "c");
    await settled();
    calls.tick();
    await settled();
    expect(claims.settled.splice(0)).toEqual(["a 200 {}", "b 200 {}"]);
    claims.losses++;
    for (const _ of ["once", "no more"]) {
      calls.tick();
      await settled();
    }
    expect(claims.settled).toEqual(["a 200 {}", "b 200 {}"]);
  });

  test("waits 5 seconds for a first call on another node, and goes on waiting where the others fall silent", async () => {
    const stage = new Stage(), { calls, claims } = stage;
    claims.answer = () => Promise.resolve({ state: "running" });
    const call = calls.begin("a", "c");
    await stage.pass(2000);
    claims.answer = never;
    await stage.pass(2999);
    expect(await Promise.race([call, "waits"])).toBe("waits");
    stage.reachable = undefined;
    await stage.pass(1500);
    expect(await call).toEqual({ state: "running" });
    // Its own claim is gone with it: the next one asks anew.
    stage.reachable = claims;
    claims.answer = () => Promise.resolve({ state: "claimed" });
    expect((await calls.begin("a", "c")).state).toBe("claimed");
  });

  test("gets the answer of a first call on another node as soon as that has it", async () => {
    const stage = new Stage(), { calls, claims } = stage;
    claims.answer = () => Promise.resolve({ state: "running" });
    const all = Array.from({ length: 50 }, () => calls.begin("a", "c"));
    await stage.pass(1000);
    // One call asks for all.
    expect(claims.asked.length).toBeLessThan(15);
    claims.answer = () => Promise.resolve({ state: "answered", answer: "200 {}" });
    await stage.pass(600);
    expect(new Set(await Promise.all(all))).toEqual(
      new Set(all.map(() => ({ state: "answered", answer: "200 {}" }))),
    );
    const asked = claims.asked.length;
    expect((await calls.begin("a", "c")).state).toBe("answered");
    expect(claims.asked.length).toBe(asked);
  });

  test("waits 5 seconds for a first call on this node, whose claim lapses 10 seconds after it was made", async () => {
    const stage = new Stage(), { calls } = stage;
    const first = await calls.begin("a", "c");
    await stage.pass(1);
    const second = calls.begin("a", "c");
    await stage.pass(4999);
    expect(await Promise.race([second, "waits"])).toBe("waits");
    await stage.pass(1);
    expect(await second).toEqual({ state: "running" });
    const third = calls.begin("a", "c");
    await stage.pass(5000);
    expect((await third).state).toBe("claimed");
    settle(first, "200 late");
    settle(await third, "200 third");
    expect(await calls.begin("a", "c")).toEqual({ state: "answered", answer: "200 third" });
  });

  test("is known for as long as the settings say when it is repeated", async () => {
    const stage = new Stage(), { calls, application } = stage;
    settle(await calls.begin("a", "c"), "200 {}");
    await stage.pass(599_999);
    expect((await calls.begin("a", "c")).state).toBe("answered");
    const idempotency = { seconds: 60, maxKeys: 1, maxBytes: 1000 };
    application.replaceSettings(applicationConfig({ idempotency }));
    expect((await calls.begin("a", "c")).state).toBe("claimed");
    expect(await calls.begin("b", "c")).toEqual({ state: "full" });
    await stage.pass(10_000);
    calls.tick();
    expect((await calls.begin("b", "c")).state).toBe("claimed");
  });
});
