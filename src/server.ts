import { EventCache } from "./hub/channels/event-cache.ts";
import type { Cluster } from "./hub/cluster/cluster.ts";
import { BridgeCluster } from "./bridge/node/bridge-cluster.ts";
import type { OwnerLink } from "./bridge/node/owner-link.ts";
import { connectCluster } from "./cluster/connect-cluster.ts";
import type { Config } from "./config/config.ts";
import { applyConfiguration, largestMessage } from "./server/apply-configuration.ts";
import { nodePlaces, soloClusterView } from "./dashboard/cluster-view.ts";
import { openDashboard } from "./dashboard/open-dashboard.ts";
import { sharedClusterView } from "./dashboard/shared-cluster-view.ts";
import { AddressList } from "./http/address-list.ts";
import { BodyWatch } from "./http/body-watch.ts";
import { createHttpApp } from "./http/app.ts";
import { RunningCalls } from "./http/running-calls.ts";
import { TrustedProxies } from "./http/trusted-proxies.ts";
import { applicationStates } from "./hub/application-states.ts";
import { TurnBudget } from "./hub/connections/turn-budget.ts";
import { HubRegistry } from "./hub/hub-registry.ts";
import { ReportsFromCluster } from "./hub/reports-from-cluster.ts";
import { ReceiveFromCluster } from "./hub/receive-from-cluster.ts";
import { ClusterCounters } from "./monitoring/cluster-counters.ts";
import type { Monitor } from "./hub/monitor/monitor.ts";
import type { Refusal } from "./monitoring/refusal.ts";
import type { HttpListener, Listener, Runtime } from "./runtime/runtime.ts";
import { unixSocketOf } from "./runtime/unix-socket.ts";
import { startClockwork } from "./server/clockwork.ts";
import { Ending } from "./server/ending.ts";
import { keepaliveWheel } from "./server/keepalive-wheel.ts";
import { dashboardPlace, listenBeside } from "./server/own-port.ts";
import { openDirectory } from "./server/open-directory.ts";
import { openFleet } from "./server/open-fleet.ts";
import { OpenPlaces } from "./server/open-places.ts";
import type { Predecessor, RunningServer } from "./server/running-server.ts";
import { SelfDescription } from "./server/self-description.ts";
import { serveMetrics } from "./server/serve-metrics.ts";
import { serveWebhooks } from "./server/serve-webhooks.ts";
import { realSurroundings, type Surroundings } from "./server/surroundings.ts";
import { watchFiles } from "./server/watch-files.ts";
import { endOfTurn } from "./failures/timers.ts";
import { openStreams } from "./server/open-streams.ts";
import type { TlsSettings } from "./tls/tls-settings.ts";
import type { WebhookSpool } from "./webhooks/webhook-spool.ts";
import { leaveRecovery, type RecoverySpool, takeRecovery } from "./server/recovery-spool.ts";
import { MessageBacklog } from "./websocket/message-backlog.ts";
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
  /** Where it may leave webhooks that have not been sent when it stops. */
  readonly spool?: WebhookSpool | undefined;
  /** Where it leaves what clients may come back for. */
  readonly recoverySpool?: RecoverySpool | undefined;
  /** Its way to other processes that serve its clients together with it from the start; only without scaling. */
  readonly bridge?: OwnerLink | undefined;
  /** Which of its parent's workers this is; the parent shows its metrics. */
  readonly worker?: number | undefined;
  /** The process whose place this one takes. */
  readonly predecessor?: Predecessor | undefined;
  /** What a simulation puts in the place of the runtime's timers, randomness and network. */
  readonly around?: Surroundings | undefined;
}

const SECOND = 1000;
/** Messages that one turn of the event loop takes from all connections together, and then from each. */
const MESSAGES_A_TURN = [1024, 512] as const;

/**
 * The composition root: wires the parts for a configuration and starts to listen. Rejects with a `ListenError` when the address
 * cannot be had.
 */
export async function startServer(config: Config, parts: ServerParts): Promise<RunningServer> {
  const { runtime, monitor, monotonic, random, wallClock } = parts;
  const { server } = config, around = parts.around ?? realSurroundings;
  const { timers, randomBytes } = around, { after, every, nextTurn } = timers;
  /** Where a setting may change while the server runs, it is asked for here. */
  let settings = server;
  let proxies = new TrustedProxies(server.trustedProxies);
  let dashboardAddresses = new AddressList(server.dashboardAllowedAddresses);
  let ending: Ending | undefined = undefined;
  const isDraining = (): boolean => ending?.isStopping ?? false;
  const fault = (fault: unknown): void => monitor.fault(fault);
  const seconds = (): number => Math.floor(monotonic() / SECOND) + 1;

  const usesRedis = server.scaling.enabled;
  const clusterCounters = monitor.counters.cluster = new ClusterCounters(usesRedis);
  const reports = new ReportsFromCluster(() => hubs);
  const bridge = new BridgeCluster({
    receiver: () => receiver,
    reports,
    counters: clusterCounters,
    describe: () => self.describe(),
    bring() {
      hubs.bring();
      dashboard?.bring();
      directory?.bring();
    },
    kept: () => cache.entries(),
    now: monotonic,
    warn: (sentence) => monitor.log.warning("bridge_lost", sentence),
  });
  const shares = { receiver: () => receiver, counters: clusterCounters, log: monitor.log, monotonic, random };
  const fleet = openFleet(server, { ...shares, around, hubById: (id) => hubs.byId(id) });
  const node = !usesRedis ? undefined : connectCluster(server.scaling, {
    ...{ ...shares, reports, describe: () => self.describe(), fleet },
    ...{ timers, randomBytes, openWire: around.openWire, restart: parts.restart },
  });
  const readiness = (): readonly string[] => [
    ...(isDraining() ? ["stopping"] : []),
    ...(node?.trouble === undefined ? [] : [node.trouble]),
  ];

  const cacheLimits = { maxEvents: server.cacheMaxEvents, maxBytes: server.cacheMaxBytes };
  const cache = new EventCache(cacheLimits, seconds);
  const cluster: Cluster = node ?? bridge;
  /** For what is shown: two lives of one server are one node. */
  const shared = node ?? (parts.worker === undefined || parts.bridge === undefined ? undefined : bridge);
  const hubs = new HubRegistry(config.applications, {
    ...{ publisher: runtime, digests: runtime.digests, monitor, cache, cluster, timers },
    pace: { rate: () => settings.welcomeRate, every, monotonic, random },
    keyedCalls: { now: monotonic, after, newToken: () => randomBytes(6).toString("hex") },
    recovery: {
      ...{ now: monotonic, wallClock, pings: runtime.pings, maxBacklogBytes: server.maxBacklogBytes },
      ...{ after, nextTurn, seconds: () => keepalive.now, soon: (then) => queueMicrotask(then) },
      randomName: () => randomBytes(12).toString("base64url"),
    },
  });
  const receiver = new ReceiveFromCluster(
    hubs,
    (topic, text) => dashboard?.receive(topic, text),
    (text) => directory?.receive(text),
  );
  const webhooks = serveWebhooks({
    ...{ cluster, wallClock, monotonic, random, around, hubs: () => hubs, log: monitor.log },
    options: () => settings.webhooks,
    spools: [node?.spool, parts.spool],
    know: config.provider.kind === "config" ? undefined : (ids) => directory!.know(ids),
  });
  const directory = openDirectory(config.provider, {
    ...{ runtime, hubs, cluster, webhooks: () => webhooks, log: monitor.log, timers },
    ...{ monotonic, wallClock, random },
  });
  const keepalive = keepaliveWheel(seconds(), hubs, monitor);
  const self = new SelfDescription({
    ...{ host: server.host, port: () => port, hubs, wallClock },
    isDraining: () => isDraining() || (ending?.isMoving ?? false),
    ...{ version: parts.version, worker: parts.worker },
  });

  const bodies = new BodyWatch(monotonic, timers);
  const dashboardAt = dashboardPlace(server);
  const dashboard = !server.dashboardEnabled ? undefined : openDashboard({
    prefix: server.path,
    isAlone: dashboardAt !== undefined,
    admits: (address) => settings.dashboardAllowedAddresses.length === 0 || dashboardAddresses.has(address),
    maxRequestSize: () => settings.maxRequestSize,
    ...{ monitor, bodies },
    hubs: () => hubs,
    hubById: (id) => hubs.byId(id),
    ...{ hubByKey: (key) => hubs.byKey(key), lookup: () => directory?.lookup },
    cluster: shared === undefined ? soloClusterView(self) : sharedClusterView(shared, self),
    port: cluster,
    wallClock,
    monotonic,
    seconds: () => keepalive.now,
    newSessionId: () => randomBytes(16).toString("hex"),
    yieldTurn: () => endOfTurn(timers),
    ...nodePlaces(shared !== undefined, parts.worker),
  });
  const files = watchFiles(runtime, monitor, monotonic, timers);
  const dashboardPath = dashboard === undefined || dashboardAt !== undefined ? undefined : dashboard.path;
  const endpointServices = {
    ...{ keepalive, monitor, random, files, after },
    budget: new TurnBudget(...MESSAGES_A_TURN, nextTurn),
    backlog: new MessageBacklog(nextTurn),
    keepsOrigins: dashboard !== undefined,
  };
  const app = createHttpApp({
    prefix: server.path,
    get maxRequestSize() {
      return settings.maxRequestSize;
    },
    get strict() {
      return settings.strictApiAuthentication;
    },
    ...{ monitor, bodies },
    now: () => wallClock() / SECOND,
    monotonic,
    ...{ readiness, degraded: () => directory?.troubles ?? [], lookup: directory?.lookup },
    soketi: server.soketi.routes ? { ...server.soketi, isStopping: isDraining } : undefined,
    hubById: (id) => hubs.byId(id),
    endpoint: (key, origin, address, naming, lateness) =>
      new Endpoint(endpointServices, { hub: hubs.byKey(key), key, origin, address, naming, lateness }),
    recoveryByKey: (key) => hubs.byKey(key)?.recovery,
    get isAlone() {
      return !cluster.isShared;
    },
    dashboard: dashboardPath === undefined
      ? undefined
      : { path: dashboardPath, fetch: (request, caller) => dashboard!.fetch(request, caller) },
  });

  const streams = openStreams(server, {
    ...{ monitor, monotonic, random, around, lookup: directory?.lookup, hubById: (id) => hubs.byId(id) },
    maxRequestSize: () => settings.maxRequestSize,
  });
  const places = new OpenPlaces(parts.predecessor);
  const ownPort = {
    ...{ runtime, places },
    fault,
    settings: () => settings,
    refused: (refusal: Refusal) => monitor.refused(refusal),
  };
  if (parts.bridge !== undefined) bridge.enter(parts.bridge);
  /** Only where no other node has clients: what those were sent meanwhile is in no log of this server. */
  const recoverySpool = usesRedis || parts.worker !== undefined ? undefined : parts.recoverySpool;
  if (recoverySpool !== undefined && parts.predecessor === undefined) {
    await takeRecovery(hubs, recoverySpool, monitor.log, directory && ((ids) => directory.know(ids)));
  }
  const calls = new RunningCalls(timers);
  const maxMessageBytes = largestMessage(config);
  let listener: Listener, dashboardListener: HttpListener | undefined;
  let metrics: ReturnType<typeof serveMetrics>, { port } = server;
  // A server that takes the place of another knows the cluster before it gets clients.
  const early = parts.predecessor === undefined ? undefined : node?.start() ?? Promise.resolve(true);
  try {
    if (early !== undefined) {
      await parts.predecessor?.ready(early);
      if (node?.trouble === undefined) await node?.turn.take();
    }
    metrics = serveMetrics(ownPort, {
      ...{ monotonic, readiness, version: parts.version },
      cluster: shared === undefined ? undefined : clusterCounters,
      ...{ counters: monitor.counters, directory: directory?.counters },
      shownElsewhere: parts.worker !== undefined,
      startedAt: self.since / SECOND,
      ...{ applications: () => applicationStates(hubs), maxApplications: server.metricsMaxApplications },
      cachedEvents: () => cache.size,
    });
    dashboardListener = dashboardAt === undefined ? undefined : listenBeside(dashboardAt, {
      ...ownPort,
      answer: (request, caller) => calls.track(dashboard!.fetch(request, proxies.seeCaller(request, caller))),
    });
    listener = places.open({ ...server, owner: "server" }, (at) =>
      runtime.serve({
        host: server.host,
        ...at,
        reusePort: server.reusePort,
        unixSocket: unixSocketOf(server),
        guardedPath: dashboardPath,
        tls: parts.tls,
        maxMessageBytes,
        maxBacklogBytes: server.maxBacklogBytes,
        compression: server.compression,
        answer: (request, upgradable) => calls.track(app.fetch(request, proxies.see(request, upgradable))),
        answerFlood: (request, caller) => app.refuseFlood(request, proxies.seeCaller(request, caller)),
        fault,
      }));
    ({ port } = listener);
    node?.turn.end();
  } catch (error) {
    node?.turn.end();
    void metrics?.close(), void directory?.close();
    void dashboardListener?.close();
    if (early !== undefined) await node?.stop();
    throw error;
  }
  webhooks.start();
  const joined = early ?? node?.start() ?? Promise.resolve(true);
  void joined.then(() => (webhooks.takeOver(), streams?.start(), fleet?.start()));
  const work = { keepalive, cache, monitor, hubs, dashboard, files, monotonic, timers };
  const stopClockwork = startClockwork(work);

  ending = new Ending({
    ...{ listener, dashboardListener, places, hubs, calls, webhooks, streams, dashboard, directory },
    ...{ settings: () => settings, worker: parts.worker, cluster: node ?? bridge, bridge, monotonic, timers },
    ...{ redisNodes: () => node?.nodes(), nodes: () => shared?.nodes() },
    leaveRecovery: () =>
      recoverySpool === undefined ? Promise.resolve() : leaveRecovery(hubs, recoverySpool, monitor.log),
    async close() {
      await Promise.all([metrics?.close(), dashboardListener?.close(), directory?.close(), fleet?.stop()]);
      stopClockwork();
      files?.stop();
      monitor.flush();
    },
  });
  return {
    ...{ port: listener.port, joined, places, ended: ending.ended },
    async handOver(closed) {
      if (directory !== undefined && !await directory.announce()) return false;
      return await ending.handOver(closed);
    },
    stay: () => (directory?.giveUp(), ending.stay()),
    metricsPort: metrics?.port,
    dashboardPort: dashboardListener?.port,
    hubById: (id) => hubs.byId(id),
    refresh: directory && ((id) => directory.refresh(id)),
    metricsText: () => metrics?.text() ?? Promise.resolve(""),
    enter: (link) => bridge.enter(link),
    renewTls: (settings) => listener.renewTls(settings),
    stop: (siblingsStay = false) => (directory?.giveUp(), ending.stop(siblingsStay)),
    reload(next) {
      settings = next.server;
      proxies = new TrustedProxies(settings.trustedProxies);
      dashboardAddresses = new AddressList(settings.dashboardAllowedAddresses);
      return applyConfiguration(config, next, { hubs, webhooks, directory, maxMessageBytes });
    },
  };
}
