import { describe, expect, test } from "bun:test";
import { readHistory, writeHistory } from "../../../scripts/prove/history/history.ts";
import { Recorder } from "../../../scripts/prove/history/recorder.ts";
import { setupOf } from "./scripted-history.ts";

function recorder(): Recorder {
  let ms = 0;
  return new Recorder(setupOf(), () => ms += 10);
}

describe("a recorder", () => {
  test("adds an operation when it ends, with both moments and its answer", () => {
    const recorded = recorder();
    const end = recorded.begin({ kind: "users", actor: "api1", node: "n1", channel: "presence-a" });
    expect(recorded.history.entries).toEqual([]);
    expect(recorded.open).toBe(1);
    end("ok", { users: ["ann"] });
    expect(recorded.history.entries).toEqual([{
      type: "operation",
      kind: "users",
      actor: "api1",
      node: "n1",
      channel: "presence-a",
      users: ["ann"],
      outcome: "ok",
      start: { order: 1, ms: 10 },
      end: { order: 2, ms: 20 },
    }]);
  });

  test("ends an operation once", () => {
    const recorded = recorder();
    const end = recorded.begin({ kind: "channels", actor: "api1", node: "n1" });
    end("refused");
    end("ok");
    expect(recorded.history.entries).toMatchObject([{ outcome: "refused" }]);
  });

  test("gives up what is open as unknown", () => {
    const recorded = recorder();
    recorded.begin({ kind: "channels", actor: "api1", node: "n1" });
    recorded.giveUp();
    expect(recorded.open).toBe(0);
    expect(recorded.history.entries).toMatchObject([{ outcome: "unknown" }]);
  });

  test("makes a history that can be written and read again", () => {
    const recorded = recorder();
    recorded.begin({ kind: "terminate", actor: "api1", node: "n1", user: "ann" })("ok");
    recorded.add({ type: "ended", at: recorded.moment(), connection: "c1#1", code: 4009, by: "other" });
    expect(readHistory(writeHistory(recorded.history))).toEqual(recorded.history);
  });
});
