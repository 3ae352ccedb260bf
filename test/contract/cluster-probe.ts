import { randomBytes } from "node:crypto";
import { systemTimers, type Timers } from "../../src/failures/timers.ts";
import { Presence } from "../../src/hub/channels/presence.ts";
import { partsOfTopic } from "../../src/hub/channels/topic.ts";
import type { Interest } from "../../src/hub/cluster/cluster-interest.ts";
import type { ReportReceiver } from "../../src/hub/cluster/cluster-reports.ts";
import type { Cluster, ClusterReceiver } from "../../src/hub/cluster/cluster.ts";
import { type DepartureMark, VACANT } from "../../src/hub/cluster/departure-mark.ts";
import type { BridgePlace } from "../../src/bridge/bridge-place.ts";
import { BridgeCluster } from "../../src/bridge/node/bridge-cluster.ts";
import { OwnerLink } from "../../src/bridge/node/owner-link.ts";
import { connectCluster } from "../../src/cluster/connect-cluster.ts";
import { RedisCluster } from "../../src/cluster/redis-cluster.ts";
import { SoloCluster } from "../../src/hub/cluster/solo-cluster.ts";
import type { RedisConfig, ScalingConfig } from "../../src/config/config.ts";
import { ClusterCounters } from "../../src/monitoring/cluster-counters.ts";
import { Log } from "../../src/monitoring/log.ts";
import { parseMemberData } from "../../src/protocol/member-data.ts";
import type { Hold } from "../../src/hub/channels/presence.ts";
import { eventually } from "../support/eventually.ts";

/** What a node has received from the others, in this order. */
export type Heard =
  | { readonly type: "event"; readonly topic: string; readonly frame: string; readonly except?: string }
  | { readonly type: "counted"; readonly topic: string; readonly subscriptions: number }
  | { readonly type: "terminate"; readonly applicationId: string; readonly userId: string }
  | {
    readonly type: "unsubscribe";
    readonly applicationId: string;
    readonly userId: string;
    readonly pattern: string;
  }
  | { readonly type: "close"; readonly applicationId: string; readonly socketId: string };

/** Nodes that can meet. */
export interface MeetingNodes {
  /** The first node of a new cluster. */
  one(): Promise<NodeProbe>;
  /** Two nodes of a new cluster, which know each other. */
  two(): Promise<[NodeProbe, NodeProbe]>;
}

/** A node that keeps what it receives and reports. */
export class NodeProbe implements AsyncDisposable {
  readonly heard: Heard[] = [];
  /** What it hears of the logs that all nodes share. */
  readonly logged: string[] = [];
  /** The last event of each topic. */
  readonly cache = new Map<string, string>();
  /** What this node had in its cache before it met others. */
  readonly kept: [topic: string, frame: string, seconds: number][] = [];
  readonly counters = new ClusterCounters();
  readonly log: string[] = [];
  /** What this node reports to applications: `occupied news`, `vacated news`, `+user news`, `-user news`. */
  readonly reported: string[] = [];
  /** The marks of the departures among them. */
  readonly marks: (DepartureMark | undefined)[] = [];
  /** Topics of channels whose departure was confirmed, until they are asked for. */
  readonly #vacated: string[] = [];
  readonly cluster: Cluster;
  /** Absent where the node is alone. */
  readonly redis: RedisCluster | undefined;
  /** Absent where the node meets no others on a bridge. */
  readonly bridge: BridgeCluster<string> | undefined;
  /** What this node listens to, as far as it was never released: to bring it again. */
  readonly #interests = new Map<string, Interest>();
  #established = 0;

  private constructor(
    open: (probe: NodeProbe, receiver: () => ClusterReceiver, reports: ReportReceiver) => Cluster,
  ) {
    const receiver: ClusterReceiver = {
      event: (topic, frame, except, id) => {
        this.heard.push({ type: "event", topic, frame, ...(except === undefined ? {} : { except }) });
        if (id !== undefined) this.logged.push(`${frame} ${id}`);
      },
      followed: (_topic, id) => void this.logged.push(id === undefined ? "lost" : `from ${id}`),
      logged: (_topic, id, position) => void this.logged.push(`own ${position} ${id}`),
      missed: (topic) => void this.logged.push(`missed ${channelOf(topic)}`),
      recalled: (applicationId, name) => void this.logged.push(`recalled ${applicationId} ${name}`),
      recallAnswered: (_applicationId, name, isAlive) => void this.logged.push(`${name} ${isAlive}`),
      cached: (topic, frame) => {
        if (frame === undefined) this.cache.delete(topic);
        else this.cache.set(topic, frame);
      },
      counted: (topic, subscriptions) => void this.heard.push({ type: "counted", topic, subscriptions }),
      terminate: (applicationId, userId) =>
        void this.heard.push({ type: "terminate", applicationId, userId }),
      unsubscribe: (applicationId, userId, pattern) =>
        void this.heard.push({ type: "unsubscribe", applicationId, userId, pattern }),
      close: (applicationId, socketId) => void this.heard.push({ type: "close", applicationId, socketId }),
    };
    const reports: ReportReceiver = {
      wants: () => true,
      isHere: () => false,
      occupied: (topic) => void this.reported.push(`occupied ${channelOf(topic)}`),
      vacated: (topic, mark) => this.#departed(`vacated ${channelOf(topic)}`, mark),
      memberAdded: (topic, userId) => void this.reported.push(`+${userId} ${channelOf(topic)}`),
      memberRemoved: (topic, userId, mark) => this.#departed(`-${userId} ${channelOf(topic)}`, mark),
      counted: (topic, sum) => void this.reported.push(`${sum} ${channelOf(topic)}`),
    };
    this.cluster = open(this, () => receiver, reports);
    this.redis = this.cluster instanceof RedisCluster ? this.cluster : undefined;
    this.bridge = this.cluster instanceof BridgeCluster ? this.cluster : undefined;
  }

  /** A node that is alone. */
  static alone(): NodeProbe {
    return new NodeProbe((_probe, receiver, reports) => new SoloCluster(receiver, reports));
  }

  /** A node that meets others in Redis; resolves once it has entered. */
  static async meeting(
    server: RedisConfig,
    replaced: Partial<ScalingConfig> = {},
    timers: Timers = systemTimers,
  ): Promise<NodeProbe> {
    const scaling: ScalingConfig = {
      enabled: true,
      channel: "reverb",
      mixed: false,
      prefix: "resound:",
      server,
      required: false,
      leaseSeconds: 10,
      // A busy machine is not a Redis that is away.
      commandTimeout: 10,
      queueMaxEvents: 10_000,
      queueMaxBytes: 1e7,
      queueMaxSeconds: 30,
      interestLingerSeconds: 2,
      ...replaced,
    };
    const probe = new NodeProbe((own, receiver, reports) =>
      connectCluster(scaling, {
        receiver,
        reports,
        counters: own.counters,
        log: new Log("text", (line) => own.log.push(line), () => new Date()),
        describe: () => ({
          host: "test",
          pid: 1,
          address: "127.0.0.1:1",
          isDraining: false,
          connections: {},
          version: "0",
          startedAt: 0,
        }),
        monotonic: () => performance.now(),
        random: Math.random,
        ...{ randomBytes, timers },
        restart: () => {},
      })
    );
    if (await probe.redis?.start() !== true) throw new Error(`Not in the cluster:\n${probe.log.join("\n")}`);
    return probe;
  }

  /** A node that meets others on a bridge; resolves once it has joined. */
  static async onBridge(place: BridgePlace): Promise<NodeProbe> {
    const link = await OwnerLink.open(place);
    if (typeof link === "string") throw new Error(`Not on the bridge: ${link}`);
    const probe = new NodeProbe((own, receiver, reports) =>
      new BridgeCluster({
        ...{ receiver, reports },
        counters: own.counters,
        bring: () => own.#bring(),
        kept: () => own.kept,
        describe: () => "a probe",
        now: () => performance.now(),
        warn: (sentence) => void own.log.push(sentence),
      })
    );
    probe.bridge?.enter(link);
    return probe;
  }

  /** A presence whose members are reported. */
  reportedPresence(channel: string): Presence {
    return new Presence({ memberAdded: () => {}, memberRemoved: () => {} }, {
      isReporting: true,
      memberAdded: (userId) => void this.reported.push(`+${userId} ${channel}`),
      memberRemoved: (userId, mark) => this.#departed(`-${userId} ${channel}`, mark),
    });
  }

  /** Confirms all departures until now; resolves with how many of them hold. */
  async confirmDepartures(): Promise<number> {
    let still = 0;
    for (const mark of this.marks.splice(0)) {
      if (mark === undefined) still++;
      else this.cluster.reports.confirmDeparture(mark, () => void still++);
    }
    await this.cluster.reports.answered();
    return still;
  }

  /** As `confirmDepartures`; resolves with the topics of the channels that were vacated since the last call, once all nodes have been asked. */
  async confirmVacated(): Promise<string[]> {
    for (const mark of this.marks.splice(0)) {
      if (mark?.subject !== VACANT) continue;
      this.cluster.reports.confirmDeparture(mark, () => void this.#vacated.push(mark.topic));
    }
    await this.cluster.reports.answered();
    return this.#vacated.splice(0);
  }

  #bring(): void {
    for (const [topic, interest] of this.#interests) this.cluster.interest.listen(topic, interest, () => {});
    this.cluster.census.setConnections("app", this.#established);
  }

  #departed(report: string, mark: DepartureMark | undefined): void {
    this.reported.push(report);
    this.marks.push(mark);
  }

  /** Listens and resolves once it is ready. */
  listen(topic: string, interest: Interest = {}): Promise<void> {
    this.#interests.set(topic, interest);
    return new Promise((resolve) => this.cluster.interest.listen(topic, interest, resolve));
  }

  /** Asks whether a connection is admitted, as the `connections`th here; one that is is established at once. */
  admitted(applicationId: string, connections: number, limit: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.cluster.quota.admit(applicationId, connections, limit, (isAdmitted) => {
        if (isAdmitted) this.cluster.census.setConnections(applicationId, ++this.#established);
        resolve(isAdmitted);
      });
    });
  }

  /** So many connections of an application are there now. */
  connected(applicationId: string, connections: number): void {
    this.#established = connections;
    this.cluster.census.setConnections(applicationId, connections);
  }

  /** Frames of a topic's events, in order. */
  events(topic: string): string[] {
    return this.heard.flatMap((each) => each.type === "event" && each.topic === topic ? [each.frame] : []);
  }

  /** Resolves when the topic has had an event with this frame. */
  async until(topic: string, frame: string): Promise<void> {
    await eventually(() => this.events(topic), (events) => events.includes(frame));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.redis?.stop();
    await this.bridge?.stop();
  }
}

/** The presence of a topic as one node has it, with what it announces to its clients. */
export class PresenceProbe {
  readonly announced: string[] = [];
  readonly presence: Presence = new Presence({
    memberAdded: (userId) => void this.announced.push(`+${userId}`),
    memberRemoved: (userId) => void this.announced.push(`-${userId}`),
  });

  /** Members, in the order in which they came. */
  users(): string[] {
    return Array.from(this.presence.roster.members(), ({ userId }) => userId);
  }

  join(userId: string): Hold {
    return this.presence.join(parseMemberData(JSON.stringify({ user_id: userId }))!);
  }

  /** As `join`; resolves once the hold is confirmed. */
  async confirmed(userId: string): Promise<Hold> {
    const hold = this.join(userId);
    await new Promise<void>((resolve) => hold.confirmed.whenOpen(resolve));
    return hold;
  }
}

function channelOf(topic: string): string {
  return partsOfTopic(topic).channel ?? topic;
}
