import type { Contender } from "../contenders/contender.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const AT_ONCE = 16;
const GROUP = 0;
const BATCH = 10;
const DATA = "x".repeat(100);

const CASES = [
  { label: "one event a call", kind: {} },
  { label: `${BATCH} events in a batch`, kind: { batch: BATCH } },
  { label: "one event a call, each over a new connection", kind: { newConnections: true } },
] as const;

/** Signed API calls to a channel that nobody listens to. */
export const http: Scenario = {
  name: "http",
  title: "API calls that nobody listens to",
  about:
    `Signed API calls over ${AT_ONCE} connections to a channel without subscribers: one event of 100 B a call, ${BATCH} in a ` +
    `batch, and one event a call with a connection of its own. The first two keep their connections, as the library for ` +
    `Node.js does and that for PHP within one process; soketi closes them after each answer all the same. PHP that begins anew ` +
    `with each web request is the third. CPU of the server for each call; the bare server checks nothing. That the same calls ` +
    `do arrive was seen just before, with a subscriber.`,
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
    for (const { kind } of CASES) await call(stage, contender, "bench", 100, kind);
    for (const { label, kind } of CASES) {
      stage.note(label);
      const { serverSeconds, calls, seconds, loadShare } = await stage.costWhenWarm(
        contender,
        (milliseconds) => call(stage, contender, "nobody", milliseconds, kind),
        2 * stage.pace.runFor,
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
  kind: { readonly batch?: number; readonly newConnections?: boolean },
) {
  return stage.load.ask("publish", {
    target,
    publications: [{ channel, data: DATA }],
    ...kind,
    atOnce: AT_ONCE,
    milliseconds,
    group: GROUP,
    deliveriesPerEvent: channel === "nobody" ? 0 : 1,
  });
}
