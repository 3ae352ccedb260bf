import { type Traffic, trafficBetween, trafficWithout } from "./traffic.ts";

/** A client of a cluster that is measured. */
export interface ScaleClient {
  /** Resolves when the subscription has succeeded. */
  subscribe(channel: string, user: string): Promise<void>;
  /** Resolves when the client has closed. */
  close(): Promise<void>;
}

/** A cluster that is measured: simulated, or of real processes. */
export interface ScaleCluster {
  readonly nodes: number;
  connect(node: number): Promise<ScaleClient>;
  /** Publishes an event over the API of a node. */
  publish(node: number, channel: string, data: string): Promise<void>;
  /** Asks a node for all channels. */
  askChannels(node: number): Promise<void>;
  /** What Redis has done so far. */
  traffic(): Promise<Traffic>;
  pause(milliseconds: number): Promise<void>;
  /** Milliseconds. */
  now(): number;
}

/** The workload: clients in groups, each group on channels of its own. */
export interface Workload {
  readonly groups: number;
  /** Clients of a group; each is on one presence channel and on the private ones. */
  readonly audience: number;
  readonly privateChannels: number;
  readonly publishes: number;
  readonly eventBytes: number;
  /** Milliseconds for which the idle cluster is watched. */
  readonly idleFor: number;
}

/** What one of each costs in Redis, beyond the idle cluster. */
export interface Costs {
  readonly nodes: number;
  /** A node for a second: its lease, and its look at those of the others. */
  readonly idle: Traffic;
  /** A client connects and subscribes to its channels. */
  readonly join: Traffic;
  /** A client closes its connection. */
  readonly leave: Traffic;
  readonly publish: Traffic;
  /** A call of `GET /channels`. */
  readonly question: Traffic;
}

/** Milliseconds after which what was done has reached Redis, counts too. */
const SETTLES = 1500;
/** Milliseconds between two beats of a node with the usual lease: what is measured takes a whole number of them, so that none is half in it. */
const BEAT = 3000;
const QUESTIONS = 20;

/** Runs the workload, one thing after the other, and reads after each part what Redis has done. */
export async function measureCosts(cluster: ScaleCluster, workload: Workload): Promise<Costs> {
  const { nodes } = cluster, { groups, audience, privateChannels, publishes, idleFor } = workload;
  const from = await cluster.traffic(), fromAt = cluster.now();
  await cluster.pause(idleFor);
  const seconds = (cluster.now() - fromAt) / 1000;
  const idle = trafficBetween(from, await cluster.traffic(), nodes * seconds);

  const costOf = async (count: number, act: () => Promise<void>): Promise<Traffic> => {
    const before = await cluster.traffic(), at = cluster.now();
    await act();
    const rest = BEAT - (cluster.now() - at) % BEAT;
    await cluster.pause(rest < SETTLES ? rest + BEAT : rest);
    const all = trafficBetween(before, await cluster.traffic());
    return trafficBetween(NOTHING, trafficWithout(all, idle, nodes * (cluster.now() - at) / 1000), count);
  };

  const clients: ScaleClient[] = [];
  const join = await costOf(groups * audience, async () => {
    for (let group = 0; group < groups; group++) {
      for (let index = 0; index < audience; index++) {
        const client = await cluster.connect((group + index) % nodes);
        clients.push(client);
        for (const channel of channelsOf(group, privateChannels)) {
          await client.subscribe(channel, `user-${index}`);
        }
      }
    }
  });
  const data = "x".repeat(workload.eventBytes);
  const publish = await costOf(publishes, async () => {
    for (let index = 0; index < publishes; index++) {
      await cluster.publish(index % nodes, channelsOf(index % groups, privateChannels).at(-1)!, data);
    }
  });
  const question = await costOf(QUESTIONS, async () => {
    for (let index = 0; index < QUESTIONS; index++) await cluster.askChannels(index % nodes);
  });
  const leave = await costOf(clients.length, async () => {
    for (const client of clients) await client.close();
  });
  return { nodes, idle, join, leave, publish, question };
}

/** The channels of a group: one presence channel first. */
export function channelsOf(group: number, privateChannels: number): readonly string[] {
  return [
    `presence-room-${group}`,
    ...Array.from({ length: privateChannels }, (_, index) => `private-room-${group}-${index}`),
  ];
}

/** A Redis that has done nothing. */
export const NOTHING: Traffic = { commands: {}, messages: 0, bytesIn: 0, bytesOut: 0 };
