import type { FaultKind } from "../history/entry.ts";

/** The faults that simulated and real nodes can have. */
export const FAULTS: readonly FaultKind[] = [
  "kill",
  "freeze",
  "clock",
  "redis-refused",
  "redis-half-open",
  "redis-deaf",
  "redis-mute",
  "redis-slow",
  "redis-lossy",
  "clients-cut",
  "clients-stalled",
  "redis-restart",
  "redis-crash",
  "redis-failover",
  "redis-full",
  "redis-freeze",
  "redis-flush",
  "redis-kill",
  "slow-reader",
];

/** The faults of real nodes: also those that only processes and earlier versions have. */
export const NODE_FAULTS: readonly FaultKind[] = [...FAULTS, "handover", "upgrade"];
