import { describe, expect, test } from "bun:test";
import { picture } from "../../../../scripts/prove/checkers/picture.ts";
import { ScriptedHistory } from "../scripted-history.ts";

const ROOM = "presence-a";

/** Ann is on the channel, Bob has come. `seen` is what Ann is sent of it. */
function withBob(seen: (history: ScriptedHistory) => void): ScriptedHistory {
  const history = new ScriptedHistory().connect("c1#1").subscribe("c1#1", ROOM, "ann", ["ann"])
    .connect("c2#1", "n2").subscribe("c2#1", ROOM, "bob", ["ann", "bob"], "n2");
  seen(history);
  return history;
}

describe("the checker of pictures", () => {
  test("accepts an observer that has seen all", () => {
    const history = withBob((ann) => ann.added("c1#1", ROOM, "bob")).quiet();
    expect(picture.check(history.history)).toEqual([]);
  });

  test("finds an observer that has missed a member", () => {
    const found = picture.check(withBob(() => {}).quiet().history);
    expect(found.map(({ says }) => says)).toEqual(["c1#1 on presence-a does not see bob"]);
  });

  test("finds an observer that still sees a member", () => {
    const history = withBob((ann) => ann.added("c1#1", ROOM, "bob")).leave("c2#1").quiet();
    expect(picture.check(history.history).map(({ says }) => says)).toEqual([
      "c1#1 on presence-a still sees bob",
    ]);
  });

  test("looks at each quiet moment, also when all is well in the end", () => {
    const history = withBob(() => {}).quiet().added("c1#1", ROOM, "bob").quiet();
    expect(picture.check(history.history)).toHaveLength(1);
  });

  test("asks nothing of the time between quiet moments", () => {
    const history = withBob((ann) => ann.wait(5000).added("c1#1", ROOM, "bob")).quiet();
    expect(picture.check(history.history)).toEqual([]);
  });

  test("knows that a user with two connections stays while one is left", () => {
    const history = withBob((ann) => ann.added("c1#1", ROOM, "bob"))
      .connect("c3#1").subscribe("c3#1", ROOM, "bob", ["ann", "bob"]).leave("c2#1").quiet();
    expect(picture.check(history.history)).toEqual([]);
  });
});
