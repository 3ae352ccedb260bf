import { Peer } from "../../../test/support/peer.ts";
import { publishMarker } from "./caller.ts";
import type { Slots } from "./slots.ts";

/** The channel of markers, which is no part of a history. */
export const MARKER_CHANNEL = "marker";

/** Milliseconds that a marker may take from one node to another when all is well. */
const PATIENCE = 3000;

/** A subscriber of the run's own at each node, by which it is seen that what was sent before has passed. */
export class Markers implements AsyncDisposable {
  readonly #slots: Slots;
  readonly #peers = new Map<string, { readonly port: number; readonly peer: Peer }>();
  #count = 0;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** Sends a marker through each node and resolves with whether each of them has come to each node. */
  async pass(): Promise<boolean> {
    try {
      const peers = await Promise.all(
        this.#slots.all.map(({ name, node }) => this.#peerAt(name, node?.port)),
      );
      const markers = this.#slots.all.map(({ node }) => ({
        port: node?.port ?? 0,
        text: `marker ${++this.#count}`,
      }));
      if (
        !(await Promise.all(markers.map(({ port, text }) => publishMarker(port, MARKER_CHANNEL, text))))
          .every(
            Boolean,
          )
      ) {
        return false;
      }
      const deadline = performance.now() + PATIENCE;
      const hasAll = (): boolean =>
        peers.every((peer) =>
          markers.every(({ text }) => peer.received.some((frame) => frame.includes(`"${text}"`)))
        );
      while (!hasAll()) {
        if (performance.now() > deadline) return false;
        await Bun.sleep(5);
      }
      return true;
    } catch {
      // A node does not take a client: it has not healed.
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { peer } of this.#peers.values()) peer.terminate();
    this.#peers.clear();
    await Promise.resolve();
  }

  /** The subscriber at a node; a new one where the node or the connection is another than before. */
  async #peerAt(name: string, port: number | undefined): Promise<Peer> {
    if (port === undefined) throw new Error(`There is no node at ${name}`);
    const known = this.#peers.get(name);
    if (known !== undefined && known.port === port && known.peer.isOpen) return known.peer;
    const peer = await Peer.connect({ url: `http://127.0.0.1:${port}` }, { patience: PATIENCE });
    await peer.subscribed(MARKER_CHANNEL);
    this.#peers.set(name, { port, peer });
    return peer;
  }
}
