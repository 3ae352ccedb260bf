import { anonymousBytes, residentBytes } from "../machine/resident-bytes.ts";
import type { Scenario } from "../scenario.ts";

/** Channels of limited size: with all connections in one channel, the last subscription takes soketi longer than all others together. */
const PER_CHANNEL = 100;
/** How long memory may take to settle after the last connection, in milliseconds. */
const SETTLE = 1000;

/** Memory of connections that do nothing. */
export const idle: Scenario = {
  name: "idle",
  title: "Idle connections",
  measures: "How much memory of the server a silent, subscribed connection takes.",
  about:
    `Silent clients, each subscribed to one public channel, ${PER_CHANNEL} clients a channel. Resident memory of the server for ` +
    "each client, beyond what it took before the first, and the anonymous part of it: what is not a page of a file.",
  async measure(stage) {
    const contender = await stage.start();
    await Bun.sleep(SETTLE);
    const { pid } = contender, empty = residentBytes(pid), emptyOwn = anonymousBytes(pid);
    let connections = 0;
    for (const size of stage.pace.name === "quick" ? [1000, 10_000] : [1000, 10_000, 18_000]) {
      if (!stage.fits(size)) break;
      const label = `${size.toLocaleString("en")} connections`;
      stage.note(label);
      await stage.load.ask("open", {
        target: contender.target,
        group: 0,
        count: size - connections,
        atOnce: 100,
        join: { channel: "idle-{n}", perChannel: PER_CHANNEL },
      });
      connections = size;
      await Bun.sleep(SETTLE);
      const value = (residentBytes(pid) - empty) / connections / 1024;
      const own = (anonymousBytes(pid) - emptyOwn) / connections / 1024;
      const growths = [{ series: "subscribed and silent", size, axis: "connections" }];
      stage.add(
        { label, measure: "memory a connection", unit: "KB", value, growths },
        { label, measure: "anonymous memory a connection", unit: "KB", value: own },
      );
    }
  },
};
