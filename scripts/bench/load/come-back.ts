import { Caller } from "./caller.ts";
import { channelOf, type Crowd } from "./crowd.ts";
import type { LoadProtocol } from "./load-request.ts";
import { MarkerReader } from "./marker-reader.ts";
import { Peer } from "./peer.ts";
import { Tally } from "./tally.ts";
import { readRequest, type Target, triggerRequest } from "./target.ts";

/** Calls that publish at the same time. */
const CALLERS = 16;
/** Milliseconds in which clients answer the pings about their first event, a second's worth on a busy machine. */
const ANSWERED_WITHIN = 1000;
/** Milliseconds for the server to notice that all connections were cut. */
const PATIENCE = 30_000;

/**
 * Cuts all connections of a group without a close frame, publishes events to their channels, and has all clients come back at once.
 * Throws unless each gets every event once and in order.
 */
export async function comeBack(
  crowd: Crowd,
  { target, group, join, events, bytes, atOnce }: LoadProtocol["comeBack"]["request"],
): Promise<LoadProtocol["comeBack"]["answer"]> {
  const { peers, tally } = crowd.group(group), clients = peers.length;
  const channels = [...new Set(peers.map((_, number) => channelOf(join, number)))];
  // A client that has never answered a ping is not recovered, and it is asked about its first event.
  await publishAll(target, channels, ["first"]);
  await tally.take(clients);
  await Bun.sleep(ANSWERED_WITHIN);
  for (const peer of peers) peer.cut();
  await areGone(target);
  await publishAll(
    target,
    channels,
    Array.from({ length: events }, (_, number) => `#${String(number).padStart(8, "0")}#`.padEnd(bytes, "x")),
  );

  const returned = new Tally(), names = peers.splice(0).map(({ resume }) => resume);
  const expected = new Int32Array(clients);
  let next = 0, outOfOrder = 0;
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let index = next++; index < clients; index = next++) {
      const client = index;
      const peer = new Peer(target, returned, `returned-${client}`, names[client]);
      const reader = new MarkerReader((number) => {
        if (number === expected[client]) expected[client]!++;
        else outOfOrder++;
      });
      peer.probe = (piece) => reader.take(piece);
      await peer.connect();
      await peer.subscribe(channelOf(join, client));
      peers.push(peer);
    }
  }));
  const subscribedWithin = performance.now() - startedAt;
  await returned.take(clients * (2 + events));
  const within = performance.now() - startedAt;
  await returned.verify();
  const lacking = expected.filter((count) => count !== events).length;
  if (lacking + outOfOrder > 0) {
    throw new Error(`${lacking} of ${clients} clients lack events, ${outOfOrder} events came out of order`);
  }
  return { within, subscribedWithin, deliveries: clients * events };
}

/** Publishes each of the data to each channel; one connection has all of a channel's, so that they keep their order. */
async function publishAll(
  target: Target,
  channels: readonly string[],
  data: readonly string[],
): Promise<void> {
  await Promise.all(Array.from({ length: CALLERS }, async (_, number) => {
    const caller = new Caller(target);
    for (let index = number; index < channels.length; index += CALLERS) {
      for (const each of data) {
        await caller.call(triggerRequest(target, { channel: channels[index]!, data: each }));
      }
    }
    caller.close();
  }));
}

/** Resolves when the server counts no connections. */
async function areGone(target: Target): Promise<void> {
  const caller = new Caller(target), end = performance.now() + PATIENCE;
  for (;;) {
    const answer = await caller.call(readRequest(target, "connections"));
    if (/"connections":0\b/.test(answer)) return caller.close();
    if (performance.now() > end) throw new Error(`the server still counts connections: ${answer}`);
    await Bun.sleep(20);
  }
}
