import { describe, expect, test } from "bun:test";
import { honestLoss, lossesOf } from "../../../../scripts/prove/checkers/honest-loss.ts";
import { ScriptedHistory } from "../scripted-history.ts";

const NEWS = "news";

/** An event of n1 is lost for a subscriber of n2 while Redis is away. */
function lossy(): ScriptedHistory {
  const history = new ScriptedHistory().connect("c1#1", "n2").subscribe("c1#1", NEWS, undefined, [], "n2");
  history.fault("redis-half-open", "n2", () => void history.publish(NEWS));
  return history.quiet();
}

describe("the checker of honest loss", () => {
  test("accepts a loss that is counted and logged", () => {
    expect(honestLoss.check(lossy().record("n1", 0, 0).record("n2", 1, 1).history)).toEqual([]);
  });

  test("finds a loss without a counter, and one without a line in the log", () => {
    const uncounted = honestLoss.check(lossy().record("n1").record("n2", 0, 1).history);
    expect(uncounted.map(({ says }) => says)).toEqual([
      "1 events were lost (m1 of api1 at n1 for c1#1), and the counters of the nodes that live have 0",
    ]);
    expect(honestLoss.check(lossy().record("n1").record("n2", 1, 0).history)).toHaveLength(1);
  });

  test("asks nothing where all has arrived, the client was cut, or it left", () => {
    const arrived = new ScriptedHistory().connect("c1#1").subscribe("c1#1", NEWS);
    arrived.arrive("c1#1", NEWS, arrived.publish(NEWS)).quiet();
    expect(honestLoss.check(arrived.history)).toEqual([]);
    const cut = new ScriptedHistory().connect("c1#1").subscribe("c1#1", NEWS);
    cut.publish(NEWS);
    expect(honestLoss.check(cut.ended("c1#1").quiet().history)).toEqual([]);
  });

  test("asks nothing where the client was informed of a gap", () => {
    const informed = lossy().frame("c1#1", "resound:gap", NEWS, '{"reason":"trimmed"}');
    expect(honestLoss.check(informed.history)).toEqual([]);
  });

  test("lists what a killed node took with it apart", () => {
    const history = new ScriptedHistory().connect("c1#1", "n2").subscribe("c1#1", NEWS, undefined, [], "n2");
    history.publish(NEWS, { node: "n1" });
    history.fault("kill", "n1").quiet().record("n2");
    expect(honestLoss.check(history.history)).toEqual([]);
    expect(lossesOf(history.history)).toMatchObject([{ isWithTheDead: true, event: { message: "m1" } }]);
  });

  test("reads what a process had counted at the quiet moment, also where it was killed after that", () => {
    const killed = (counted: number): ScriptedHistory =>
      lossy().record("n2", counted).fault("kill", "n2").quiet().record("n1").record("n2", 0, 0, 9);
    expect(honestLoss.check(killed(1).history)).toEqual([]);
    expect(honestLoss.check(killed(0).history)).toHaveLength(2);
    const publisher = lossy().record("n1").record("n2").fault("kill", "n1").quiet().record("n2");
    expect(honestLoss.check(publisher.history)).toHaveLength(2);
  });

  test("adds up the processes of a node, and what each says more at a later moment", () => {
    const twice = (last: number, began: number): ScriptedHistory => {
      const history = lossy().record("n2", 1);
      history.fault("redis-half-open", "n2", () => void history.publish(NEWS));
      return history.quiet().record("n2", last, last, began);
    };
    expect(honestLoss.check(twice(2, 0).history)).toEqual([]);
    expect(honestLoss.check(twice(1, 0).history)).toHaveLength(2);
    expect(honestLoss.check(twice(1, 9).history)).toEqual([]);
  });

  test("counts an event once that several subscribers lost", () => {
    const history = new ScriptedHistory();
    for (const each of ["c1#1", "c2#1", "c3#1"]) {
      history.connect(each, "n2").subscribe(each, NEWS, undefined, [], "n2");
    }
    history.fault("redis-half-open", "n2", () => void history.publish(NEWS));
    expect(honestLoss.check(history.quiet().record("n2", 1).history)).toEqual([]);
  });
});
