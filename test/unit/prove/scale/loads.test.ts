import { expect, test } from "bun:test";
import { firstLimit, type Load, loadOf, stepsOf } from "../../../../scripts/prove/scale/loads.ts";
import { type Costs, NOTHING } from "../../../../scripts/prove/scale/measure-costs.ts";
import { readInfo } from "../../../../scripts/prove/scale/real-scale.ts";
import { scaleChart } from "../../../../scripts/prove/scale/scale-chart.ts";
import { limitLines, loadTable } from "../../../../scripts/prove/scale/scale-table.ts";
import {
  commandBytes,
  messageBytes,
  replyBytes,
  type Traffic,
  trafficBetween,
  trafficPlus,
  trafficWithout,
} from "../../../../scripts/prove/scale/traffic.ts";

const traffic = (commands: Traffic["commands"], messages = 0, bytesIn = 0, bytesOut = 0): Traffic => ({
  ...{ commands, messages, bytesIn, bytesOut },
});

const costs = (nodes: number): Costs => ({
  nodes,
  idle: traffic({ PING: 2 }, 0, 10, 20),
  join: traffic({ HSET: 4 }, 5, 100, 200),
  leave: traffic({ HDEL: 3 }, 5, 50, 100),
  publish: traffic({ PUBLISH: 1 }, 5, 200, 1000),
  question: NOTHING,
});
const RATES = { joins: 2, leaves: 1, publishes: 10, questions: 0 };
const CAPACITY = { steps: 1200, bytes: 1e9 };

test("bytes of commands, answers and messages are those of RESP", () => {
  expect(commandBytes(["GET", "ä"])).toBe("*2\r\n$3\r\nGET\r\n$2\r\nxx\r\n".length);
  expect(replyBytes(["a", 12, null])).toBe("*3\r\n$1\r\na\r\n:12\r\n$-1\r\n".length);
  expect(replyBytes(new Error("ERR no"))).toBe("-ERR no\r\n".length);
  expect(messageBytes("c", "text")).toBe("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\ntext\r\n".length);
});

test("readings are taken apart and put together", () => {
  const before = traffic({ GET: 1 }, 1, 10, 10), after = traffic({ GET: 5, SET: 2 }, 3, 30, 50);
  expect(trafficBetween(before, after, 2)).toEqual(traffic({ GET: 2, SET: 1 }, 1, 10, 20));
  expect(trafficWithout(after, before, 4)).toEqual(traffic({ GET: 1, SET: 2 }, 0, 0, 10));
  expect(trafficPlus(before, after, 2)).toEqual(traffic({ GET: 11, SET: 4 }, 7, 70, 110));
});

test("a node's load is the idle one and its operations", () => {
  const { byNode, busiest } = loadOf(costs(3), RATES, [1, 2]);
  expect(byNode).toEqual(traffic({ HDEL: 3, HSET: 8, PING: 2, PUBLISH: 10 }, 65, 2260, 10520));
  expect(stepsOf(byNode)).toBe(88);
  expect(busiest.get(1)).toEqual({ steps: 264, bytes: 31560 });
  // Two idle commands and three of counts are on one master, the rest is shared.
  expect(busiest.get(2)!.steps).toBe(3 * (5 + 83 / 2));
});

test("a limit is on the line between the loads around it", () => {
  const loads: readonly Load[] = [3, 10, 20].map((nodes) => loadOf(costs(nodes), RATES, [1, 2]));
  expect(firstLimit(loads, 1, CAPACITY)).toEqual({ nodes: 13, by: "steps" });
  expect(firstLimit(loads, 1, { ...CAPACITY, bytes: 50_000 })).toEqual({ nodes: 4, by: "bytes" });
  expect(firstLimit(loads, 2, CAPACITY)).toBeUndefined();
  expect(limitLines(loads, CAPACITY)).toEqual([
    "- one Redis: 13 nodes, by its commands and messages",
    "- a Redis Cluster of 2 masters: not reached with 20 nodes",
  ]);
});

test("the table and the chart have each number of nodes", () => {
  const loads = [3, 10].map((nodes) => loadOf(costs(nodes), RATES, [1]));
  const lines = loadTable(loads, new Map([[3, { healedAfter: 12_800, members: 5 }]]));
  expect(lines).toHaveLength(4);
  expect(lines[2]).toBe("| 3 | 23 | 65 | 2.3 | 10.5 | 2 | 0.0 | 264 | 12.8 s |");
  const chart = scaleChart(loads, CAPACITY);
  expect(chart).toContain(">one Redis</text>");
  expect(chart).toContain(">10</text>");
});

test("INFO of a real Redis is read", () => {
  const info = "cmdstat_get:calls=7,usec=3\r\ncmdstat_info:calls=2,usec=3\r\ntotal_net_input_bytes:40\r\n" +
    "total_net_output_bytes:50\r\n";
  expect(readInfo(info)).toEqual(traffic({ GET: 7 }, 0, 40, 50));
});
