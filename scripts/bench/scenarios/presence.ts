import type { Scenario } from "../scenario.ts";

const GROUP = 0;
const CHANNEL = "presence-room";
const NEWCOMERS = 8;
const SIZES = { quick: [100, 1000], normal: [100, 1000, 5000], full: [100, 1000, 5000] } as const;
/** Seconds that filling a room may take, except at the full pace. */
const PATIENCE = 15;

/** People come to a room and leave it. */
export const presence: Scenario = {
  name: "presence",
  title: "Coming and going in a presence channel",
  about:
    `${NEWCOMERS} newcomers join a room together and leave it together, again and again. Each gets the list of all members, ` +
    `and everyone hears of each who comes and goes. CPU of the server for one who joins and leaves, and for each of the ` +
    `messages that this takes.`,
  async measure(stage) {
    const contender = await stage.start();
    const { target } = contender;
    let members = 0, filling = 0;
    for (const size of SIZES[stage.pace.name]) {
      if (!stage.fits(size)) break;
      // Everyone hears of everyone who comes later, so that filling a room takes with the square of its size.
      const foreseen = members === 0 ? 0 : filling * (size / members) ** 2;
      if (foreseen > PATIENCE && stage.pace.name !== "full") {
        stage.remark(
          `${stage.contenderName} would take longer than ${PATIENCE} s to let ${
            size.toLocaleString("en")
          } join: the full pace ` +
            "measures it.",
        );
        break;
      }
      const label = `room of ${size.toLocaleString("en")}`;
      stage.note(`${label} fills`);
      const join = { channel: CHANNEL };
      const request = { target, group: GROUP, count: size - members, atOnce: 250, join };
      filling = (await stage.load.ask("open", request)).seconds;
      members = size;
      stage.note(label);
      const churn = (milliseconds: number) =>
        stage.load.ask("churn", {
          target,
          group: GROUP,
          channel: CHANNEL,
          newcomers: NEWCOMERS,
          milliseconds,
        });
      await stage.warmUp(churn);
      const { serverSeconds, joins, deliveries, seconds, loadShare } = await stage.costOf(
        contender,
        () => churn(stage.pace.runFor),
      );
      const growths = [{ series: "8 newcomers at once", size, axis: "members" }];
      stage.add(
        {
          label,
          measure: "CPU a join and leave",
          unit: "µs",
          value: serverSeconds / joins * 1e6,
          loadShare,
          growths,
        },
        {
          label,
          measure: "CPU a message",
          unit: "µs",
          value: serverSeconds / deliveries * 1e6,
          loadShare,
          growths,
        },
        { label, measure: "joins and leaves", unit: "a second", value: joins / seconds, loadShare },
      );
    }
  },
};
