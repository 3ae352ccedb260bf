import type { ClusterAttempts } from "../../hub/cluster/cluster-attempts.ts";
import type { ClusterCensus } from "../../hub/cluster/cluster-census.ts";
import type { ClusterOccupancy } from "../../hub/cluster/cluster-occupancy.ts";
import type { ClusterQuestions } from "../../hub/cluster/cluster-questions.ts";
import { parseMemberData } from "../../protocol/member-data.ts";
import type { ClusterQuota } from "../../hub/cluster/cluster-quota.ts";
import type { ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import type { ClusterUsers } from "../../hub/cluster/cluster-users.ts";
import type { Cluster, ClusterReceiver } from "../../hub/cluster/cluster.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Handlers, ToNode } from "../calls.ts";
import type { Message } from "../wire.ts";
import { BridgeEvents } from "./bridge-events.ts";
import { BridgeInterest } from "./bridge-interest.ts";
import { BridgeLoad } from "./bridge-load.ts";
import { BridgeReports } from "./bridge-reports.ts";
import type { OwnerLink } from "./owner-link.ts";

/** What a stay is made with. */
export interface StayParts {
  readonly link: OwnerLink;
  readonly events: BridgeEvents;
  readonly receiver: () => ClusterReceiver;
  readonly reports: ReportReceiver;
  readonly counters: ClusterCounters;
  /** Whether this process was on the bridge before, and lost its link. */
  readonly isReturn: boolean;
}

/** The time that a node is on the bridge without a break: the parts of the port for that time. */
export class BridgeStay implements Omit<Cluster, "claims" | "log" | "patience"> {
  readonly isShared = true;
  readonly events: BridgeEvents;
  readonly interest: BridgeInterest;
  readonly census: ClusterCensus;
  readonly quota: ClusterQuota;
  readonly occupancy: ClusterOccupancy;
  readonly reports: BridgeReports;
  readonly users: ClusterUsers;
  readonly load: BridgeLoad;
  readonly questions: ClusterQuestions;
  readonly attempts: ClusterAttempts;
  /** The other nodes, as they have described themselves last. */
  readonly others = new Map<string, unknown>();
  readonly #handlers: Omit<
    Handlers<ToNode, void>,
    "answer" | "welcome" | "refused" | "forgotten" | "together" | "alone"
  >;
  #isBringing = false;
  #tokens = 0;

  constructor(parts: StayParts) {
    const { link, events, receiver, reports, counters, isReturn } = parts;
    const newToken = (): string => `${link.processId}:${++this.#tokens}`;
    this.events = events;
    const interest = this.interest = new BridgeInterest({ link, receiver, newToken, isReturn });
    this.reports = new BridgeReports({
      ...{ link, receiver: reports, newToken },
      isBringing: () => this.#isBringing && !isReturn,
    });
    this.occupancy = this.reports.occupancy;
    this.users = {
      terminate: (...user) => link.tell("terminate", ...user),
      unsubscribe: (...user) => link.tell("unsubscribe", ...user),
      close: (...connection) => link.tell("close", ...connection),
    };
    this.load = new BridgeLoad(() => link.waiting + events.unconfirmed);
    link.whenAnswered = () => this.load.wake();
    /** Application -> connections of this node that the owner counts. It has counted one that it admits. */
    const counted = new Map<string, number>();
    this.census = {
      setSubscriptions: (...count) => link.tell("subscriptions", ...count),
      setConnections(applicationId, connections) {
        const difference = connections - (counted.get(applicationId) ?? 0);
        if (difference === 0) return;
        counted.set(applicationId, connections);
        link.tell("connections", applicationId, difference);
      },
      announceSubscriptions(topic, subscriptions, summed) {
        link.ask(["count", topic, subscriptions], (sum) => summed?.(sum), () => {
          receiver().counted(topic, subscriptions);
          summed?.(subscriptions);
        });
      },
    };
    this.quota = {
      admit(applicationId, connections, limit, decide) {
        link.ask(["admit", applicationId, limit], (isAdmitted) => {
          if (isAdmitted) counted.set(applicationId, (counted.get(applicationId) ?? 0) + 1);
          decide(isAdmitted);
        }, () => decide(connections <= limit));
      },
    };
    const { questions, attempts } = questionsOver(link);
    this.questions = questions;
    this.attempts = attempts;
    this.#handlers = {
      nodes: (_, processIds) => {
        counters.nodes = processIds.length;
        const known = new Map(this.others);
        this.others.clear();
        for (const id of processIds) if (id !== link.processId) this.others.set(id, known.get(id));
      },
      described: (_, processId, description) => void this.others.set(processId, description),
      events(_, token, list) {
        for (const event of list) {
          if (event[3] !== "own") counters.received++;
          interest.event(event);
        }
        // At once: the runtime writes to the clients at the end of the turn, which takes a while, and calls wait for this.
        if (token !== null) {
          link.tell("delivered", token);
          link.flush();
        }
      },
      confirmed: (_, turn) => {
        events.settle(turn);
        this.load.wake();
      },
      unheard: (_, topics) => events.unheard(topics),
      heard: (_, topic) => events.heard(topic),
      added: (_, topic, json) => interest.presenceOf(topic)?.added(json),
      removed: (_, topic, userId) => interest.presenceOf(topic)?.removed(userId),
      counted: (_, ...count) => receiver().counted(...count),
      keep: (_, topic, frame) => receiver().cached(topic, frame),
      terminate: (_, ...user) => receiver().terminate(...user),
      unsubscribe: (_, ...user) => receiver().unsubscribe(...user),
      close: (_, ...connection) => receiver().close(...connection),
      departed: (_, ...departure) => this.reports.departed(...departure),
      recounted: (_, ...count) => reports.counted(...count),
    };
  }

  /** Has `bring` bring what this process has to the owner. */
  brings(bring: () => void): void {
    this.#isBringing = true;
    bring();
    this.#isBringing = false;
  }

  /** The owner has told this node something. */
  told([name, ...fields]: Message): void {
    const handlers = this.#handlers as Readonly<Record<string, (caller: void, ...fields: unknown[]) => void>>;
    handlers[name]?.(undefined, ...fields);
  }
}

function questionsOver(
  link: OwnerLink,
): { readonly questions: ClusterQuestions; readonly attempts: ClusterAttempts } {
  return {
    questions: {
      connections: (...of) => link.request("connectionsElsewhere", ...of),
      channels: async (...of) => new Map(await link.request("channelsElsewhere", ...of)),
      subscriptions: (...of) => link.request("subscriptionsElsewhere", ...of),
      users: (...of) => link.request("users", ...of),
      members: async (...of) => {
        return (await link.request("members", ...of)).flatMap((json) => parseMemberData(json) ?? []);
      },
      userCounts: (...of) => link.request("userCounts", ...of),
      cachedEvents: async (topics) => {
        const frames = await link.request("cachedEvents", topics);
        return frames.map((frame) => frame ?? undefined);
      },
    },
    attempts: {
      count: (...attempt) => link.request("attempt", ...attempt),
      takeBack: async (caller) => void await link.request("takeBack", caller),
    },
  };
}
