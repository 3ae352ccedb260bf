import { describe, expect, test } from "bun:test";
import { reportOf, verdictOn } from "../../../../scripts/prove/report/verdict.ts";
import { ScriptedHistory } from "../scripted-history.ts";

describe("the report of a history", () => {
  test("says what was done and that all checkers are content", () => {
    const { history } = new ScriptedHistory().connect("c1#1").subscribe("c1#1", "news").quiet();
    const verdict = verdictOn(history);
    expect(verdict.isClean).toBe(true);
    expect(reportOf(history, verdict)).toEqual([
      "  2 operations (0 without an answer), 4 entries, 1 quiet moments; faults: none",
      "  users ok, ghosts ok, alternation ok, picture ok, delivery ok, honest loss ok, reports ok",
    ]);
  });

  test("tells a violation as a story, in the order of time", () => {
    const written = new ScriptedHistory().connect("c1#1").subscribe("c1#1", "presence-a", "ann", ["ann"]);
    const { history } = written.added("c1#1", "presence-a", "ann").fault("kill", "n2");
    expect(reportOf(history, verdictOn(history))).toEqual([
      "  2 operations (0 without an answer), 5 entries, 0 quiet moments; faults: kill n2",
      "  users ok, ghosts ok, alternation FAILS (1), picture ok, delivery ok, honest loss ok, reports ok",
      "  alternation: c1#1 on presence-a: ann was added while being there",
      '      0.004 s  c1#1 gets pusher_internal:subscription_succeeded on presence-a: {"presence":{"count":1,"ids":["ann"],"hash":{"ann":{}}}}',
      '      0.006 s  c1#1 gets pusher_internal:member_added on presence-a: {"user_id":"ann"}',
    ]);
  });

  test("lists apart what went with a killed node", () => {
    const written = new ScriptedHistory().connect("c1#1", "n2").subscribe(
      "c1#1",
      "news",
      undefined,
      [],
      "n2",
    );
    written.publish("news", { node: "n1" });
    const { history } = written.fault("kill", "n1").quiet();
    expect(reportOf(history, verdictOn(history))[1]).toBe(
      "  1 events went with a process that had taken them and has ended",
    );
  });
});
