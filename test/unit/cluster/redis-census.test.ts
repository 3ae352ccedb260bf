import { expect, test } from "bun:test";
import type { Answered } from "../../../src/cluster/command-batch.ts";
import { RedisCensus } from "../../../src/cluster/redis-census.ts";
import { RedisKeys } from "../../../src/cluster/redis-keys.ts";
import { COUNT } from "../../../src/cluster/redis-scripts.ts";
import type { RedisCommand } from "../../../src/redis/redis-link.ts";

const TOPIC = "app\nnews";

/** A census whose Redis has two subscriptions on other nodes, with what it announces, reports and complains of. */
function open(): { census: RedisCensus; heard: string[]; endTurn: () => void } {
  const heard: string[] = [], turns: (() => void)[] = [];
  const batch = {
    add(command: RedisCommand, answered?: Answered) {
      const isCount = "script" in command && command.script === COUNT;
      answered?.(isCount ? Number(command.args[3]) + 2 : 0);
    },
    later: (write: () => void) => turns.push(write),
  };
  const census = new RedisCensus({
    batch: batch as never,
    keys: new RedisKeys("resound:", 0),
    nodeId: () => "n.1",
    publish: () => "PUBLISH",
    isReuniting: () => false,
    refused: (error) => heard.push(error.message) === 0,
    counted: (topic, subscriptions) => void heard.push(`announced ${topic} ${subscriptions}`),
    summed: (topic, sum) => void heard.push(`reported ${topic} ${sum}`),
  });
  return { census, heard, endTurn: () => turns.splice(0).forEach((write) => write()) };
}

test("a count that was reported of this node alone is reported of all nodes once Redis is back", () => {
  const { census, heard } = open(), sums: number[] = [];
  census.announceSubscriptions(TOPIC, 1, (sum) => void sums.push(sum));
  expect([heard.splice(0), sums]).toEqual([[`announced ${TOPIC} 1`], [1]]);
  census.open([]);
  expect(heard).toEqual([`reported ${TOPIC} 3`]);
  census.close();
  census.open(["n.0"]);
  expect(heard.length).toBe(1);
});

test("where no application has counts reported nothing is reported when Redis is back", () => {
  const { census, heard, endTurn } = open();
  census.announceSubscriptions(TOPIC, 1);
  expect(heard.splice(0)).toEqual([`announced ${TOPIC} 1`]);
  census.open([]);
  expect(heard).toEqual([]);
  const sums: number[] = [];
  census.announceSubscriptions(TOPIC, 4, (sum) => void sums.push(sum));
  endTurn();
  expect([heard, sums]).toEqual([[], [6]]);
});
