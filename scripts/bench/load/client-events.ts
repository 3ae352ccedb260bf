import type { Crowd } from "./crowd.ts";
import type { LoadProtocol } from "./load-request.ts";
import { textFrame } from "./peer.ts";

/** Sends client events over the connections of a group in turn, as fast as they are delivered or at a fixed rate. */
export async function sendClientEvents(
  crowd: Crowd,
  request: LoadProtocol["clientEvents"]["request"],
): Promise<LoadProtocol["clientEvents"]["answer"]> {
  const { channel, data, milliseconds, deliveriesPerEvent, pace } = request;
  const { peers, tally } = crowd.group(request.group);
  const frame = textFrame(JSON.stringify({ event: "client-bench", channel, data }));
  let events = 0;
  const send = (): void => peers[events++ % peers.length]!.send(frame);
  const startedAt = performance.now(), end = startedAt + milliseconds;
  if ("atOnce" in pace) {
    do {
      for (let index = 0; index < pace.atOnce; index++) send();
      await tally.take(pace.atOnce * deliveriesPerEvent);
    } while (performance.now() < end);
  } else {
    const all = Math.round(pace.perSecond * milliseconds / 1000);
    for (let sent = 0; sent < all; sent++) {
      const due = startedAt + sent * 1000 / pace.perSecond;
      while (performance.now() < due) await Bun.sleep(0);
      send();
    }
    await tally.take(all * deliveriesPerEvent);
  }
  await tally.verify();
  return { events, deliveries: events * deliveriesPerEvent };
}
