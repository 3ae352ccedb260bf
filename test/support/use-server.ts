import { type Cluster, type ClusterOptions, startCluster } from "./cluster.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
import { useResource } from "./use-resource.ts";

/** A server for the tests of the file or of the `describe`, which it outlives by nothing (see `useResource`). */
export function useServer(options: ServerOptions = {}): RunningServer {
  return useResource(() => startServer(options));
}

/** Nodes and their Redis for the tests of the file or of the `describe` (see `useResource`). */
export function useCluster(options: ClusterOptions = {}): Cluster {
  return useResource(() => startCluster(options));
}
