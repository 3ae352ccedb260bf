import { LoadDriver } from "../load/load-driver.ts";
import { residentBytes } from "../machine/resident-bytes.ts";
import type { Scenario } from "../scenario.ts";

const CLIENTS = 10_000, PER_CHANNEL = 100, EVENTS = 20, BYTES = 100;
/** Handshakes on their way at the same time: below the backlog of the port. */
const AT_ONCE = 400;
const GROUP = 0;
/** How long memory may take to settle, and how often it is read, in milliseconds. */
const SETTLE = 1000, LOOK = 50;

/** Thousands of clients lose their network for a while. */
export const comeBack: Scenario = {
  name: "come-back",
  title: "All clients come back at once, and have missed events",
  measures:
    "How soon thousands of clients that were cut off have all that they have missed, and what that costs the server.",
  about:
    `${
      CLIENTS.toLocaleString("en")
    } clients, ${PER_CHANNEL} a public channel, are cut off without a close frame; ${EVENTS} events of ` +
    `${BYTES} B go to each channel; then all clients come back, ${AT_ONCE} on their way at the same time. Each must get all events, ` +
    `once and in order, else the scenario fails. CPU of the server from the first event to the last, for each client. The longest pause is how long a call from another process waits, at most. Memory is ` +
    `what the server takes beyond what it took with all clients there.`,
  needs: "recovery",
  async measure(stage) {
    const clients = stage.pace.name === "quick" ? CLIENTS / 5 : CLIENTS;
    if (!stage.fits(clients)) return;
    const contender = await stage.start({ recovery: true }), { pid, target } = contender;
    const label = `${clients.toLocaleString("en")} clients, ${EVENTS} events each`;
    stage.note(`${label}: all connect`);
    const join = { channel: "away-{n}", perChannel: PER_CHANNEL };
    await stage.load.ask("open", { target, group: GROUP, count: clients, atOnce: 100, join });
    await Bun.sleep(SETTLE);
    stage.note(label);
    const there = residentBytes(pid), watcher = new LoadDriver();
    let most = there, isOver = false;
    const watch = setInterval(() => most = Math.max(most, residentBytes(pid)), LOOK);
    const request = { target, group: GROUP, join, events: EVENTS, bytes: BYTES, atOnce: AT_ONCE };
    try {
      const { longest: before } = await watcher.ask("probe", { target, milliseconds: SETTLE });
      const returning = stage.costOf(contender, () => stage.load.ask("comeBack", request)).finally(() =>
        isOver = true
      );
      let longest = 0;
      while (!isOver) {
        longest = Math.max(longest, (await watcher.ask("probe", { target, milliseconds: 200 })).longest);
      }
      const { within, subscribedWithin, serverSeconds, loadShare } = await returning;
      const figure = { label, loadShare };
      stage.add(
        { ...figure, measure: "until all have all events", unit: "ms", value: within },
        { ...figure, measure: "until the last subscription", unit: "ms", value: subscribedWithin },
        { ...figure, measure: "CPU a client", unit: "µs", value: serverSeconds / clients * 1e6 },
        { ...figure, measure: "longest pause of the server", unit: "ms", value: longest },
        { ...figure, measure: "longest pause before, with all clients silent", unit: "ms", value: before },
        { ...figure, measure: "memory at the most", unit: "MB", value: (most - there) / 1024 / 1024 },
      );
    } finally {
      clearInterval(watch);
      await watcher.stop();
    }
  },
};
