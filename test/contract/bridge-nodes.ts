import { afterAll, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BridgeOwner } from "../../src/bridge/owner/bridge-owner.ts";
import { type MeetingNodes, NodeProbe } from "./cluster-probe.ts";
import { eventually } from "../support/eventually.ts";

/** Opens a bridge at a path. */
export function openOwner(path: string, beat: number, sparesOne = false): Promise<BridgeOwner> {
  const cacheLimits = { maxEvents: 1000, maxBytes: 1e7 };
  return BridgeOwner.open({
    path,
    beat,
    sparesOne,
    cacheLimits,
    now: () => performance.now(),
    warn: () => {},
  });
}

/** Nodes that meet on a bridge, a new one for each test. */
export class BridgeNodes implements MeetingNodes {
  readonly #beat: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "bridge-"));
  #owner: BridgeOwner | undefined;
  #bridges = 0;

  /** `beat` is how many milliseconds there are between two beats. */
  constructor(beat = 1000) {
    this.#beat = beat;
  }

  /** The owner of the bridge that was opened last. */
  get owner(): BridgeOwner {
    if (this.#owner === undefined) throw new Error("no bridge has been opened yet");
    return this.#owner;
  }

  async one(): Promise<NodeProbe> {
    this.#owner?.close();
    this.#owner = await openOwner(join(this.#folder, `${++this.#bridges}.sock`), this.#beat);
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

/** Describes tests for nodes on a bridge; `beat` as for `BridgeNodes`. */
export function describeBridge(tests: (nodes: BridgeNodes) => void, beat?: number): void {
  describe("a node on the bridge", () => {
    const nodes = new BridgeNodes(beat);
    afterAll(() => nodes.stop());
    tests(nodes);
  });
}
