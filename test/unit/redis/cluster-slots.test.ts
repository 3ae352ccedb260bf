import { expect, test } from "bun:test";
import { readSlotMap } from "../../../src/redis/cluster-slots.ts";

const asked = { host: "10.0.0.1", port: 7000 };

test("the map of slots has the masters, and who answered where it does not know its own address", () => {
  const map = readSlotMap([
    [0, 8191, ["", 7000, "id-1", []], ["10.0.0.3", 7002, "replica", []]],
    [8192, 16383, ["10.0.0.2", 7001, "id-2", []]],
  ], asked);
  expect([...map.masters]).toEqual([
    ["10.0.0.1:7000", { host: "10.0.0.1", port: 7000 }],
    ["10.0.0.2:7001", { host: "10.0.0.2", port: 7001 }],
  ]);
  expect([0, 8191, 8192, 16383].map((slot) => map.bySlot[slot])).toEqual([
    "10.0.0.1:7000",
    "10.0.0.1:7000",
    "10.0.0.2:7001",
    "10.0.0.2:7001",
  ]);
});

test.each<[string, unknown]>([
  ["16384 slots", []],
  ["16384 slots", "nonsense"],
  ["1 slots", [[0, 16382, ["10.0.0.1", 7000]]]],
])("a map that lacks %s is refused", (missing, answer) => {
  expect(() => readSlotMap(answer, asked)).toThrow(`CLUSTERDOWN ${missing}`);
});
