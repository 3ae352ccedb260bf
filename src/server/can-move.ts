import type { KnownNode } from "../cluster/membership/node-lease.ts";
import type { ServerConfig } from "../config/config.ts";
import { NOTICE_SECONDS } from "../config/stop-seconds.ts";
import { listenerCount } from "../runtime/listener-count.ts";

/** What decides where the clients of a stopping server can go. */
export interface MoveParts {
  readonly settings: Pick<ServerConfig, "reusePort" | "drainDelay">;
  readonly port: number;
  /** The nodes of the cluster, this one first; `undefined` without a cluster. */
  readonly nodes: readonly KnownNode[] | undefined;
  /** Which of its parent's workers this server is. */
  readonly worker: number | undefined;
  /** Whether the other workers of the parent go on. */
  readonly siblingsStay: boolean;
}

/**
 * Whether a listener can take the clients at this moment: another worker on the port, another server with `reuse_port`, or another node of
 * the cluster, which is behind the same proxy. Nodes that stop as well do not count.
 */
export function canMove(parts: MoveParts): boolean {
  const { settings, port, worker, siblingsStay } = parts;
  if (worker !== undefined && siblingsStay) return true;
  if (anotherNodeServes(parts)) return true;
  // The workers of one parent share their port in this way too, and stop together.
  return settings.reusePort && worker === undefined && (listenerCount(port) ?? 2) > 1;
}

/** Seconds for which a server that stops goes on as before (`drain_delay`). */
export function noticeSeconds(parts: MoveParts): number {
  const { settings: { drainDelay }, worker, siblingsStay } = parts;
  if (drainDelay !== "auto") return drainDelay;
  // The other workers take over the port, which no load balancer has to notice.
  if (worker !== undefined && siblingsStay) return 0;
  return anotherNodeServes(parts) ? NOTICE_SECONDS : 0;
}

/** Whether a node of the cluster that is no worker of the same parent serves on; the parent, as it was, for it may have been killed. */
function anotherNodeServes({ nodes = [], worker }: MoveParts): boolean {
  const [own, ...others] = nodes.map(({ description }) => description);
  const isSibling = (node: typeof own): boolean =>
    worker !== undefined && node?.host === own?.host && node?.parent === own?.parent;
  return others.some((node) => node !== undefined && !node.isDraining && !isSibling(node));
}
