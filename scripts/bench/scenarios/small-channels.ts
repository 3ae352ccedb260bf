import type { Scenario } from "../scenario.ts";

const CHANNELS = 5000;
const PER_CHANNEL = 2;
const GROUP = 0;
const DATA = "x".repeat(100);

/** Many channels with a few subscribers each, as chats and shared documents have them. */
export const smallChannels: Scenario = {
  name: "small-channels",
  title: "Many small channels",
  measures: "What an event to a channel of two subscribers costs the server.",
  about:
    `${
      CHANNELS.toLocaleString("en")
    } public channels of ${PER_CHANNEL} subscribers; events of 100 B go to one channel after ` +
    `the other. CPU of the server for each event: one API call and ${PER_CHANNEL} deliveries.`,
  async measure(stage) {
    const channels = stage.pace.name === "quick" ? CHANNELS / 5 : CHANNELS;
    if (!stage.fits(channels * PER_CHANNEL)) return;
    const contender = await stage.start();
    const { target } = contender;
    stage.note(`${channels} channels are joined`);
    await stage.load.ask("open", {
      target,
      group: GROUP,
      count: channels * PER_CHANNEL,
      atOnce: 100,
      join: { channel: "small-{n}", perChannel: PER_CHANNEL },
    });
    const publications = Array.from(
      { length: channels },
      (_, number) => ({ channel: `small-${number}`, data: DATA }),
    );
    for (const atOnce of [1, 8, 32]) {
      const label = `${atOnce} at once`;
      stage.note(label);
      const publish = (milliseconds: number) =>
        stage.load.ask("publish", {
          target,
          publications,
          atOnce,
          milliseconds,
          group: GROUP,
          deliveriesPerEvent: PER_CHANNEL,
        });
      const { serverSeconds, events, seconds, loadShare } = await stage.costWhenWarm(contender, publish);
      stage.add(
        { label, measure: "CPU an event", unit: "µs", value: serverSeconds / events * 1e6, loadShare },
        { label, measure: "events", unit: "a second", value: events / seconds, loadShare },
      );
    }
  },
};
