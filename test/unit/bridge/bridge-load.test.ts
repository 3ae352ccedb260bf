import { expect, test } from "bun:test";
import { BridgeLoad } from "../../../src/bridge/node/bridge-load.ts";

test("clients wait while too much is without an answer, and go on in their order as far as there is room", () => {
  let unanswered = 9999;
  const load = new BridgeLoad(() => unanswered), went: string[] = [];
  const client = (name: string) => ({ unanswered: 0, goOn: () => void (went.push(name), unanswered++) });
  expect(load.take(client("first"))).toBe(true);
  unanswered = 10_000;
  for (const name of ["one", "two", "three"]) expect(load.take(client(name))).toBe(false);
  load.wake();
  expect(went).toEqual([]);
  unanswered = 9998;
  load.wake();
  expect(went).toEqual(["one", "two"]);
  load.end();
  expect(went).toEqual(["one", "two", "three"]);
});
