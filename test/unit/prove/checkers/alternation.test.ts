import { describe, expect, test } from "bun:test";
import { alternation } from "../../../../scripts/prove/checkers/alternation.ts";
import { ScriptedHistory } from "../scripted-history.ts";

const ROOM = "presence-a";

/** Ann is on the channel and sees Bob come, go and come again. */
function clean(): ScriptedHistory {
  return new ScriptedHistory().connect("c1#1").subscribe("c1#1", ROOM, "ann", ["ann"])
    .added("c1#1", ROOM, "bob").removed("c1#1", ROOM, "bob").added("c1#1", ROOM, "bob");
}

describe("the checker of alternation", () => {
  test("accepts members that come and go in turn", () => {
    expect(alternation.check(clean().history)).toEqual([]);
  });

  test("finds a member that is added twice", () => {
    const [found, ...others] = alternation.check(clean().added("c1#1", ROOM, "bob").history);
    expect(found?.says).toBe("c1#1 on presence-a: bob was added while being there");
    expect(found?.entries.map((each) => each.type)).toEqual(["frame", "frame"]);
    expect(others).toEqual([]);
  });

  test("finds a member that is removed without being there", () => {
    const history = clean().removed("c1#1", ROOM, "bob").removed("c1#1", ROOM, "bob").history;
    expect(alternation.check(history)).toMatchObject([{
      says: "c1#1 on presence-a: bob was removed without being there",
    }]);
  });

  test("finds a member of the roster that is added", () => {
    expect(alternation.check(clean().added("c1#1", ROOM, "ann").history)).toHaveLength(1);
  });

  test("begins anew with each subscription", () => {
    const history = clean().unsubscribe("c1#1", ROOM).subscribe("c1#1", ROOM, "ann", ["ann"])
      .added("c1#1", ROOM, "bob");
    expect(alternation.check(history.history)).toEqual([]);
  });

  test("takes each subscriber for itself", () => {
    const history = clean().connect("c2#1").subscribe("c2#1", ROOM, "cleo", ["ann", "bob", "cleo"])
      .added("c1#1", ROOM, "cleo").removed("c2#1", ROOM, "bob");
    expect(alternation.check(history.history)).toEqual([]);
  });
});
