import { expect, test } from "bun:test";
import type { Answered } from "../../../src/cluster/command-batch.ts";
import { NodeIndex } from "../../../src/cluster/node-index.ts";
import { RedisKeys } from "../../../src/cluster/redis-keys.ts";
import { COUNT } from "../../../src/cluster/redis-scripts.ts";
import type { RedisCommand } from "../../../src/redis/redis-link.ts";

const TOPIC = "app\nnews";

/** An index whose Redis has two subscriptions on other nodes. */
function open(): { index: NodeIndex; told: string[] } {
  const told: string[] = [];
  const batch = {
    add(command: RedisCommand, answered?: Answered) {
      const isCount = "script" in command && command.script === COUNT;
      answered?.(isCount ? Number(command.args[3]) + 2 : 0);
    },
  };
  const index = new NodeIndex({
    batch: batch as never,
    keys: new RedisKeys("resound:", 0),
    nodeId: () => "n.1",
    publish: () => "PUBLISH",
    defer: (flush) => flush(),
    refused: (error) => void told.push(error.message),
    summed: (topic, sum) => void told.push(`${topic} ${sum}`),
  });
  return { index, told };
}

test("whom an application was told of alone it is told of with the others once Redis is back", () => {
  const { index, told } = open();
  expect(index.count(TOPIC, 1, () => {})).toBe(false);
  index.open([]);
  expect(told).toEqual([`${TOPIC} 3`]);
  index.close();
  index.open(["n.0"]);
  expect(told.length).toBe(1);
});

test("where no application is told nothing is when Redis is back", () => {
  const { index, told } = open();
  expect(index.count(TOPIC, 1)).toBe(false);
  index.open([]);
  expect(told).toEqual([]);
  const sums: number[] = [];
  expect(index.count(TOPIC, 4, (sum) => void sums.push(sum))).toBe(true);
  expect(sums).toEqual([6]);
});
