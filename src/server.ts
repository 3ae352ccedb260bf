import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";
import type { ApplicationChanges } from "./applications/application-registry.ts";
import { EventCache } from "./channels/event-cache.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { connectCluster } from "./cluster/connect-cluster.ts";
import { SoloCluster } from "./cluster/solo-cluster.ts";
import type { Config, ServerConfig } from "./config/config.ts";
import { unixPath } from "./config/unix-path.ts";
import { fixedChanges } from "./config/server-changes.ts";
import type { Connection } from "./connections/connection.ts";
import { drain } from "./connections/drain.ts";
import { Keepalive } from "./connections/keepalive.ts";
import { soloClusterView } from "./dashboard/cluster-view.ts";
import { sharedClusterView } from "./dashboard/shared-cluster-view.ts";
import { Dashboard } from "./dashboard/dashboard.ts";
import { createHttpApp } from "./http/app.ts";
import { RunningCalls } from "./http/running-calls.ts";
import { TrustedProxies } from "./http/trusted-proxies.ts";
import { applicationStates } from "./hub/application-states.ts";
import type { Hub } from "./hub/hub.ts";
import { HubRegistry } from "./hub/hub-registry.ts";
import { ReceiveFromCluster } from "./hub/receive-from-cluster.ts";
import { MetricsServer } from "./monitoring/metrics/metrics-server.ts";
import { ClusterCounters } from "./monitoring/cluster-counters.ts";
import type { Monitor } from "./monitoring/monitor.ts";
import { ClientErrors } from "./protocol/client-error.ts";
import { PING_FRAME } from "./protocol/encode-frame.ts";
import {
  type HttpListener,
  type HttpServeOptions,
  type Listener,
  ListenError,
  type Runtime,
} from "./runtime/runtime.ts";
import type { TlsSettings } from "./tls/tls-settings.ts";
import { unixSocketOf } from "./runtime/unix-socket.ts";
import { Endpoint } from "./websocket/endpoint.ts";

/** What a server needs besides its configuration. */
export interface ServerParts {
  readonly runtime: Runtime;
  readonly monitor: Monitor;
  /** `undefined` for plain ws. */
  readonly tls?: TlsSettings | undefined;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Called when another node asks this one to restart. */
  readonly restart: () => void;
  /** Of this server, for people. */
  readonly version: string;
}

/** A server that listens. */
export interface RunningServer {
  /** The port it got. */
  readonly port: number;
  /** Whether it could join its cluster, once that is known; a server that is alone has joined at once. */
  readonly joined: Promise<boolean>;
  /** The one on which metrics are served, if they are. */
  readonly metricsPort: number | undefined;
  /**
   * Stops gracefully: no new connections, running calls are answered, every client gets a close frame (4200, spread over
   * `drain_seconds`). Calling it again closes at once, in the same way, whoever is left.
   */
  stop(): Promise<void>;
  /**
   * Goes by another configuration from now on, without dropping anyone but the clients of applications that are gone. What
   * cannot change while the server listens stays as it was and is named in the answer.
   */
  reload(config: Config): ReloadReport;
  /** Shows other certificates to new connections. Throws, and goes on with the old ones, when they cannot be used. */
  renewTls(settings: TlsSettings): void;
}

/** What a new configuration has changed, and what it could not. */
export interface ReloadReport {
  readonly applications: ApplicationChanges;
  /** Sentences about what only a restart applies. */
  readonly notApplied: readonly string[];
}

const SECOND = 1000;
/** Milliseconds between two ticks of a second that are no longer the jitter of a busy process. */
const LATE = 2.5 * SECOND;
/** Milliseconds that a stop waits for a running API call, whose body may never come, to be answered. */
const LONGEST_CALL = 5 * SECOND;
/** Pusher's interval for the counts of large channels, in seconds. */
const SUBSCRIPTION_COUNT_INTERVAL = 5;

/**
 * The composition root: wires the parts for a configuration and starts to listen. Throws `ListenError` when the address
 * cannot be had.
 */
export function startServer(config: Config, parts: ServerParts): RunningServer {
  const { runtime, monitor, monotonic } = parts;
  const { server } = config;
  /** Where a setting may change while the server runs, it is asked for here. */
  let settings = server;
  let stopped: Promise<void> | undefined;
  const readiness = (): readonly string[] => [
    ...(stopped === undefined ? [] : ["stopping"]),
    ...(node?.trouble === undefined ? [] : [node.trouble]),
  ];
  const thisNode = {
    host: hostname(),
    pid: process.pid,
    version: parts.version,
    startedAt: parts.wallClock() - process.uptime() * SECOND,
  };
  const seconds = (): number => Math.floor(monotonic() / SECOND) + 1;

  const cacheLimits = { maxEvents: server.cacheMaxEvents, maxBytes: server.cacheMaxBytes };
  const address = (): string =>
    unixPath(server.host) === undefined ? `${server.host}:${listener.port}` : server.host;
  const clusterCounters = server.scaling.enabled ? new ClusterCounters() : undefined;
  const node = clusterCounters === undefined ? undefined : connectCluster(server.scaling, {
    receiver: () => receiver,
    counters: clusterCounters,
    log: monitor.log,
    describe: () => ({
      ...thisNode,
      address: address(),
      isDraining: stopped !== undefined,
      connections: Object.fromEntries(
        Array.from(hubs, ({ application, connections }) => [application.id, connections.size]),
      ),
    }),
    monotonic,
    random: parts.random,
    restart: parts.restart,
  });
  const cluster: Cluster = node ?? new SoloCluster(() => receiver);
  const services = { publisher: runtime, monitor, cache: new EventCache(cacheLimits, seconds), cluster };
  const hubs = new HubRegistry(config.applications, services);
  const receiver = new ReceiveFromCluster(hubs);

  const keepalive = new Keepalive<Connection>(
    seconds(),
    (connection) => pingSilent(connection, hubs.byId(connection.application.id), monitor),
    (connection) => {
      const detail = `silent for ${connection.pingInterval} s after a ping`;
      hubs.byId(connection.application.id)?.delivery
        .refuse(connection, ClientErrors.pongMissing, "pong_missing", detail);
    },
  );

  const self = {
    id: `${thisNode.host}-${thisNode.pid}`,
    address,
    since: thisNode.startedAt,
    isDraining: () => stopped !== undefined,
  };
  const dashboard = !server.dashboardEnabled ? undefined : new Dashboard({
    prefix: server.path,
    maxRequestSize: () => settings.maxRequestSize,
    monitor,
    hubs: () => hubs,
    hubById: (id) => hubs.byId(id),
    hubByKey: (key) => hubs.byKey(key),
    cluster: node === undefined ? soloClusterView(self) : sharedClusterView(node, self),
    wallClock: parts.wallClock,
    monotonic,
    seconds: () => keepalive.now,
    newSessionId: () => randomBytes(16).toString("hex"),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const keepsOrigins = dashboard !== undefined;
  const endpointServices = { keepalive, monitor, random: parts.random, keepsOrigins };
  const app = createHttpApp({
    prefix: server.path,
    get maxRequestSize() {
      return settings.maxRequestSize;
    },
    get strict() {
      return settings.strictApiAuthentication;
    },
    monitor,
    now: () => parts.wallClock() / SECOND,
    monotonic,
    readiness,
    hubById: (id) => hubs.byId(id),
    endpoint: (key, origin, address) =>
      new Endpoint(endpointServices, { hub: hubs.byKey(key), key, origin, address }),
    dashboard: dashboard === undefined ? undefined : (request, caller) => dashboard.fetch(request, caller),
  });

  let proxies = new TrustedProxies(server.trustedProxies);
  const calls = new RunningCalls();
  const maxMessageBytes = largestMessage(config);
  const fault = (fault: unknown): void => monitor.fault(fault);
  const metricsPlace = metricsPlaceOf(server);
  const metrics = metricsPlace === undefined ? undefined : new MetricsServer({
    ...parts,
    runtime: runtime.name,
    startedAt: parts.wallClock() / SECOND - process.uptime(),
    applications: () => applicationStates(hubs),
    readiness,
    cachedEvents: () => services.cache.size,
    cluster: clusterCounters,
    listen: (answer) => metricsListener(runtime, { ...metricsPlace, answer, fault }),
  });
  let listener: Listener;
  try {
    listener = runtime.serve({
      host: server.host,
      port: server.port,
      reusePort: server.reusePort,
      unixSocket: unixSocketOf(server),
      tls: parts.tls,
      maxMessageBytes,
      maxBacklogBytes: server.maxBacklogBytes,
      answer: (request, upgradable) => calls.track(app.fetch(request, proxies.see(request, upgradable))),
      fault,
    });
  } catch (error) {
    void metrics?.close();
    throw error;
  }

  const joined = node?.start() ?? Promise.resolve(true);

  let tickedAt = monotonic();
  const timers = [
    setInterval(() => {
      const now = monotonic();
      // Silence counts only while we could listen. A late tick says that this process stood still (a suspended machine, a
      // throttled container): whatever clients have sent meanwhile is read before anyone is given up.
      if (now - tickedAt < LATE) keepalive.advance(keepalive.now + 1);
      tickedAt = now;
      services.cache.sweep();
      monitor.tick();
      dashboard?.tick();
    }, SECOND),
    setInterval(() => {
      for (const hub of hubs) hub.subscriptionCounts?.flush();
    }, SUBSCRIPTION_COUNT_INTERVAL * SECOND),
  ];

  const hurry = new AbortController();
  async function stop(): Promise<void> {
    listener.stopListening();
    dashboard?.stop();
    const connected = (): Connection[] => [...hubs].flatMap((hub) => [...hub.connections]);
    await Promise.all([
      drain(connected(), settings.drainSeconds * SECOND, hurry.signal),
      calls.settled(LONGEST_CALL, hurry.signal),
    ]);
    // What came over a kept connection while the clients were drained; what never ends has had its time.
    await calls.settled(SECOND, hurry.signal);
    // Who had reached us before and asked for a WebSocket only then.
    await drain(connected(), 0, hurry.signal);
    await listener.close();
    await node?.stop();
    await metrics?.close();
    for (const timer of timers) clearInterval(timer);
    monitor.flush();
  }
  return {
    port: listener.port,
    joined,
    metricsPort: metrics?.port,
    renewTls: (settings) => listener.renewTls(settings),
    stop() {
      if (stopped !== undefined) hurry.abort();
      return stopped ??= stop();
    },
    reload(next) {
      const notApplied = fixedChanges(server, next.server).map((name) =>
        `${name} stays as it was until a restart`
      );
      const largest = largestMessage(next);
      if (largest > maxMessageBytes) {
        notApplied.push(
          `max_message_size is ${largest}, but messages above ${maxMessageBytes} bytes are taken only after a restart`,
        );
      }
      settings = next.server;
      proxies = new TrustedProxies(settings.trustedProxies);
      return { applications: hubs.replace(next.applications), notApplied };
    },
  };
}

/** The runtime's limit holds for everyone; the endpoint enforces each application's own below it. */
function largestMessage({ applications }: Config): number {
  return Math.max(...applications.map((each) => each.maxMessageSize));
}

/** Where the metrics are to be served: there is no default port, but a Unix socket needs none. */
function metricsPlaceOf(
  { metricsHost: host, metricsPort: port, socketMode }: ServerConfig,
): MetricsPlace | undefined {
  const unixSocket = unixSocketOf({ host, socketMode });
  return port === undefined && unixSocket === undefined ? undefined : { host, port: port ?? 0, unixSocket };
}

type MetricsPlace = Pick<HttpServeOptions, "host" | "port" | "unixSocket">;

function metricsListener(runtime: Runtime, options: HttpServeOptions): HttpListener {
  try {
    return runtime.serveHttp(options);
  } catch (error) {
    throw error instanceof ListenError ? new ListenError(error.code, error.message, "metrics") : error;
  }
}

/** A client that has shown that it speaks control frames gets one, every other the protocol's own ping (as in Reverb). */
function pingSilent(connection: Connection, hub: Hub | undefined, monitor: Monitor): void {
  monitor.counters.keepalivePings++;
  connection.application.counters.keepalivePings++;
  if (!connection.usesControlFrames || !connection.socket.ping()) {
    // Without a hub its application is gone, and so will it be: nothing is sent behind a close frame.
    hub?.delivery.toConnection(connection, PING_FRAME);
  }
}
