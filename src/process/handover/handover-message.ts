import type { BridgePlace } from "../../bridge/bridge-place.ts";
import type { HeldPlace } from "../../server/open-places.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";
import type { SeenSignal } from "../restart-signal/restart-signal-watch.ts";

/** What the next process has to know of the one before it. */
export interface Room {
  /** Where it listens. */
  readonly places: readonly HeldPlace[];
  /** Why it cannot share these places; `undefined` when it shares them now. */
  readonly unshared?: string | undefined;
  /** The entry of `reverb:restart` that is no signal any more. */
  readonly signal?: SeenSignal | undefined;
}

/** What the main process orders a process that serves, or is about to. Later versions may know more; unknown ones are ignored. */
export type ServingOrder =
  /** Serve the clients together with the others on the bridge. Answered with `entered`. */
  | { readonly type: "enter"; readonly place: BridgePlace }
  /** Listen in the places of the process before. Answered with `listening` or `refused`. */
  | { readonly type: "listen"; readonly room: Room }
  /** The process before accepts nothing any more: the places are this one's alone. */
  | { readonly type: "settle" }
  /** Let the next process listen beside this one. Answered with `room`. */
  | { readonly type: "make_room" }
  /** Hand the clients over. Answered with `closed`, then with `moved`. */
  | { readonly type: "hand_over" }
  /** The next process has died, or was refused: go on. */
  | { readonly type: "stay" }
  /** Stop gracefully. */
  | { readonly type: "stop" }
  /** Stop at once. */
  | { readonly type: "hurry" }
  /** Read the configuration again. Answered with `reloaded`. */
  | { readonly type: "reload" }
  /** Answered with `alive`, by an event loop that turns. */
  | { readonly type: "ping" };

/** What a process would be. */
export interface CheckedPlan {
  /** How many workers it would have. */
  readonly workers: number;
  /** Whether it shares its clients with other nodes through Redis. */
  readonly scaling: boolean;
}

/** A server that listens, as the main process shows it to the operator. */
export interface ListeningServer {
  readonly address: string;
  readonly version: string;
  readonly stopSeconds: number;
  /** Whether it has the clients' place of the process before, so that those clients find it. */
  readonly takesClients: boolean;
  /** Whether its applications are configured, and not made up. */
  readonly isConfigured: boolean;
}

/** What such a process reports. */
export type ServingReport =
  /** The configuration cannot be used, or the address cannot be had; sentences for the operator. The process ends. */
  | { readonly type: "refused"; readonly messages: readonly string[] }
  /** It can start, and waits for `enter` and `listen`. */
  | { readonly type: "checked"; readonly plan: CheckedPlan }
  /** It is on the bridge, or cannot join it for a reason. */
  | { readonly type: "entered"; readonly refusal?: string | undefined }
  | { readonly type: "listening"; readonly server: ListeningServer }
  | { readonly type: "room"; readonly room: Room }
  /** It accepts nothing any more. */
  | { readonly type: "closed" }
  /** Whether its clients have moved; if so it is about to end. */
  | { readonly type: "moved"; readonly done: boolean }
  | { readonly type: "reloading" }
  | { readonly type: "reloaded"; readonly outcome: ReloadOutcome; readonly stopSeconds: number }
  /** Clients may come again, after a reload. */
  | { readonly type: "ready" }
  /** A restart is asked for: by artisan, or by the cluster. `cause` is for people. */
  | { readonly type: "restart"; readonly cause: string }
  /** It stops by itself. */
  | { readonly type: "stopping"; readonly cause: string; readonly seconds: number }
  | { readonly type: "alive" };

/** The names of all orders. */
const ORDERS: ReadonlySet<unknown> = new Set<ServingOrder["type"]>([
  ...[
    "enter",
    "listen",
    "settle",
    "make_room",
    "hand_over",
    "stay",
    "stop",
    "hurry",
    "reload",
    "ping",
  ] as const,
]);
/** The names of all reports. */
const REPORTS: ReadonlySet<unknown> = new Set<ServingReport["type"]>([
  ...[
    "refused",
    "checked",
    "entered",
    "listening",
    "room",
    "closed",
    "moved",
    "reloading",
    "reloaded",
    "ready",
  ] as const,
  ...["restart", "stopping", "alive"] as const,
]);

/** Reads a message of the main process; `undefined` when this version does not know it. Its fields are this program's own. */
export function parseServingOrder(value: unknown): ServingOrder | undefined {
  return hasType(value, ORDERS) ? value as ServingOrder : undefined;
}

/** Reads a message of a process that serves, which may be of a later version; `undefined` when this version does not know it. */
export function parseServingReport(value: unknown): ServingReport | undefined {
  return hasType(value, REPORTS) ? value as ServingReport : undefined;
}

function hasType(value: unknown, known: ReadonlySet<unknown>): boolean {
  return typeof value === "object" && value !== null && "type" in value && known.has(value.type);
}
