import type { JoinPlan, LoadProtocol } from "./load-request.ts";
import { Peer } from "./peer.ts";
import { Tally } from "./tally.ts";

/** Connections that are counted together. */
export interface PeerGroup {
  readonly peers: Peer[];
  readonly tally: Tally;
}

/** All connections of the load client, in groups. */
export class Crowd {
  readonly #groups = new Map<number, PeerGroup>();

  group(number: number): PeerGroup {
    let group = this.#groups.get(number);
    if (group === undefined) this.#groups.set(number, group = { peers: [], tally: new Tally() });
    return group;
  }

  async open(request: LoadProtocol["open"]["request"]): Promise<LoadProtocol["open"]["answer"]> {
    const { target, count, atOnce, join } = request;
    const { peers, tally } = this.group(request.group);
    const before = peers.length;
    let next = 0;
    const joined = new Array<Peer>(count);
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, async () => {
      for (let index = next++; index < count; index = next++) {
        const peer = new Peer(target, tally, `${request.group}-${before + index}`);
        await peer.connect();
        await peer.subscribe(channelOf(join, before + index));
        joined[index] = peer;
      }
    }));
    peers.push(...joined);
    // The greeting and the confirmation of each; on a presence channel the members who are there hear of each newcomer.
    const isOneRoom = join.channel.startsWith("presence-") && !join.channel.includes("{n}");
    const notices = isOneRoom ? before * count + count * (count - 1) / 2 : 0;
    await tally.take(2 * count + notices);
    await tally.verify();
    return { localPorts: peers.slice(before).map(({ localPort }) => localPort) };
  }

  async close({ group, count }: LoadProtocol["close"]["request"]): Promise<Record<never, never>> {
    const { peers } = this.group(group);
    await Promise.all(peers.splice(Math.max(0, peers.length - count)).map((peer) => peer.close()));
    return {};
  }
}

/** The channel of the connection with a number. */
export function channelOf({ channel, perChannel = 1 }: JoinPlan, number: number): string {
  return channel.replace("{n}", String(Math.floor(number / perChannel)));
}
