import type { Contender } from "../contenders/contender.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const AT_ONCE = 16;
const GROUP = 0;
const BATCH = 10;
const DATA = "x".repeat(100);

/** Signed API calls to a channel that nobody listens to. */
export const http: Scenario = {
  name: "http",
  title: "API calls that nobody listens to",
  about:
    `Signed API calls over ${AT_ONCE} kept connections to a channel without subscribers: one event of 100 B a call, and ` +
    `${BATCH} in a batch. CPU of the server for each call; the bare server checks nothing. That the same call does arrive was ` +
    `seen just before, with a subscriber.`,
  async measure(stage) {
    const contender = await stage.start();
    stage.note("a subscriber sees both kinds of call");
    await stage.load.ask("open", {
      target: contender.target,
      group: GROUP,
      count: 1,
      atOnce: 1,
      join: { channel: "bench" },
    });
    for (const batch of [undefined, BATCH]) await call(stage, contender, "bench", 100, batch);
    for (const batch of [undefined, BATCH]) {
      const label = batch === undefined ? "one event a call" : `${batch} events in a batch`;
      stage.note(label);
      await call(stage, contender, "nobody", stage.pace.runFor, batch);
      const { serverSeconds, calls, seconds, loadShare } = await stage.costOf(
        contender,
        () => call(stage, contender, "nobody", 2 * stage.pace.runFor, batch),
      );
      stage.add(
        { label, measure: "CPU a call", unit: "µs", value: serverSeconds / calls * 1e6, loadShare },
        { label, measure: "calls", unit: "a second", value: calls / seconds, loadShare },
      );
    }
  },
};

function call(
  stage: Stage,
  { target }: Contender,
  channel: string,
  milliseconds: number,
  batch: number | undefined,
) {
  return stage.load.ask("publish", {
    target,
    publications: [{ channel, data: DATA }],
    ...(batch === undefined ? {} : { batch }),
    atOnce: AT_ONCE,
    milliseconds,
    group: GROUP,
    deliveriesPerEvent: channel === "nobody" ? 0 : 1,
  });
}
