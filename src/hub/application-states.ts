import type { ApplicationState } from "../monitoring/metrics/application-metrics.ts";
import type { Hub } from "./hub.ts";

/** The connections, channels and members of each application now, for the metrics. It walks through channels, never through connections. */
export function* applicationStates(hubs: Iterable<Hub>): IterableIterator<ApplicationState> {
  for (const { application, connections, channels } of hubs) {
    yield {
      id: application.id,
      connections: connections.size,
      channels,
      presenceMembers() {
        let members = 0;
        for (const { presence } of channels) members += presence?.holdCount ?? 0;
        return members;
      },
    };
  }
}
