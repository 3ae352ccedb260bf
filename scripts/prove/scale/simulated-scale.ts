import { TEST_APPLICATION } from "../../../test/support/test-application.ts";
import { callApi } from "../simulation/simulated-caller.ts";
import { SimulatedConnection } from "../simulation/simulated-client.ts";
import { SimulatedCluster } from "../simulation/simulated-cluster.ts";
import { simulatedConfig } from "../simulation/simulated-node.ts";
import {
  type Costs,
  measureCosts,
  type ScaleClient,
  type ScaleCluster,
  type Workload,
} from "./measure-costs.ts";
import { RedisMeter } from "./redis-meter.ts";
import type { Traffic } from "./traffic.ts";

/** What the death of a node costs the others. */
export interface Death {
  /** Milliseconds until the last member that was on it has been removed, as a client of another node sees it. */
  readonly healedAfter: number;
  readonly members: number;
}

const LEASE_SECONDS = 15;
/** Milliseconds of simulated time for a measurement at most. */
const LONGEST = 3_600_000;
/** Milliseconds until all nodes are enrolled and know each other. */
const STARTS = 20_000;
const POLLS_EVERY = 20;

const { id, key, secret } = TEST_APPLICATION;
const TOML = `
[server]
host = "127.0.0.1"
[server.scaling]
enabled = true
lease_seconds = ${LEASE_SECONDS}
[[apps]]
app_id = "${id}"
key = "${key}"
secret = "${secret}"
`;

/** Measures what each thing costs with so many nodes, in simulated time. MUST be called from a task of the event loop. */
export function simulateCosts(nodes: number, workload: Workload): Costs {
  return within(nodes, (cluster) => measureCosts(new SimulatedScale(cluster, nodes), workload));
}

/** Kills a node that has so many members of one channel. MUST be called as `simulateCosts`. */
export function simulateDeath(nodes: number, members: number): Death {
  return within(nodes, async (cluster) => {
    const scale = new SimulatedScale(cluster, nodes);
    const watcher = await scale.connect(1);
    await watcher.subscribe("presence-room", "watcher");
    for (let index = 0; index < members; index++) {
      await (await scale.connect(0)).subscribe("presence-room", `user-${index}`);
    }
    const killedAt = cluster.clock.now;
    cluster.node(slotOf(0)).kill();
    while (watcher.removed < members) await cluster.pause(POLLS_EVERY);
    return { healedAfter: cluster.clock.now - killedAt, members };
  });
}

function within<T>(nodes: number, measure: (cluster: SimulatedCluster) => Promise<T>): T {
  const cluster = new SimulatedCluster(
    {
      ...{
        seed: 1,
        contender: "Resound, simulated",
        nodes: Array.from({ length: nodes }, (_, node) => slotOf(node)),
        leaseMs: LEASE_SECONDS * 1000,
        holdMs: 0,
      },
      ...{ marginMs: 0, recovers: false, reports: false },
    },
    simulatedConfig({}, TOML),
  );
  cluster.redis.meter = new RedisMeter();
  for (let node = 0; node < nodes; node++) cluster.startNode(slotOf(node));
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  cluster.pause(STARTS).then(() => measure(cluster)).then(
    (value) => void (outcome = { value }),
    (error: unknown) => void (outcome = { error }),
  );
  cluster.clock.runUntil(() => outcome !== undefined, LONGEST);
  if (outcome === undefined) throw new Error(`The simulation of ${nodes} nodes does not end`);
  if ("error" in outcome) throw outcome.error;
  const [fault] = cluster.faults;
  if (fault !== undefined) {
    throw new Error(`The simulation of ${nodes} nodes went wrong in ${fault.where}`, { cause: fault.error });
  }
  return outcome.value;
}

/** A simulated cluster, to be measured. */
class SimulatedScale implements ScaleCluster {
  readonly nodes: number;
  readonly #cluster: SimulatedCluster;
  #connections = 0;

  constructor(cluster: SimulatedCluster, nodes: number) {
    this.#cluster = cluster;
    this.nodes = nodes;
  }

  async connect(node: number): Promise<WatchedConnection> {
    const { clock, random, recorder, application } = this.#cluster;
    const connection = new WatchedConnection(
      new Watcher(`c${++this.#connections}`, this.#cluster.node(slotOf(node)), {
        ...{ clock, random, recorder, application },
      }),
    );
    await connection.open();
    return connection;
  }

  async publish(node: number, channel: string, data: string): Promise<void> {
    const body = { name: "event", channels: [channel], data };
    await this.#call(node, { method: "POST", path: "/events", body });
  }

  async askChannels(node: number): Promise<void> {
    await this.#call(node, { method: "GET", path: "/channels" });
  }

  traffic(): Promise<Traffic> {
    return Promise.resolve(this.#cluster.redis.meter!.read());
  }

  pause(milliseconds: number): Promise<void> {
    return this.#cluster.pause(milliseconds);
  }

  now(): number {
    return this.#cluster.clock.now;
  }

  async #call(node: number, call: Parameters<typeof callApi>[3]): Promise<void> {
    const answer = await callApi(this.#cluster, this.#cluster.node(slotOf(node)), TEST_APPLICATION, call);
    if (answer?.status !== 200) {
      throw new Error(`${call.path} was answered ${answer?.status ?? "not at all"}`);
    }
  }
}

/** A connection that counts the members that leave its channels. */
class Watcher extends SimulatedConnection {
  removed = 0;

  override frame(text: string): void {
    if (text.includes("pusher_internal:member_removed")) this.removed++;
    super.frame(text);
  }
}

class WatchedConnection implements ScaleClient {
  readonly #connection: Watcher;

  constructor(connection: Watcher) {
    this.#connection = connection;
  }

  get removed(): number {
    return this.#connection.removed;
  }

  async open(): Promise<void> {
    const outcome = await this.#connection.open(undefined);
    if (outcome !== "ok") throw new Error(`A client was not greeted: ${outcome}`);
  }

  async subscribe(channel: string, user: string): Promise<void> {
    const outcome = await this.#connection.subscribe(channel, user);
    if (outcome !== "ok") throw new Error(`A client was not subscribed to ${channel}: ${outcome}`);
  }

  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }
}

function slotOf(node: number): string {
  return `n${node + 1}`;
}
