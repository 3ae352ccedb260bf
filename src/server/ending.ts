import type { KnownNode } from "../cluster/membership/node-lease.ts";
import type { ServerConfig } from "../config/config.ts";
import { pause } from "../failures/deadline.ts";
import type { HttpListener, Listener } from "../runtime/runtime.ts";
import type { EventStreams } from "../cluster/streams/event-streams.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import { canMove, type MoveParts, noticeSeconds } from "./can-move.ts";
import { endListening, type StoppingParts } from "./graceful-stop.ts";
import { MovingOut, type MovingParts } from "./moving-out.ts";

/** What ends with a server. */
export interface EndingParts extends Pick<StoppingParts, "hubs" | "calls" | "monotonic" | "timers"> {
  readonly settings: () => ServerConfig;
  readonly listener: Listener;
  readonly dashboardListener: HttpListener | undefined;
  readonly places: MovingParts["places"];
  readonly worker: number | undefined;
  readonly webhooks: Webhooks;
  /** The events that are read from Redis, which others read on. */
  readonly streams: Pick<EventStreams, "pause" | "goOn" | "stop"> | undefined;
  readonly dashboard: { stop(): void; end(): void } | undefined;
  readonly directory: { leave(): void } | undefined;
  /** The nodes of the cluster, this one first; `undefined` without Redis. */
  readonly redisNodes: () => readonly KnownNode[] | undefined;
  /** Those, or the workers of this server's parent. */
  readonly nodes: () => readonly KnownNode[] | undefined;
  /** The processes that are one server with this one. */
  readonly bridge: { move(isMoving: boolean): void };
  /** What this server meets the others in: Redis, else the bridge. */
  readonly cluster: {
    move(isMoving: boolean): void;
    stop(hurry?: AbortSignal): Promise<void>;
    /** Members on their way to another node of the cluster. */
    readonly moving?: { finish(hurry: AbortSignal): Promise<void> };
  };
  /** Leaves to the next server what clients may come back for. */
  readonly leaveRecovery: () => Promise<void>;
  /** Ends what is left once the server has left its cluster. */
  readonly close: () => void | Promise<void>;
}

const SECOND = 1000;
/** Milliseconds for the webhooks about the last clients, which are about to come back to the next server. */
const LAST_WEBHOOKS = 300;
/** Milliseconds for the webhooks of a server whose clients have moved: it stays their sender. */
const MOVED_WEBHOOKS = 60 * SECOND;

/** How a server ends: by a stop, or because its clients have moved to the process that takes its place. */
export class Ending {
  readonly #parts: EndingParts;
  readonly #hurry = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #stopped: Promise<void> | undefined;
  #moving: MovingOut | undefined;

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  /** Whether the server stops, or has ended. */
  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Whether its clients are on the way to another process. */
  get isMoving(): boolean {
    return this.#moving !== undefined;
  }

  /** Resolves when the server has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** As `RunningServer.stop`. */
  stop(siblingsStay: boolean): Promise<void> {
    if (this.#stopped === undefined) this.#endsWith(this.#stop(siblingsStay));
    else this.#hurry.abort();
    return this.#stopped!;
  }

  /** As `RunningServer.handOver`. */
  async handOver(closed: () => void): Promise<boolean> {
    const {
      places,
      hubs,
      calls,
      monotonic,
      settings,
      webhooks,
      streams,
      cluster,
      dashboard,
      listener,
      timers,
    } = this.#parts;
    const drainSeconds = (): number => settings().drainSeconds;
    const moving = this.#moving = new MovingOut({ places, hubs, calls, drainSeconds, monotonic, timers });
    webhooks.pause();
    const given = streams?.pause();
    cluster.move(true);
    const outcome = await moving.run(closed);
    this.#moving = undefined;
    if (outcome === "stays") webhooks.goOn();
    if (outcome !== "moved") cluster.move(false);
    if (outcome === "stays") void given?.then(() => streams?.goOn());
    if (outcome !== "moved" || this.isStopping) return false;
    dashboard?.stop();
    this.#endsWith(listener.close().then(() => this.#end(MOVED_WEBHOOKS)));
    return true;
  }

  /** As `RunningServer.stay`. */
  stay(): void {
    this.#moving?.stay();
  }

  #endsWith(stopped: Promise<void>): void {
    this.#stopped = stopped;
    stopped.catch(this.#ended.reject);
  }

  async #stop(siblingsStay: boolean): Promise<void> {
    const {
      settings,
      listener,
      dashboardListener,
      dashboard,
      webhooks,
      hubs,
      calls,
      monotonic,
      bridge,
      timers,
    } = this.#parts;
    const { redisNodes, nodes, worker } = this.#parts,
      { drainSeconds } = settings(),
      hurry = this.#hurry.signal;
    this.#moving?.stop();
    const move = (nodes: MoveParts["nodes"]): MoveParts => {
      return { settings: settings(), port: listener.port, nodes, worker, siblingsStay };
    };
    await pause(noticeSeconds(move(redisNodes())) * SECOND, hurry, timers);
    dashboardListener?.stopListening();
    dashboard?.stop();
    webhooks.pause();
    void this.#parts.streams?.stop();
    const isMoving = canMove(move(nodes()));
    if (isMoving) bridge.move(true);
    await endListening({
      ...{ listener, hubs, calls, drainSeconds, canMove: isMoving, hurry, monotonic, timers },
      farewell: () => webhooks.sendWaiting(),
    });
    await this.#end(isMoving ? undefined : LAST_WEBHOOKS);
  }

  async #end(webhookPatience: number | undefined): Promise<void> {
    const { hubs, webhooks, streams, dashboard, directory, cluster, leaveRecovery, close } = this.#parts;
    await streams?.stop();
    for (const hub of hubs) hub.recovery?.stop();
    if (webhookPatience === LAST_WEBHOOKS) await leaveRecovery();
    await webhooks.stop(webhookPatience, this.#hurry.signal);
    dashboard?.end();
    directory?.leave();
    await cluster.moving?.finish(this.#hurry.signal);
    await webhooks.leaveLate();
    await cluster.stop(this.#hurry.signal);
    await close();
    this.#ended.resolve();
  }
}
