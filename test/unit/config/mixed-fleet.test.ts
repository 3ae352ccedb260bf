import { expect, test } from "bun:test";
import { credentials, load, refusal } from "./memory-files.ts";

const mixed = { ...credentials, REVERB_SCALING_MIXED: "true" };

test("PHP nodes are reached through one Redis, so that scaling.mixed needs scaling, and no Redis Cluster", () => {
  expect(load({ env: { ...mixed, REVERB_SCALING_ENABLED: "true" } }).server.scaling.mixed).toBe(true);
  expect(refusal({ env: mixed })).toEqual([
    "environment variable REVERB_SCALING_MIXED: expected scaling.enabled (REVERB_SCALING_ENABLED) beside it, since the PHP nodes are " +
    "reached through Redis",
  ]);
  expect(refusal({ env: { ...mixed, REVERB_SCALING_ENABLED: "true", REDIS_CLUSTER_NODES: "r1:7000" } }))
    .toEqual([
      "environment variable REVERB_SCALING_MIXED: expected one Redis, got a Redis Cluster, in which Reverb has no nodes",
    ]);
});
