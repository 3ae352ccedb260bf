import { describe, expect, test } from "bun:test";
import { ghosts } from "../../../../scripts/prove/checkers/ghosts.ts";
import { ScriptedHistory } from "../scripted-history.ts";

const ROOM = "presence-a";

function withAnn(): ScriptedHistory {
  return new ScriptedHistory().connect("c1#1").subscribe("c1#1", ROOM, "ann", ["ann"]);
}

describe("the checker of ghosts", () => {
  test("accepts that a member is seen until the lease and its margin are over", () => {
    const history = withAnn().leave("c1#1", "cut").wait(1900).users(ROOM, ["ann"]).wait(300).users(ROOM, []);
    expect(ghosts.check(history.history)).toEqual([]);
  });

  test("finds a member that is seen later", () => {
    const found = ghosts.check(withAnn().leave("c1#1", "cut").wait(2200).users(ROOM, ["ann"], "n2").history);
    expect(found.map(({ says }) => says)).toEqual([
      expect.stringMatching(/^n2 has ann on presence-a 22\d\d ms after/),
    ]);
  });

  test("gives a held member hold_seconds more", () => {
    const history = new ScriptedHistory({ holdMs: 1000 }).connect("c1#1").subscribe("c1#1", ROOM, "ann", [
      "ann",
    ])
      .leave("c1#1", "cut").wait(2200).users(ROOM, ["ann"]);
    expect(ghosts.check(history.history)).toEqual([]);
  });

  test("counts from the end of a kill, and finds the ghosts of the dead", () => {
    const killed = (wait: number): ScriptedHistory =>
      withAnn().fault("kill", "n1").ended("c1#1").wait(wait).users(ROOM, ["ann"], "n2");
    expect(ghosts.check(killed(1900).history)).toEqual([]);
    expect(ghosts.check(killed(2300).history)).toHaveLength(1);
  });

  test("asks nothing of a node while Redis is away", () => {
    const history = withAnn().leave("c1#1");
    history.fault("redis-half-open", "n2", () => {
      history.wait(5000).users(ROOM, ["ann"], "n2");
    });
    expect(ghosts.check(history.history)).toEqual([]);
  });

  test("finds a ghost and a missing member at a quiet moment", () => {
    expect(ghosts.check(withAnn().quiet({ [ROOM]: ["ann"] }).history)).toEqual([]);
    const missing = ghosts.check(withAnn().quiet({ [ROOM]: [] }).history);
    expect(missing.map(({ says }) => says)).toEqual([
      "n1 does not have ann on presence-a at a quiet moment",
      "n2 does not have ann on presence-a at a quiet moment",
    ]);
    const ghost = ghosts.check(withAnn().leave("c1#1").quiet({ [ROOM]: ["ann"] }).history);
    expect(ghost).toHaveLength(2);
  });

  test("takes a channel that a node could not answer for as no answer", () => {
    expect(ghosts.check(withAnn().quiet({}).history)).toEqual([]);
  });
});
