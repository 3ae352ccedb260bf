import type { Crowd } from "./crowd.ts";
import type { LoadProtocol } from "./load-request.ts";
import { Peer, textFrame } from "./peer.ts";
import { Tally } from "./tally.ts";

/**
 * Newcomers, each another user, join a room together and leave it together, again and again. Everyone who is in the room hears of
 * each, in whichever order they come and go, so the sum is known.
 */
export async function churn(
  crowd: Crowd,
  { target, group, channel, newcomers, milliseconds }: LoadProtocol["churn"]["request"],
): Promise<LoadProtocol["churn"]["answer"]> {
  const { peers: members, tally } = crowd.group(group);
  const ownTally = new Tally();
  const comers = await Promise.all(Array.from({ length: newcomers }, async (_, index) => {
    const peer = new Peer(target, ownTally, `newcomer-${index}`);
    await peer.connect();
    return { peer, subscribe: peer.subscribeFrame(channel) };
  }));
  await ownTally.take(newcomers);
  const unsubscribe = textFrame(JSON.stringify({ event: "pusher:unsubscribe", data: { channel } }));
  // The first to come hears of all others, the last of nobody; the same when they go.
  const amongThem = newcomers * (newcomers - 1) / 2;
  const end = performance.now() + milliseconds;
  let joins = 0;
  do {
    for (const { peer, subscribe } of comers) peer.send(subscribe);
    await ownTally.take(newcomers + amongThem);
    await tally.take(newcomers * members.length);
    for (const { peer } of comers) peer.send(unsubscribe);
    await ownTally.take(amongThem);
    await tally.take(newcomers * members.length);
    joins += newcomers;
  } while (performance.now() < end);
  await tally.verify();
  await ownTally.verify();
  await Promise.all(comers.map(({ peer }) => peer.close()));
  return { joins, deliveries: ownTally.received + 2 * joins * members.length };
}
