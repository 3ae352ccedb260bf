import type { Scenario } from "../scenario.ts";

const GROUP = 0;
const ROOM = 100;
const PER_SECOND = 500;
const AT_ONCE = 32;
const CHANNEL = "private-room";

/** Clients talk to each other through the server. */
export const clientEvents: Scenario = {
  name: "client-events",
  title: "Client events in a room",
  measures: "What a client event costs the server for each client that gets it.",
  about:
    `All ${ROOM} subscribers of a private channel send client events of 100 B in turn: ${PER_SECOND} a second, and as many as ` +
    `possible with ${AT_ONCE} at once. CPU of the server for each delivery.`,
  async measure(stage) {
    const contender = await stage.start();
    stage.note(`${ROOM} clients join`);
    const { target } = contender;
    await stage.load.ask("open", {
      target,
      group: GROUP,
      count: ROOM,
      atOnce: ROOM,
      join: { channel: CHANNEL },
    });
    const cases = [
      { label: `${PER_SECOND} a second`, pace: { perSecond: PER_SECOND } },
      { label: `as many as possible, ${AT_ONCE} at once`, pace: { atOnce: AT_ONCE } },
    ] as const;
    for (const { label, pace } of cases) {
      stage.note(label);
      const send = (milliseconds: number) =>
        stage.load.ask("clientEvents", {
          group: GROUP,
          channel: CHANNEL,
          data: "x".repeat(100),
          milliseconds,
          deliveriesPerEvent: ROOM - 1,
          pace,
        });
      const { serverSeconds, deliveries, seconds, loadShare } = await stage.costWhenWarm(
        contender,
        send,
        2 * stage.pace.runFor,
      );
      stage.add(
        { label, measure: "CPU a delivery", unit: "µs", value: serverSeconds / deliveries * 1e6, loadShare },
        { label, measure: "deliveries", unit: "a second", value: deliveries / seconds, loadShare },
      );
    }
  },
};
