import { describe, expect, test } from "bun:test";
import { reports } from "../../../../scripts/prove/checkers/reports.ts";
import { ScriptedHistory } from "../scripted-history.ts";

const ROOM = "presence-a";
const ADDED = { name: "member_added", channel: ROOM, user: "ann" };
const REMOVED = { name: "member_removed", channel: ROOM, user: "ann" };
const OCCUPIED = { name: "channel_occupied", channel: ROOM };
const VACATED = { name: "channel_vacated", channel: ROOM };

function come(): ScriptedHistory {
  return new ScriptedHistory({ reports: true }).connect("c1#1").subscribe("c1#1", ROOM, "ann", ["ann"]);
}

function says(history: ScriptedHistory): readonly string[] {
  return reports.check(history.history).map((each) => each.says);
}

describe("the checker of webhooks", () => {
  test("accepts a coming and a leaving, each once", () => {
    const history = come().webhook("d1", OCCUPIED, ADDED).quiet().leave("c1#1").webhook(
      "d2",
      REMOVED,
      VACATED,
    );
    expect(says(history.quiet())).toEqual([]);
  });

  test("accepts a delivery that is tried again under its id, and finds one under another", () => {
    expect(says(come().webhook("d1", OCCUPIED, ADDED).webhook("d1", OCCUPIED, ADDED).quiet())).toEqual([]);
    expect(says(come().webhook("d1", OCCUPIED, ADDED).webhook("d2", ADDED).quiet())).toEqual([
      "webhooks of presence-a, user ann: the coming was reported twice in a row",
    ]);
  });

  test("finds a report that is lost", () => {
    expect(says(come().webhook("d1", OCCUPIED).quiet())).toEqual([
      "webhooks of presence-a, user ann: the last report is the leaving, and that is not so at the quiet moment",
    ]);
    expect(says(come().webhook("d1", OCCUPIED, ADDED).quiet().leave("c1#1").webhook("d2", REMOVED).quiet()))
      .toHaveLength(1);
  });

  test("finds a leaving that is reported and not so", () => {
    expect(says(come().webhook("d1", OCCUPIED, ADDED).webhook("d2", REMOVED).quiet())).toHaveLength(1);
  });

  test("accepts that two nodes' reports change places when they are close together", () => {
    const history = come().webhook("d1", OCCUPIED, ADDED).quiet().webhook("d2", ADDED).webhook("d3", REMOVED)
      .quiet();
    expect(says(history)).toEqual([]);
    const apart = come().webhook("d1", OCCUPIED, ADDED).quiet().webhook("d2", ADDED).wait(2000).webhook(
      "d3",
      REMOVED,
    );
    expect(says(apart.webhook("d4", ADDED).quiet())).toHaveLength(1);
  });

  test("asks for the last report alone after a fault, and for nothing after a kill", () => {
    const after = (kind: "redis-restart" | "kill", ...events: typeof ADDED[]): ScriptedHistory => {
      const history = come().fault(kind, "n1").webhook("d1", OCCUPIED);
      for (const [index, event] of events.entries()) history.webhook(`d${index + 2}`, event);
      return history.quiet();
    };
    expect(says(after("redis-restart", ADDED, ADDED))).toEqual([]);
    expect(says(after("redis-restart", ADDED, REMOVED))).toHaveLength(1);
    expect(says(after("kill"))).toEqual([]);
    expect(says(after("kill").leave("c1#1").webhook("d9", REMOVED, VACATED).quiet())).toEqual([]);
    expect(says(after("kill").webhook("d9", REMOVED).quiet())).toHaveLength(1);
  });

  test("finds channels and counts that are not the truth", () => {
    const quiet = (counts: Record<string, number>): readonly string[] =>
      says(new ScriptedHistory().connect("c1#1").subscribe("c1#1", "news").quiet({}, counts));
    expect(quiet({ news: 1 })).toEqual([]);
    expect(quiet({ news: 2 })).toEqual([
      "n1 counts 2 subscriptions of news, not 1, at a quiet moment",
      "n2 counts 2 subscriptions of news, not 1, at a quiet moment",
    ]);
    expect(quiet({})).toHaveLength(2);
    expect(quiet({ news: 1, other: 1 })).toHaveLength(4);
  });
});
