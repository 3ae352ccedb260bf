import { expect, test } from "bun:test";
import { TopicTable } from "../../../src/runtime/topic-table.ts";

class Listener {
  readonly frames: string[] = [];

  send(frame: string): void {
    this.frames.push(frame);
  }
}

function listeners(count: number): { table: TopicTable<Listener>; all: Listener[] } {
  return { table: new TopicTable<Listener>(), all: Array.from({ length: count }, () => new Listener()) };
}

test("a frame goes to the subscribers of its topic alone, in the order in which they came", () => {
  const { table, all: [one, two, three] } = listeners(3);
  table.subscribe("a", one!);
  table.subscribe("a", two!);
  table.subscribe("b", three!);
  table.publish("a", "frame");
  table.publish("c", "to none");
  expect([one!.frames, two!.frames, three!.frames]).toEqual([["frame"], ["frame"], []]);
});

test("one is left out, whether it is on the topic or not", () => {
  const { table, all: [one, two] } = listeners(2);
  table.subscribe("a", one!);
  table.publish("a", "first", two!);
  table.publish("a", "second", one!);
  expect(one!.frames).toEqual(["first"]);
});

test("a subscriber that comes twice is there once, and gone when it leaves once", () => {
  const { table, all: [one] } = listeners(1);
  table.subscribe("a", one!);
  table.subscribe("a", one!);
  expect(table.count("a")).toBe(1);
  table.unsubscribe("a", one!);
  expect(table.count("a")).toBe(0);
});

test("a topic without subscribers takes no memory", () => {
  const { table, all } = listeners(2);
  for (const each of all) table.subscribe("a", each);
  table.subscribe("b", all[0]!);
  expect(table.size).toBe(2);
  table.unsubscribe("a", all[0]!);
  expect(table.size).toBe(2);
  table.unsubscribe("a", all[1]!);
  table.unsubscribe("a", all[1]!);
  table.unsubscribe("never", all[1]!);
  expect(table.size).toBe(1);
});
