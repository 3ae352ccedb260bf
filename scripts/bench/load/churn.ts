import { channelOf, type Crowd } from "./crowd.ts";
import type { LoadProtocol } from "./load-request.ts";
import { Peer, textFrame } from "./peer.ts";
import { Tally } from "./tally.ts";

/**
 * Newcomers, each another user, join a room together and leave it together, again and again. Each
 * member hears of each of them, in any order of coming and going, so the sum is known. With `{n}` in the channel's name each newcomer has a room of
 * its own, with its share of the members.
 */
export async function churn(
  crowd: Crowd,
  { target, group, channel, newcomers, milliseconds }: LoadProtocol["churn"]["request"],
): Promise<LoadProtocol["churn"]["answer"]> {
  const { peers: members, tally } = crowd.group(group);
  const ownTally = new Tally();
  const rooms = channel.includes("{n}") ? newcomers : 1;
  const comers = await Promise.all(Array.from({ length: newcomers }, async (_, index) => {
    const peer = new Peer(target, ownTally, `newcomer-${index}`);
    await peer.connect();
    const room = channelOf({ channel }, index);
    const leave = JSON.stringify({ event: "pusher:unsubscribe", data: { channel: room } });
    return { peer, subscribe: peer.subscribeFrame(room), unsubscribe: textFrame(leave) };
  }));
  await ownTally.take(newcomers);
  // The first one to join hears of all others, the last one of none; leaving is the same.
  const amongThem = rooms > 1 ? 0 : newcomers * (newcomers - 1) / 2;
  const amongMembers = newcomers * members.length / rooms;
  const end = performance.now() + milliseconds;
  let joins = 0;
  do {
    for (const { peer, subscribe } of comers) peer.send(subscribe);
    await ownTally.take(newcomers + amongThem);
    await tally.take(amongMembers);
    for (const { peer, unsubscribe } of comers) peer.send(unsubscribe);
    await ownTally.take(amongThem);
    await tally.take(amongMembers);
    joins += newcomers;
  } while (performance.now() < end);
  await tally.verify();
  await ownTally.verify();
  await Promise.all(comers.map(({ peer }) => peer.close()));
  return { joins, deliveries: ownTally.received + 2 * joins * members.length / rooms };
}
