import { expect, test } from "bun:test";
import type { Costs } from "../../../../scripts/prove/scale/measure-costs.ts";
import { simulateCosts } from "../../../../scripts/prove/scale/simulated-scale.ts";
import { commandCount } from "../../../../scripts/prove/scale/traffic.ts";

const WORKLOAD = {
  ...{ groups: 1, audience: 4, privateChannels: 1, publishes: 4, eventBytes: 100, idleFor: 6000 },
};

test("a publish costs one command and a message to each node that listens, and a join asks nothing again", async () => {
  const { idle, join, publish } = await new Promise<Costs>((resolve) => {
    setImmediate(() => resolve(simulateCosts(3, WORKLOAD)));
  });
  expect(publish.commands["PUBLISH"]).toBe(1);
  expect(publish.messages).toBe(3);
  expect(commandCount(idle)).toBeCloseTo(9.67, 1);
  // Each of the three nodes asks for the members once, with its first.
  expect(join.commands["SMEMBERS"]).toBe(3 / 4);
});
