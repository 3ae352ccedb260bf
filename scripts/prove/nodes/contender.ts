import type { FaultKind } from "../history/entry.ts";

/** How to start one node. */
export interface NodeOptions {
  /** `n1` … */
  readonly slot: string;
  /** Where its way to Redis begins. */
  readonly redisPort: number;
  readonly webhookUrl: string;
  readonly recovers: boolean;
  /** Starts the version before, for a rolling restart. */
  readonly isOlder: boolean;
}

/** A node of a contender, one process or several. */
export interface ProveNode {
  /** Where it serves clients and API calls; another after a start, the same after a handover. */
  readonly port: number;
  /** Whether it is ready, and knows of as many nodes. */
  isHealed(nodes: number): Promise<boolean>;
  /** SIGKILL of all its processes. */
  kill(): Promise<void>;
  /** Stops it as a process manager does. */
  stop(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Has a successor take its place. Absent where there is no such thing. */
  handOver?(): Promise<void>;
  /** Lets its clock jump by as many seconds from now on. Absent where that is not possible here. */
  jump?(seconds: number): void;
  /** How often it has lost Redis or its lease, or answered without the others: grows. 0 where it does not say. */
  disturbances(): Promise<number>;
  /** What it has written, and what it says to have lost. */
  losses(): Promise<{ readonly counted: number; readonly logged: number; readonly log: readonly string[] }>;
}

/** A server that can be put to the proof. */
export interface ProveContender {
  readonly name: string;
  readonly leaseMs: number;
  /** `recovery.hold_seconds` where recovery is on. */
  readonly holdMs: number;
  /** Whether it can recover at all. */
  readonly canRecover: boolean;
  /** Whether it sends webhooks with the names of Pusher. */
  readonly reports: boolean;
  /** Faults that cannot be had with it or on this machine, with the reason. */
  readonly without: ReadonlyMap<FaultKind, string>;
  start(options: NodeOptions): Promise<ProveNode>;
}

/** A contender, or why it cannot be had here. */
export type Prepared =
  | { readonly kind: "ready"; readonly contender: ProveContender }
  | { readonly kind: "unavailable"; readonly name: string; readonly reason: string };
