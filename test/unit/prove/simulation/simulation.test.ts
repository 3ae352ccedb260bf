import { expect, test } from "bun:test";
import { simulatedPlan } from "../../../../scripts/prove/simulation/simulate-seeds.ts";
import { simulate, type Simulated, simulateInTask } from "../../../../scripts/prove/simulation/simulate.ts";
import { tellStory } from "../../../../scripts/prove/simulation/tell-story.ts";
import { VirtualClock } from "../../../../scripts/prove/simulation/virtual-clock.ts";
import type { Plan } from "../../../../scripts/prove/workload/plan.ts";
import { SeededRandom } from "../../../support/churn/seeded-random.ts";

/** Runs in a task of its own, as a virtual clock must. */
function inTask<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => void setImmediate(() => resolve(call())));
}

test("a virtual clock lets events happen in their order, and those of one time in the order of their calls", async () => {
  const seen = await inTask(() => {
    const clock = new VirtualClock(), random = new SeededRandom(5), seen: number[] = [];
    for (let number = 0; number < 500; number++) {
      const at = random.below(50);
      clock.schedule(at, () => seen.push(at * 1000 + number));
    }
    clock.schedule(7, () => seen.push(-1))();
    while (clock.step());
    return seen;
  });
  expect(seen).toEqual(seen.toSorted((one, other) => one - other));
  expect(seen).toHaveLength(500);
});

test("promises are settled before the next event", async () => {
  const seen = await inTask(() => {
    const clock = new VirtualClock(), seen: string[] = [];
    clock.schedule(1, () => void Promise.resolve().then(() => seen.push("promise")));
    clock.schedule(1, () => seen.push("event"));
    while (clock.step());
    return seen;
  });
  expect(seen).toEqual(["promise", "event"]);
});

test("a seed always makes the same history", async () => {
  const plan = simulatedPlan(4), [one, other] = [await simulateInTask(plan), await simulateInTask(plan)];
  const withoutLogs = ({ history }: Simulated): unknown =>
    history.entries.map((each) => ({ ...each, log: [] }));
  expect(withoutLogs(one)).toEqual(withoutLogs(other));
  expect(one.history.entries.length).toBeGreaterThan(100);
});

test("all is well with two nodes, a channel, a publish and an outage", async () => {
  const plan: Plan = {
    seed: 1,
    nodes: ["n1", "n2"],
    recovers: false,
    clients: [{ name: "c1", kind: "raw", user: "ann" }, { name: "c2", kind: "raw", user: "bob" }],
    steps: [
      { kind: "connect", client: "c1", node: "n1", gap: 1 },
      { kind: "connect", client: "c2", node: "n2", gap: 1 },
      { kind: "subscribe", client: "c1", channel: "presence-a", gap: 1 },
      { kind: "subscribe", client: "c2", channel: "presence-a", gap: 50 },
      { kind: "publish", caller: "api", node: "n1", channel: "presence-a", message: "m1", gap: 50 },
      { kind: "quiet", gap: 0 },
      { kind: "fault", fault: "redis-crash", lasts: 300, gap: 1000 },
      { kind: "publish", caller: "api", node: "n2", channel: "presence-a", message: "m2", gap: 50 },
    ],
  };
  const { history, violations, faults } = await simulateInTask(plan);
  expect([violations, faults]).toEqual([[], []]);
  const said = history.entries.flatMap((each) =>
    each.type === "frame" && each.event === "said" ? [`${each.connection} ${each.data}`] : []
  );
  expect(said.sort()).toEqual(["c1#1 m1", "c1#1 m2", "c2#1 m1", "c2#1 m2"]);
  const users = history.entries.flatMap((each) =>
    each.type === "quiet" ? each.answers.map((answer) => answer.users["presence-a"]) : []
  );
  expect(users).toEqual(Array.from({ length: 4 }, () => ["ann", "bob"]));
});

test("the story of a run says who did what, what broke and what is wrong", async () => {
  const story = await inTask(() => {
    const plan: Plan = {
      ...simulatedPlan(1),
      steps: [
        { kind: "connect", client: "c1", node: "n1", gap: 5 },
        { kind: "subscribe", client: "c1", channel: "presence-a", gap: 50 },
        { kind: "fault", fault: "freeze", node: "n2", lasts: 100, gap: 0 },
      ],
    };
    const run = simulate(plan);
    return tellStory({
      plan,
      run: {
        ...run,
        violations: [{ checker: "users", says: "n1 is wrong", entries: run.history.entries.slice(0, 1) }],
      },
    }).join("\n");
  });
  expect(story).toContain("c1#1 connects to n1: ok");
  expect(story).toContain("c1#1 subscribes to presence-a at n1 as ann: ok");
  expect(story).toContain("freeze of n2, until");
  expect(story).toContain("wrong (users): n1 is wrong");
});
