import { Peer } from "./peer.ts";
import type { WorkerProcesses } from "./worker-processes.ts";

/** Clients, at least one of them at each worker. */
export async function clientsEverywhere({ server, metric }: WorkerProcesses): Promise<Peer[]> {
  const clients: Peer[] = [];
  // The kernel chooses by a hash: that thirty of them all went to one of two has never been seen, but is no fault either.
  for (;;) {
    clients.push(...await Peer.connectAll(server, 15));
    const connections = Object.values(await metric("resound_connections"));
    if (connections.length === 2 && connections.every((count) => count > 0)) return clients;
  }
}
