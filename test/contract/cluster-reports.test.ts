import { describe, expect, test } from "bun:test";
import { describeBridge } from "./bridge-nodes.ts";
import { describeNodes } from "./cluster-nodes.ts";
import { NodeProbe } from "./cluster-probe.ts";
import { REDIS_KINDS } from "./redis-settings.ts";
import { reportsOfOneNode, reportsOfTwoNodes } from "./report-promises.ts";

describe("a node that is alone", () => {
  reportsOfOneNode(() => Promise.resolve(NodeProbe.alone()));
});

describeBridge((nodes) => {
  reportsOfOneNode(() => nodes.one());
  reportsOfTwoNodes(nodes);
});

describeNodes(REDIS_KINDS, (nodes) => {
  reportsOfOneNode(() => nodes.one());
  reportsOfTwoNodes(nodes);

  test("leaves a text to the node that takes it first", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const spool = one.redis!.spool;
    expect(await spool.put("first")).toEqual({ kept: true, place: "Redis" });
    await spool.put("second");
    const taken = await Promise.all([one.redis!.spool.take(), other.redis!.spool.take()]);
    expect(taken.flat().map(({ text }) => text).sort()).toEqual(["first", "second"]);
    expect(await spool.take()).toEqual([]);
  });
});
