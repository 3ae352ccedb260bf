import { describe, expect, test } from "bun:test";
import { users } from "../../../../scripts/prove/checkers/users.ts";
import { ScriptedHistory } from "../scripted-history.ts";

const ROOM = "presence-a";

function withAnn(): ScriptedHistory {
  return new ScriptedHistory().connect("c1#1").subscribe("c1#1", ROOM, "ann", ["ann"]);
}

const ASK = { kind: "users", actor: "api2", node: "n2", channel: ROOM } as const;

describe("the checker of GET users", () => {
  test("accepts answers that follow what was done", () => {
    const history = new ScriptedHistory().users(ROOM, []).connect("c1#1").subscribe("c1#1", ROOM, "ann", [
      "ann",
    ])
      .users(ROOM, ["ann"]).users(ROOM, ["ann"], "n2").leave("c1#1").users(ROOM, ["ann"], "n2").users(
        ROOM,
        [],
      );
    expect(users.check(history.history)).toEqual([]);
  });

  test("finds an answer without a user that was confirmed", () => {
    expect(users.check(withAnn().users(ROOM, []).history).map(({ says }) => says)).toEqual([
      "n1 answers without ann on presence-a, which no order of what was done explains",
    ]);
  });

  test("finds a user that has never come", () => {
    expect(users.check(withAnn().users(ROOM, ["ann", "bob"]).history)).toHaveLength(1);
  });

  test("finds two answers that contradict each other while a user leaves", () => {
    const leaving = withAnn().unsubscribe("c1#1", ROOM).users(ROOM, []);
    expect(users.check(leaving.history)).toEqual([]);
    expect(users.check(leaving.users(ROOM, ["ann"], "n2").history)).toHaveLength(1);
  });

  test("accepts either answer while a user comes, and one order alone", () => {
    const coming = (first: readonly string[], second: readonly string[]): ScriptedHistory => {
      const history = new ScriptedHistory().connect("c1#1");
      const subscribed = history.begin({
        kind: "subscribe",
        actor: "c1",
        node: "n1",
        connection: "c1#1",
        channel: ROOM,
        user: "ann",
      });
      history.users(ROOM, first).users(ROOM, second, "n2");
      subscribed("ok");
      return history;
    };
    expect(users.check(coming([], ["ann"]).history)).toEqual([]);
    expect(users.check(coming(["ann"], ["ann"]).history)).toEqual([]);
    expect(users.check(coming(["ann"], []).history)).toHaveLength(1);
  });

  test("accepts overlapping answers in any order", () => {
    const history = withAnn();
    const asked = history.begin(ASK);
    history.leave("c1#1").users(ROOM, []);
    asked("ok", { users: ["ann"] });
    expect(users.check(history.history)).toEqual([]);
  });

  test("knows that a user stays while another connection is there", () => {
    const history = withAnn().connect("c2#1", "n2").subscribe("c2#1", ROOM, "ann", ["ann"], "n2").leave(
      "c1#1",
    );
    expect(users.check(history.users(ROOM, ["ann"]).history)).toEqual([]);
    expect(users.check(history.users(ROOM, []).history)).toHaveLength(1);
  });

  test("goes on from a quiet moment with what was there", () => {
    expect(users.check(withAnn().quiet().users(ROOM, ["ann"]).history)).toEqual([]);
    expect(users.check(withAnn().quiet().users(ROOM, []).history)).toHaveLength(1);
    expect(users.check(withAnn().leave("c1#1").quiet().users(ROOM, ["ann"]).history)).toHaveLength(1);
  });

  test("asks nothing of a stretch with a fault", () => {
    const history = withAnn().quiet().fault("redis-restart").users(ROOM, []).quiet().users(ROOM, ["ann"]);
    expect(users.check(history.history)).toEqual([]);
  });

  test("lets a subscription that was never answered have taken effect or not", () => {
    for (const answer of [[], ["ann"]]) {
      const history = new ScriptedHistory().connect("c1#1");
      history.begin({
        kind: "subscribe",
        actor: "c1",
        node: "n1",
        connection: "c1#1",
        channel: ROOM,
        user: "ann",
      })(
        "unknown",
      );
      history.ended("c1#1").users(ROOM, answer);
      expect(users.check(history.history)).toEqual([]);
    }
  });
});
