import type { Credentials } from "../../../test/support/test-application.ts";
import { Recorder } from "../history/recorder.ts";
import { callApi } from "./simulated-caller.ts";
import { SimulatedConnection } from "./simulated-client.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import type { SimulatedNode } from "./simulated-node.ts";

/** The application of the markers, so that they are in no picture of the one that is tested. */
export const MARKING: Credentials = { id: "markers", key: "marker-key", secret: "marker-secret" };

/** The channel of the markers. */
const CHANNEL = "markers";
/** Milliseconds for which a marker may be on its way. */
const PATIENCE = 2000;

/** Sends markers from each node to each, by which it is known that what was sent before has passed. */
export class Markers {
  readonly #cluster: SimulatedCluster;
  readonly #watchers = new Map<
    string,
    { readonly connection: SimulatedConnection; readonly recorder: Recorder }
  >();
  #count = 0;

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster;
  }

  /** Whether a marker of each node has come to each node in time. */
  async pass(): Promise<boolean> {
    const cluster = this.#cluster, names: string[] = [];
    for (const node of cluster.nodes) if (!await this.#watch(node)) return await this.#later();
    for (const node of cluster.nodes) {
      const data = `marker ${++this.#count}`;
      names.push(data);
      const body = { name: "marker", channel: CHANNEL, data };
      const answer = await callApi(cluster, node, MARKING, { method: "POST", path: "/events", body });
      if (answer?.status !== 200) return await this.#later();
    }
    for (let waited = 0; waited < PATIENCE; waited += 20) {
      if (cluster.nodes.every((node) => this.#has(node, names))) return true;
      await cluster.pause(20);
    }
    return false;
  }

  async #later(): Promise<false> {
    await this.#cluster.pause(200);
    return false;
  }

  #has(node: SimulatedNode, names: readonly string[]): boolean {
    const entries = this.#watchers.get(node.name)?.recorder.history.entries ?? [];
    const seen = new Set(entries.flatMap((each) => each.type === "frame" ? [each.data] : []));
    return names.every((name) => seen.has(name));
  }

  /** Has a connection at a node that sees markers. */
  async #watch(node: SimulatedNode): Promise<boolean> {
    const known = this.#watchers.get(node.name);
    if (known !== undefined && !known.connection.isOver && known.connection.node === node) return true;
    const { clock, random, setup } = this.#cluster, recorder = new Recorder(setup, () => clock.now);
    const connection = new SimulatedConnection(`watcher of ${node.name}`, node, {
      clock,
      random,
      recorder,
      application: MARKING,
    });
    this.#watchers.set(node.name, { connection, recorder });
    return await connection.open(undefined) === "ok" && await connection.subscribe(CHANNEL, "") === "ok";
  }
}
