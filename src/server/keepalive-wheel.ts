import type { Connection } from "../hub/connections/connection.ts";
import { Keepalive } from "../hub/connections/keepalive.ts";
import type { Hub } from "../hub/hub.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import { PING_FRAME } from "../protocol/encode-frame.ts";

/** The wheel that pings silent connections, and closes those that do not answer (4201); `now` in seconds. */
export function keepaliveWheel(now: number, hubs: HubRegistry, monitor: Monitor): Keepalive<Connection> {
  const hubOf = (connection: Connection): Hub | undefined => hubs.byId(connection.application.id);
  return new Keepalive<Connection>(
    now,
    (connection) => ping(connection, hubOf(connection), monitor),
    (connection) => {
      const detail = `silent for ${connection.pingInterval} s after a ping`;
      hubOf(connection)?.delivery.refuse(connection, "pong_missing", detail);
    },
  );
}

/**
 * Pings a client with a control frame, which its WebSocket layer answers even where the library above it answers no `pusher:ping`
 * (Pusher's Java client). Every client also gets the protocol's own ping, but for one that has sent a ping control frame: as in
 * Reverb, it gets control frames alone.
 */
function ping(connection: Connection, hub: Hub | undefined, monitor: Monitor): void {
  monitor.counters.keepalivePings++;
  connection.application.counters.keepalivePings++;
  // Without a hub the application was removed and the connection is being closed: nothing is sent behind a close frame.
  if (!connection.usesControlFrames) {
    hub?.delivery.toConnection(connection, PING_FRAME);
    hub?.recovery?.acknowledgements.keptAlive(connection);
  }
  const sent = connection.socket.ping();
  if (!sent && connection.usesControlFrames) {
    hub?.delivery.toConnection(connection, PING_FRAME);
    hub?.recovery?.acknowledgements.keptAlive(connection);
  }
}
