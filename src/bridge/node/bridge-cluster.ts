import type { ClusterAttempts } from "../../hub/cluster/cluster-attempts.ts";
import type { ClusterClaims } from "../../hub/cluster/cluster-claims.ts";
import type { ClusterCensus } from "../../hub/cluster/cluster-census.ts";
import type { ClusterEvents } from "../../hub/cluster/cluster-events.ts";
import type { ClusterInterest } from "../../hub/cluster/cluster-interest.ts";
import type { ClusterLoad } from "../../hub/cluster/cluster-load.ts";
import type { ClusterOccupancy } from "../../hub/cluster/cluster-occupancy.ts";
import type { ClusterQuestions } from "../../hub/cluster/cluster-questions.ts";
import type { ClusterQuota } from "../../hub/cluster/cluster-quota.ts";
import type { ClusterReports, ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import type { ClusterUsers } from "../../hub/cluster/cluster-users.ts";
import type { Cluster, ClusterReceiver } from "../../hub/cluster/cluster.ts";
import { SoloCluster } from "../../hub/cluster/solo-cluster.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import { BridgeEvents } from "./bridge-events.ts";
import { BridgeStay } from "./bridge-stay.ts";
import type { OwnerLink } from "./owner-link.ts";

/** What a node on the bridge is made with. */
export interface BridgeClusterParts<Description> {
  readonly receiver: () => ClusterReceiver;
  /** Takes what this node reports to applications. */
  readonly reports: ReportReceiver;
  readonly counters: ClusterCounters;
  /** Brings all that this process has to the cluster, which knows nothing of it: the same calls as when it came about. */
  readonly bring: (to: Cluster) => void;
  /** The last events of cache channels: topic, frame, and for how many seconds it counts. */
  readonly kept: () => Iterable<readonly [topic: string, frame: string, seconds: number]>;
  /** What the other nodes are to know of this one. */
  readonly describe: () => Description;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** A sentence for the operator. */
  readonly warn: (sentence: string) => void;
}

/** Milliseconds between two attempts to join again. */
const BEAT = 1000;
/** Beats between two descriptions. */
const BETWEEN_DESCRIPTIONS = 2;

/**
 * A process of one machine that serves its clients together with others, over the bridge. Before it has joined, and while it has lost
 * its link to the owner, it decides alone; each time that it joins it brings all that it has.
 */
export class BridgeCluster<Description> implements Cluster {
  readonly log = undefined;
  readonly patience = 1000;
  readonly #parts: BridgeClusterParts<Description>;
  readonly #solo: SoloCluster;
  readonly #events: BridgeEvents;
  #link: OwnerLink | undefined;
  #stay: BridgeStay | undefined;
  /** Over the link: the owner keeps the claims also of a node that is alone, for the process that comes after it. */
  #claims: ClusterClaims | undefined;
  /** Whether there can be other nodes, also while the link to them is lost. */
  #isShared = false;
  #processId = "";
  #isOwnerSilent = false;
  #isReturning = false;
  #beats = 0;
  #beat: ReturnType<typeof setInterval> | undefined;

  constructor(parts: BridgeClusterParts<Description>) {
    const { receiver, reports, counters, now } = parts;
    this.#parts = parts;
    this.#solo = new SoloCluster(receiver, reports);
    const keeps = (topic: string): void => this.#stay?.interest.awaitEvent(topic);
    this.#events = new BridgeEvents({ counters, now, keeps });
  }

  /** This process is on the bridge from now on; it finds its own way back where the link is lost. MUST be called once. */
  enter(link: OwnerLink): void {
    this.#processId = link.processId;
    this.#beat = setInterval(() => this.#onBeat(link), BEAT);
    this.#joined(link, false);
  }

  /** Whether the clients of this process are about to move to others: a member that comes back there in time has never left. */
  move(isMoving: boolean): void {
    this.#link?.tell("describe", this.#parts.describe());
    this.#link?.tell("moving", isMoving);
  }

  /** This node, then the others. */
  nodes(): readonly { readonly id: string; readonly description: Description | undefined }[] {
    const others = Array.from(this.#stay?.others ?? [], ([id, description]) => {
      return { id, description: description as Description | undefined };
    });
    return [{ id: this.#processId, description: this.#parts.describe() }, ...others];
  }

  /** Why this node does not work together with the others; `undefined` while it does. */
  get trouble(): "not_joined" | undefined {
    return this.#stay === undefined ? "not_joined" : undefined;
  }

  /** Leaves the bridge. Resolves once the owner has everything, or is gone. */
  async stop(): Promise<void> {
    clearInterval(this.#beat);
    const link = this.#link;
    this.#link = this.#claims = undefined;
    this.#part();
    await link?.end();
  }

  get isShared(): boolean {
    return this.#isShared;
  }

  get events(): ClusterEvents {
    return this.isShared ? this.#events : this.#solo.events;
  }

  get interest(): ClusterInterest {
    return (this.#stay ?? this.#solo).interest;
  }

  get census(): ClusterCensus {
    return (this.#stay ?? this.#solo).census;
  }

  get quota(): ClusterQuota {
    return (this.#stay ?? this.#solo).quota;
  }

  get occupancy(): ClusterOccupancy {
    return (this.#stay ?? this.#solo).occupancy;
  }

  get reports(): ClusterReports {
    return (this.#stay ?? this.#solo).reports;
  }

  get users(): ClusterUsers {
    return (this.#stay ?? this.#solo).users;
  }

  get load(): ClusterLoad {
    return (this.#stay ?? this.#solo).load;
  }

  get questions(): ClusterQuestions | undefined {
    return this.#stay?.questions;
  }

  get attempts(): ClusterAttempts | undefined {
    return this.#stay?.attempts;
  }

  get claims(): ClusterClaims | undefined {
    return this.#isOwnerSilent || this.isShared && this.#stay === undefined ? undefined : this.#claims;
  }

  #joined(link: OwnerLink, isReturn: boolean): void {
    this.#link = link;
    this.#isOwnerSilent = false;
    this.#claims = {
      losses: 0,
      claim: (...claim) => link.request("claim", ...claim),
      settle: async (...answer) => void await link.request("settle", ...answer),
    };
    link.listen({
      told: (message) => {
        if (message[0] === "forgotten") this.#wasForgotten(link);
        else if (message[0] === "together") this.#begin(link, false);
        else if (message[0] === "alone") this.#goAlone(link);
        else this.#stay?.told(message);
      },
      silent: (isSilent) => {
        this.#isOwnerSilent = isSilent;
        if (!isSilent) return this.isShared ? this.#begin(link, true) : undefined;
        this.#part();
        link.giveUp();
        if (!this.isShared) return;
        this.#parts.warn("The process that knows all workers does not answer, and this one goes on alone");
      },
      lost: (reason) => {
        if (this.#link !== link) return;
        this.#link = this.#claims = undefined;
        this.#part();
        this.#events.close();
        this.#parts.warn(`The link to the other workers is lost, and this one goes on alone: ${reason}`);
      },
    });
    if (link.isAlone) return this.#goAlone(link);
    this.#begin(link, isReturn);
  }

  #wasForgotten(link: OwnerLink): void {
    this.#parts.warn(
      "This process stood still, and the other workers have taken it for dead; it begins anew",
    );
    this.#begin(link, true);
  }

  /** There is no other node. */
  #goAlone(link: OwnerLink): void {
    this.#isShared = false;
    this.#part();
    link.giveUp();
    this.#events.close();
  }

  /** Begins a stay. */
  #begin(link: OwnerLink, isReturn: boolean): void {
    const { receiver, reports, counters, bring, kept } = this.#parts, events = this.#events;
    this.#isShared = true;
    this.#part();
    link.giveUp();
    events.open(link);
    const stay = this.#stay = new BridgeStay({ link, events, receiver, reports, counters, isReturn });
    link.tell("anew");
    if (!isReturn) { for (const event of kept()) link.tell("keep", ...event); }
    stay.brings(() => bring(this));
    link.tell("brought");
  }

  /** This process decides alone from now on. */
  #part(): void {
    const stay = this.#stay;
    stay?.interest.part();
    this.#stay = undefined;
    stay?.load.end();
    this.#events.release();
    this.#parts.counters.nodes = 1;
  }

  #onBeat(first: OwnerLink): void {
    if (this.#link !== undefined) {
      if (this.isShared && this.#beats++ % BETWEEN_DESCRIPTIONS === 0) {
        this.#link.tell("describe", this.#parts.describe());
      }
      return;
    }
    if (this.#isReturning) return;
    this.#isReturning = true;
    void first.again().then((link) => {
      this.#isReturning = false;
      if (typeof link !== "string") this.#joined(link, true);
    });
  }
}
