import { afterAll, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BridgeOwner } from "../../src/bridge/owner/bridge-owner.ts";
import { type MeetingNodes, NodeProbe } from "./cluster-probe.ts";
import { eventually } from "../support/eventually.ts";

/** Nodes that meet on a bridge, a new one for each test. */
export class BridgeNodes implements MeetingNodes {
  readonly #folder = mkdtempSync(join(tmpdir(), "bridge-"));
  #owner: BridgeOwner | undefined;
  #bridges = 0;

  /** The owner of the bridge that was opened last. */
  get owner(): BridgeOwner {
    if (this.#owner === undefined) throw new Error("no bridge has been opened yet");
    return this.#owner;
  }

  async one(): Promise<NodeProbe> {
    this.#owner?.close();
    this.#owner = await BridgeOwner.open({
      path: join(this.#folder, `${++this.#bridges}.sock`),
      cacheLimits: { maxEvents: 1000, maxBytes: 1e7 },
      now: () => performance.now(),
      warn: () => {},
    });
    return await this.more();
  }

  /** One node more on the bridge that was opened last. */
  more(): Promise<NodeProbe> {
    return NodeProbe.onBridge(this.owner.place);
  }

  async two(): Promise<[NodeProbe, NodeProbe]> {
    const nodes: [NodeProbe, NodeProbe] = [await this.one(), await this.more()];
    await eventually(() => nodes.map((node) => node.counters.nodes), (seen) => seen.every((n) => n === 2));
    return nodes;
  }

  stop(): void {
    this.#owner?.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Describes tests for nodes on a bridge. */
export function describeBridge(tests: (nodes: BridgeNodes) => void): void {
  describe("a node on the bridge", () => {
    const nodes = new BridgeNodes();
    afterAll(() => nodes.stop());
    tests(nodes);
  });
}
