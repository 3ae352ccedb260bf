import type { FaultKind } from "../history/entry.ts";

/** How a client speaks: a plain WebSocket, or pusher-js, which reconnects and subscribes anew by itself. */
export type ClientKind = "raw" | "pusher-js";

/** A client of a plan. */
export interface PlannedClient {
  readonly name: string;
  readonly kind: ClientKind;
  /** Who it is on presence channels and when it signs in; others may be the same user. */
  readonly user: string;
}

/** Something that a client does. A step that does not fit (a subscription of a client without a connection) does nothing. */
export type ClientAction =
  /** Does nothing when the client is connected. */
  | { readonly kind: "connect"; readonly client: string; readonly node: string }
  | { readonly kind: "subscribe"; readonly client: string; readonly channel: string }
  | { readonly kind: "unsubscribe"; readonly client: string; readonly channel: string }
  | { readonly kind: "close"; readonly client: string }
  | { readonly kind: "cut"; readonly client: string }
  | { readonly kind: "sign-in"; readonly client: string }
  | {
    readonly kind: "client-event";
    readonly client: string;
    readonly channel: string;
    readonly message: string;
  };

/** A call of the HTTP API. */
export type CallerAction =
  | {
    readonly kind: "publish";
    readonly caller: string;
    readonly node: string;
    readonly channel: string;
    readonly message: string;
    /** The client whose connection is left out, if it has one. */
    readonly except?: string;
  }
  | { readonly kind: "users"; readonly caller: string; readonly node: string; readonly channel: string }
  | { readonly kind: "channels"; readonly caller: string; readonly node: string }
  | { readonly kind: "terminate"; readonly caller: string; readonly node: string; readonly user: string };

/** Something that breaks for a while. */
export interface PlannedFault {
  readonly kind: "fault";
  readonly fault: FaultKind;
  /** Where it concerns one node. */
  readonly node?: string;
  /** Where it concerns one client. */
  readonly client?: string;
  /** Milliseconds until what was broken works again. */
  readonly lasts: number;
}

/** Waits until all faults are over and healed and nothing is on its way, then reads what all nodes say. */
export interface PlannedQuiet {
  readonly kind: "quiet";
}

/**
 * One step of a plan. The next one begins `gap` milliseconds later and does not wait for its end; an actor does one thing after the
 * other. Every step can be left out without a change to another.
 */
export type Step = (ClientAction | CallerAction | PlannedFault | PlannedQuiet) & { readonly gap: number };

/** What a run does, as plain data: the same seed makes the same plan, and a shrinker leaves steps out. */
export interface Plan {
  readonly seed: number;
  /** Slots: `n1`, `n2` … */
  readonly nodes: readonly string[];
  readonly clients: readonly PlannedClient[];
  /** Whether recovery is enabled. */
  readonly recovers: boolean;
  /** A quiet moment at rest follows the last one. */
  readonly steps: readonly Step[];
}
