import { describe, expect, test } from "bun:test";
import { delivery } from "../../../../scripts/prove/checkers/delivery.ts";
import { ScriptedHistory } from "../scripted-history.ts";

const NEWS = "news";

function subscribed(setup: { recovers?: boolean; holdMs?: number } = {}): ScriptedHistory {
  return new ScriptedHistory(setup).connect("c1#1").subscribe("c1#1", NEWS);
}

function says(history: ScriptedHistory): readonly string[] {
  return delivery.check(history.history).map((each) => each.says);
}

describe("the checker of delivery", () => {
  test("accepts events that arrive once and in order", () => {
    const history = subscribed(), first = history.publish(NEWS), second = history.publish(NEWS);
    history.arrive("c1#1", NEWS, first).arrive("c1#1", NEWS, second).quiet();
    expect(says(history)).toEqual([]);
  });

  test("finds an event that has not arrived by the next quiet moment", () => {
    const history = subscribed();
    history.publish(NEWS);
    expect(says(history)).toEqual([]);
    expect(says(history.quiet())).toEqual(["m1 of api1 at n1 on news did not arrive at c1#1"]);
  });

  test("asks for nothing that was refused, not answered, or for others", () => {
    const history = subscribed();
    history.publish(NEWS, { outcome: "refused" });
    history.publish(NEWS, { outcome: "unknown" });
    history.publish(NEWS, { except: "c1#1" });
    history.publish("other");
    expect(says(history.quiet())).toEqual([]);
  });

  test("asks for nothing that was published before the confirmation or that a leaving client misses", () => {
    const history = new ScriptedHistory().connect("c1#1");
    history.publish(NEWS);
    history.subscribe("c1#1", NEWS);
    history.publish(NEWS);
    history.unsubscribe("c1#1", NEWS);
    expect(says(history.quiet())).toEqual([]);
  });

  test("asks for nothing in a stretch with a fault, without recovery", () => {
    const history = subscribed();
    history.fault("freeze", "n1", () => void history.publish(NEWS));
    expect(says(history.quiet())).toEqual([]);
  });

  test("a slow reader is no excuse for the cluster", () => {
    const history = subscribed();
    history.fault("slow-reader", undefined, () => void history.publish(NEWS));
    expect(says(history.quiet())).toHaveLength(1);
  });

  test("finds an event that arrives twice, also during a fault", () => {
    const history = subscribed(), message = history.publish(NEWS);
    history.arrive("c1#1", NEWS, message);
    history.fault("redis-kill", undefined, () => void history.arrive("c1#1", NEWS, message));
    expect(says(history)).toEqual(["m1 on news arrived twice at c1#1"]);
  });

  test("finds events of one publisher in another order", () => {
    const history = subscribed(), first = history.publish(NEWS), second = history.publish(NEWS);
    history.arrive("c1#1", NEWS, second).arrive("c1#1", NEWS, first);
    expect(says(history)).toEqual(["m1 of api1 at n1 on news arrived at c1#1 after the later m2"]);
  });

  test("has no order for events of two callers, of two nodes, or of one caller at one time", () => {
    const history = subscribed();
    const others = [
      history.publish(NEWS),
      history.publish(NEWS, { actor: "api2" }),
      history.publish(NEWS, { node: "n2" }),
    ];
    for (const message of others.reverse()) history.arrive("c1#1", NEWS, message);
    const call = { kind: "publish", actor: "api3", node: "n1", channel: NEWS } as const;
    const end = history.begin({ ...call, message: "x1" }),
      endOther = history.begin({ ...call, message: "x2" });
    end("ok");
    endOther("ok");
    history.arrive("c1#1", NEWS, "x2").arrive("c1#1", NEWS, "x1").quiet();
    expect(says(history)).toEqual([]);
  });

  test("finds what a client may not get", () => {
    const history = subscribed().connect("c2#1");
    const left = history.publish(NEWS, { except: "c1#1" }),
      refused = history.publish(NEWS, { outcome: "refused" });
    const fine = history.publish(NEWS), own = history.clientEvent("c1#1", NEWS);
    history.arrive("c1#1", NEWS, left).arrive("c1#1", NEWS, refused).arrive("c1#1", NEWS, "made up");
    history.arrive("c2#1", NEWS, fine).arrive("c1#1", "other", fine).arrive("c1#1", NEWS, own);
    expect(says(history)).toEqual([
      "c1#1 got m1 on news, which leaves out this connection",
      "c1#1 got m2 on news, whose publishing was refused",
      "c1#1 got made up on news, which was never published",
      "c2#1 got m3 on news, without being subscribed",
      "c1#1 got m3 on other, which was published on news",
      "c1#1 got m4 on news, which leaves out this connection",
    ]);
  });

  test("lets events come until the leaving is answered, and none later", () => {
    const history = subscribed(), first = history.publish(NEWS), second = history.publish(NEWS);
    const end = history.begin({
      kind: "unsubscribe",
      actor: "c1",
      node: "n1",
      connection: "c1#1",
      channel: NEWS,
    });
    history.arrive("c1#1", NEWS, first);
    end("ok");
    expect(says(history)).toEqual([]);
    expect(says(history.arrive("c1#1", NEWS, second))).toEqual([
      "c1#1 got m2 on news, without being subscribed",
    ]);
  });

  test("accepts a client event that all but its sender get", () => {
    const history = subscribed().connect("c2#1").subscribe("c2#1", NEWS);
    const message = history.clientEvent("c1#1", NEWS);
    history.arrive("c2#1", NEWS, message).quiet();
    expect(says(history)).toEqual([]);
  });
});

describe("the checker of delivery, with recovery", () => {
  /** An event is published while c1 is away. */
  function cut(recovers: boolean): ScriptedHistory {
    const history = subscribed({ recovers }).leave("c1#1", "cut");
    history.publish(NEWS);
    return history.connect("c1#2", "n2", "c1#1").subscribe("c1#2", NEWS);
  }

  test("finds what a client that came back was not sent", () => {
    expect(says(cut(true).quiet())).toEqual(["m1 of api1 at n1 on news did not arrive at c1#2"]);
    expect(says(cut(false).quiet())).toEqual([]);
  });

  test("accepts what was sent again, and a gap that the client was informed of", () => {
    expect(says(cut(true).arrive("c1#2", NEWS, "m1").quiet())).toEqual([]);
    expect(says(cut(true).frame("c1#2", "resound:gap", NEWS, '{"reason":"trimmed"}').quiet())).toEqual([]);
  });

  test("asks for nothing of a client that has closed its connection itself", () => {
    const history = subscribed({ recovers: true }).leave("c1#1", "close");
    history.publish(NEWS);
    expect(says(history.connect("c1#2", "n2", "c1#1").subscribe("c1#2", NEWS).quiet())).toEqual([]);
  });

  test("asks for it over a killed node, and not over a Redis without its data", () => {
    const during = (kind: "kill" | "redis-flush"): ScriptedHistory => {
      const history = subscribed({ recovers: true });
      history.fault(kind, "n1", () => {
        history.ended("c1#1").publish(NEWS, { node: "n2" });
      });
      return history.connect("c1#2", "n2", "c1#1").subscribe("c1#2", NEWS).quiet();
    };
    expect(says(during("kill"))).toHaveLength(1);
    expect(says(during("redis-flush"))).toEqual([]);
  });

  test("lets come again what came shortly before the cut, and nothing older", () => {
    const again = (wait: number): ScriptedHistory => {
      const history = subscribed({ recovers: true }), message = history.publish(NEWS);
      history.arrive("c1#1", NEWS, message).wait(wait).leave("c1#1", "cut");
      return history.connect("c1#2", "n2", "c1#1").subscribe("c1#2", NEWS).arrive("c1#2", NEWS, message)
        .quiet();
    };
    expect(says(again(1000))).toEqual([]);
    expect(says(again(3000))).toEqual(["m1 on news arrived twice at c1#2"]);
  });
});
