import type { Scenario } from "../scenario.ts";

const GROUP = 0;
const WARM_UP = 1;
const AT_ONCE = 100;

/** A private channel for each user, as Laravel's notifications use it, and all users connect at once. */
export const privateUsers: Scenario = {
  name: "private-users",
  title: "A private channel for each user",
  measures: "What an event to one user's private channel costs the server.",
  about:
    `Users connect in a burst, ${AT_ONCE} at a time, and each subscribes to its own private channel, whose signature the server ` +
    `checks (the bare one does not). Then events of 100 B go to one user after the other, 8 at once. CPU of the server for each ` +
    `connection with its subscription, and for each event.`,
  async measure(stage) {
    const users = stage.pace.name === "quick" ? 1000 : 2000;
    if (!stage.fits(1.25 * users)) return;
    const contender = await stage.start();
    const { target } = contender;
    const come = (group: number, count: number, channel: string) =>
      stage.load.ask("open", { target, group, count, atOnce: AT_ONCE, join: { channel } });
    stage.note("some users come to warm up");
    await come(WARM_UP, users / 4, "private-early-{n}");
    const burst = `${users.toLocaleString("en")} users sign up`;
    stage.note(burst);
    const signUp = await stage.costOf(contender, () => come(GROUP, users, "private-user-{n}"));
    stage.add(
      {
        label: burst,
        measure: "CPU a sign-up",
        unit: "µs",
        value: signUp.serverSeconds / users * 1e6,
        loadShare: signUp.loadShare,
      },
      {
        label: burst,
        measure: "sign-ups",
        unit: "a second",
        value: users / signUp.seconds,
        loadShare: signUp.loadShare,
      },
    );

    const label = "events to one user after the other, 8 at once";
    stage.note(label);
    const data = "x".repeat(100);
    const publish = (milliseconds: number) =>
      stage.load.ask("publish", {
        target,
        publications: Array.from({ length: users }, (_, user) => ({ channel: `private-user-${user}`, data })),
        atOnce: 8,
        milliseconds,
        group: GROUP,
        deliveriesPerEvent: 1,
      });
    const { serverSeconds, events, seconds, loadShare } = await stage.costWhenWarm(contender, publish);
    stage.add(
      { label, measure: "CPU an event", unit: "µs", value: serverSeconds / events * 1e6, loadShare },
      { label, measure: "events", unit: "a second", value: events / seconds, loadShare },
    );
  },
};
