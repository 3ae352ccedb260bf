import type { Scenario } from "../scenario.ts";

const GROUP = 0;
const CHANNEL = "presence-room";
const NEWCOMERS = 8;
const SIZES = { quick: [100, 1000], normal: [100, 1000, 5000], full: [100, 1000, 5000] } as const;
/** From so many members on, the cost of a larger room can be computed from that of a smaller one. */
const FORESEES = 1000;
/** CPU seconds that filling a room may cost the server, except at the full pace. */
const PATIENCE = 25;

/** People come to a room and leave it. */
export const presence: Scenario = {
  name: "presence",
  title: "Joining and leaving a presence channel",
  measures: "What it costs the server that a member joins a presence channel and leaves it.",
  about:
    `${NEWCOMERS} users join a room together and leave it together, again and again. Each gets the list of all members, and all ` +
    `members get a message for each user who joins or leaves. CPU of the server for one user who joins and leaves, and for each ` +
    `of these messages.`,
  async measure(stage) {
    const contender = await stage.start();
    const { target } = contender;
    let members = 0, filling = 0;
    for (const size of SIZES[stage.pace.name]) {
      if (!stage.fits(size)) break;
      // Each member hears of all that come later, so the cost of filling a room grows with the square of its size. Small rooms
      // say nothing about that: their cost is that of connecting.
      const tooLarge = `would need more than ${PATIENCE} s of CPU to let ${
        count(size)
      } join; the full pace measures it.`;
      const foreseen = members < FORESEES ? 0 : filling * (size / members) ** 2;
      if (foreseen > PATIENCE && stage.pace.name !== "full") {
        stage.remark(`${stage.contenderName} ${tooLarge}`);
        break;
      }
      const label = `room of ${count(size)}`;
      stage.note(`${label} fills`);
      const join = { channel: CHANNEL };
      const request = { target, group: GROUP, count: size - members, atOnce: 250, join };
      filling = (await stage.costOf(contender, () => stage.load.ask("open", request))).serverSeconds;
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
      const { serverSeconds, joins, deliveries, seconds, loadShare } = await stage.costWhenWarm(
        contender,
        churn,
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

function count(members: number): string {
  return members.toLocaleString("en");
}
