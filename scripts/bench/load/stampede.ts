import type { LoadProtocol } from "./load-request.ts";
import { Peer } from "./peer.ts";
import { Tally } from "./tally.ts";

/** Milliseconds after which pusher-js comes back when it was closed with 4100. */
const RETRY = 1000;
/** Milliseconds over which all clients come for the first time: those of a lost network notice its return so. */
const ARRIVAL = 1000;
/** Calls that PHP-FPM lets wait for a process; what is more is answered with 502 by the web server (listen.backlog). */
const BACKLOG = 511;

/** Laravel's endpoint for signatures behind PHP-FPM: so many processes, each busy for the time of a call, and a bounded queue. */
class AuthEndpoint {
  readonly #milliseconds: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;
  /** The longest time from a call to its answer, in milliseconds. */
  longest = 0;

  constructor(processes: number, milliseconds: number) {
    this.#free = processes;
    this.#milliseconds = milliseconds;
  }

  /** Whether the call is answered with a signature. */
  async call(): Promise<boolean> {
    const startedAt = performance.now();
    if (this.#free > 0) this.#free--;
    else if (this.#waiting.length >= BACKLOG) return false;
    else await new Promise<void>((turn) => this.#waiting.push(turn));
    await Bun.sleep(this.#milliseconds);
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
    this.longest = Math.max(this.longest, performance.now() - startedAt);
    return true;
  }
}

/**
 * Clients that come within a second, each with a private channel, and that do as pusher-js: one that is turned away comes back after a
 * second, one whose signature is refused stays without its channel.
 */
export async function stampede(
  { target, clients, processes, callMilliseconds }: LoadProtocol["stampede"]["request"],
): Promise<LoadProtocol["stampede"]["answer"]> {
  const endpoint = new AuthEndpoint(processes, callMilliseconds), tally = new Tally();
  const startedAt = performance.now(), peers: Peer[] = [];
  let turnedAway = 0, withoutChannel = 0, longestGreeting = 0, greetedWithin = 0;

  async function greeted(number: number): Promise<Peer> {
    for (;;) {
      const peer = new Peer(target, tally, String(number)), cameAt = performance.now();
      try {
        await peer.connect();
        longestGreeting = Math.max(longestGreeting, performance.now() - cameAt);
        greetedWithin = performance.now() - startedAt;
        return peer;
      } catch (error) {
        if (!peer.isTurnedAway) throw error;
      }
      turnedAway++;
      await Bun.sleep(RETRY);
    }
  }

  await Promise.all(Array.from({ length: clients }, async (_, number) => {
    await Bun.sleep(ARRIVAL * number / clients);
    const peer = await greeted(number);
    peers.push(peer);
    if (await endpoint.call()) await peer.subscribe(`private-user-${number}`);
    else withoutChannel++;
  }));
  const within = performance.now() - startedAt;
  await Promise.all(peers.map((peer) => peer.close()));
  return {
    within,
    greetedWithin,
    turnedAway,
    withoutChannel,
    longestGreeting,
    longestCall: endpoint.longest,
  };
}
