import { channelOf } from "./crowd.ts";
import type { LoadProtocol } from "./load-request.ts";
import { Peer } from "./peer.ts";
import { Tally } from "./tally.ts";

/** Connects, subscribes and closes, `atOnce` connections at a time, for a while. */
export async function storm(
  { target, atOnce, milliseconds, join }: LoadProtocol["storm"]["request"],
): Promise<LoadProtocol["storm"]["answer"]> {
  const tally = new Tally();
  const end = performance.now() + milliseconds;
  let connections = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (performance.now() < end) {
      const number = connections++;
      const peer = new Peer(target, tally, String(number));
      await peer.connect();
      await peer.subscribe(channelOf(join, number));
      await peer.close();
    }
  }));
  await tally.take(2 * connections);
  return { connections };
}
