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

/** Signed API calls to a channel without subscribers. */
export const http: Scenario = {
  name: "http",
  title: "API calls to a channel without subscribers",
  measures: "What a signed API call costs the server when its event has no subscriber.",
  about:
    `Signed API calls over ${AT_ONCE} connections to a channel without subscribers: one event of 100 B a call, ${BATCH} events in ` +
    `a batch, and one event a call with a new connection for each call. The first two kinds keep their connections, as Pusher's ` +
    `library for Node.js does, and the one for PHP within one process; soketi closes them after each answer. The third kind is ` +
    `what PHP does that starts anew with each web request. CPU of the server for each call; the bare server checks nothing. ` +
    `Before measuring, the same calls are made once with a subscriber, which must receive every event.`,
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
        (milliseconds) => call(stage, contender, "unheard", milliseconds, kind),
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
    deliveriesPerEvent: channel === "unheard" ? 0 : 1,
  });
}
