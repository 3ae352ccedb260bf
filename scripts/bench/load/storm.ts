import { channelOf } from "./crowd.ts";
import type { LoadProtocol } from "./load-request.ts";
import { Peer } from "./peer.ts";
import { Tally } from "./tally.ts";

/** Connects, subscribes and closes for a while: `atOnce` connections at a time, and no more than `perSecond`. */
export async function storm(
  { target, atOnce, perSecond = Infinity, milliseconds, join }: LoadProtocol["storm"]["request"],
): Promise<LoadProtocol["storm"]["answer"]> {
  const tally = new Tally();
  const begun = performance.now(), end = begun + milliseconds;
  let connections = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (performance.now() < end) {
      const number = connections++, due = begun + number * 1000 / perSecond;
      if (due > performance.now()) await Bun.sleep(due - performance.now());
      const peer = new Peer(target, tally, String(number));
      await peer.connect();
      await peer.subscribe(channelOf(join, number));
      await peer.close();
    }
  }));
  await tally.take(2 * connections);
  return { connections };
}
