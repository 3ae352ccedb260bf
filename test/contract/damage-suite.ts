import { describe, expect, test } from "bun:test";
import type { PlainCommand } from "../../src/redis/redis-link.ts";
import { eventually } from "../support/eventually.ts";
import { describeNodes } from "./cluster-nodes.ts";
import { CACHE, DamageStage, NEWS, ROOM } from "./damage-stage.ts";
import { DAMAGES, HUGE, keysOfTable, MESSAGES, messagesOfTables } from "./damage-tables.ts";
import { REDIS_KINDS } from "./redis-settings.ts";

const CONTROL = [
  "hello",
  "bye",
  "lost",
  "present",
  "noticed",
  "terminate",
  "unsubscribe",
  "close",
  "recall",
  "recalled",
  "missed",
  "published",
  "restart",
];

/**
 * Describes the tests in which another program writes to the Redis of the nodes: wrong types, what cannot be read, and very much of it,
 * under every key and on every channel of the tables in src/cluster/README.md. Two nodes go on, and are as exact afterwards as before.
 *
 * @param kind the name of one of REDIS_KINDS; each has a file, so that they run side by side
 */
export function describeDamage(kind: string): void {
  describeNodes(REDIS_KINDS.filter(({ name }) => name === kind), (nodes) => {
    describe("goes on when another program writes to", () => {
      test.each(keysOfTable())("%s, which is a %s", async (name, type) => {
        await using stage = await DamageStage.open(nodes);
        await stage.works();
        const wrongType = (key: string): readonly PlainCommand[] => [
          ["DEL", key],
          type === "list" ? ["SET", key, "wrong"] : ["RPUSH", key, "wrong"],
        ];
        const damages = { "a key of another type": wrongType, ...DAMAGES[type] };
        expect(Object.keys(damages).length).toBeGreaterThan(2);
        for (const damage of Object.values(damages)) {
          const key = stage.keys()[name];
          if (key === undefined) throw new Error(`The test knows no key ${name}`);
          await stage.run(...damage(key));
          await stage.works();
        }
      });
    });

    describe("goes on when another program sends", () => {
      test.each(messagesOfTables())("a message like %s", async (name) => {
        await using stage = await DamageStage.open(nodes);
        const payloads = MESSAGES[name];
        if (payloads === undefined) throw new Error(`The test knows no message ${name}`);
        for (const payload of payloads) {
          for (const topic of [ROOM, NEWS, CACHE]) {
            await stage.send(CONTROL.includes(name) ? stage.control : stage.channel(topic), payload);
          }
        }
        await stage.send(stage.control, HUGE);
        await stage.works();
        // They may come by another master than all that was used since.
        await eventually(() => stage.one.counters.dropped.unreadable, (unreadable) => unreadable > 0);
      });
    });
  });
}
