import type { Scenario } from "../scenario.ts";

const AT_ONCE = 32;

/** Clients that come and go. */
export const connect: Scenario = {
  name: "connect",
  title: "Connection storm",
  measures: "What a connection costs the server from its handshake to its end.",
  about:
    `Clients connect, subscribe to one public channel, send a close frame and wait until the server has closed, ${AT_ONCE} at a ` +
    `time. CPU of the server for each connection from start to end.`,
  async measure(stage) {
    const contender = await stage.start();
    const storm = (milliseconds: number) =>
      stage.load.ask("storm", {
        target: contender.target,
        atOnce: AT_ONCE,
        milliseconds,
        join: { channel: "bench" },
      });
    const label = `connect, subscribe, close, ${AT_ONCE} at once`;
    stage.note(label);
    const { serverSeconds, connections, seconds, loadShare } = await stage.costWhenWarm(
      contender,
      storm,
      2 * stage.pace.runFor,
    );
    stage.add(
      { label, measure: "CPU a connection", unit: "µs", value: serverSeconds / connections * 1e6, loadShare },
      { label, measure: "connections", unit: "a second", value: connections / seconds, loadShare },
    );
  },
};
