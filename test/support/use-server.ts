import { type Cluster, type ClusterOptions, startCluster } from "./cluster.ts";
import { type DashboardServer, startWithDashboard } from "./dashboard-client.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
import { useResource } from "./use-resource.ts";

/** A server for the tests of the file or of the `describe`, which it outlives by nothing (see `useResource`). */
export function useServer(options: ServerOptions = {}): RunningServer {
  return useResource(() => startServer(options));
}

/** As {@link useServer}, with a dashboard on a port of its own. */
export function useDashboard(options: ServerOptions = {}): DashboardServer {
  return useResource(() => startWithDashboard(options));
}

/** Nodes and their Redis for the tests of the file or of the `describe` (see `useResource`). */
export function useCluster(options: ClusterOptions = {}): Cluster {
  return useResource(() => startCluster(options));
}
