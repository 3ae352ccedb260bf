import type { RedisLink } from "../../redis/redis-link.ts";
import { countClients } from "./count-clients.ts";
import type { ControlMessage } from "./control-message.ts";
import { type KnownNode, processOfNode, readNodes } from "./node-lease.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** One step of a rolling restart. */
export type RestartStep =
  | { readonly type: "asked"; readonly node: KnownNode; readonly number: number; readonly of: number }
  | { readonly type: "ended"; readonly node: KnownNode }
  | { readonly type: "replaced"; readonly node: KnownNode; readonly by: KnownNode }
  /** As many clients are connected again as before the node was asked; `clients` of them were the node's. */
  | { readonly type: "clients_back"; readonly node: KnownNode; readonly clients: number }
  /** So many of the node's clients are connected nowhere: the restart goes on all the same, since they may have left for good. */
  | {
    readonly type: "clients_missing";
    readonly node: KnownNode;
    readonly clients: number;
    readonly missing: number;
  }
  /** The node goes on running: the restart ends here. */
  | { readonly type: "stuck"; readonly node: KnownNode }
  /** No other node has come in its place: the restart ends here, so that the others go on serving. */
  | { readonly type: "not_replaced"; readonly node: KnownNode };

/** What a rolling restart needs. */
export interface RollingRestartParts {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  /** Seconds that a node may take to end, the drain of its clients included, and as many for another to come in its place. */
  readonly patienceSeconds: number;
  /** Seconds that the clients of a node may take to come back before the next node is asked. */
  readonly clientSeconds: number;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Milliseconds between two looks. */
const LOOK = 250;
/** The part of a node's clients that may have left for good while it was restarted. */
const LEFT_FOR_GOOD = 0.02;

/**
 * Restarts every node of the cluster, one after the other: the next one is asked when the last one has ended, another has come in its
 * place, and its clients are back. A node is in the list only while it listens and has joined, which is what `/up?ready` answers. Its
 * clients are back when all nodes together have as many connections as before. Rejects when Redis goes away.
 */
export async function* rollingRestart(parts: RollingRestartParts): AsyncGenerator<RestartStep> {
  const { link, keys } = parts;
  const listed = await readNodes(link, keys), nodes = listed.filter((node) => !hasSuccessor(node, listed));
  const known = new Set(listed.map(({ id }) => processOfNode(id)));
  for (const [index, node] of nodes.entries()) {
    const ending = processOfNode(node.id), before = await clients(parts);
    const message = { type: "restart", node: "operator.0", target: node.id } satisfies ControlMessage;
    await link.run([link.publishCommand(keys.control, JSON.stringify(message))]);
    yield { type: "asked", node, number: index + 1, of: nodes.length };
    const isGone = await until(parts, async () => {
      const alive = await readNodes(link, keys);
      return alive.every(({ id }) => processOfNode(id) !== ending) ? true : undefined;
    });
    if (isGone === undefined) return yield { type: "stuck", node };
    const findNew = async (): Promise<KnownNode | undefined> => {
      return (await readNodes(link, keys)).find(({ id }) => !known.has(processOfNode(id)));
    };
    // A node that hands over has ended after another has come.
    let by = await findNew();
    if (by === undefined) {
      yield { type: "ended", node };
      by = await until(parts, findNew);
    }
    if (by === undefined) return yield { type: "not_replaced", node };
    known.add(processOfNode(by.id));
    yield { type: "replaced", node, by };
    const had = before.get(node.id) ?? 0;
    if (had > 0) yield await clientsReturn(parts, { node, clients: had }, sum(before));
  }
}

/** Waits until all nodes together have as many connections as they had. */
async function clientsReturn(
  parts: RollingRestartParts,
  step: { readonly node: KnownNode; readonly clients: number },
  connections: number,
): Promise<RestartStep> {
  let missing = 0;
  const areBack = await until({ ...parts, patienceSeconds: parts.clientSeconds }, async () => {
    missing = Math.min(step.clients, connections - sum(await clients(parts)));
    return missing <= step.clients * LEFT_FOR_GOOD ? true : undefined;
  });
  return areBack === true ? { type: "clients_back", ...step } : { type: "clients_missing", ...step, missing };
}

/** Connections by node. */
async function clients({ link, keys }: RollingRestartParts): Promise<ReadonlyMap<string, number>> {
  return await countClients(link, keys, (await readNodes(link, keys)).map(({ id }) => id));
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, each) => total + each, 0);
}

/** Whether a node is a worker that has died and its parent has started another in its place: only its lease is left. */
function hasSuccessor({ description }: KnownNode, nodes: readonly KnownNode[]): boolean {
  if (description?.worker === undefined) return false;
  const { host, parent, worker, startedAt } = description;
  return nodes.some(({ description: other }) =>
    other !== undefined && other.host === host && other.parent === parent && other.worker === worker &&
    other.startedAt > startedAt
  );
}

async function until<T>(
  { patienceSeconds, pause }: RollingRestartParts,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let waited = 0; waited <= patienceSeconds * 1000; waited += LOOK) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await pause(LOOK);
  }
  return undefined;
}
