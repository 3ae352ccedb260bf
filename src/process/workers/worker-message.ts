import type { BridgePlace } from "../../bridge/bridge-place.ts";
import { type Refusal, REFUSALS } from "../../monitoring/refusal.ts";
import type { ReloadOutcome } from "../registry/runtime-record.ts";

/** What the parent orders a worker to do. */
export type WorkerOrder =
  /** Join the other workers there; the first order, where they do not meet in Redis. */
  | { readonly type: "join"; readonly place: BridgePlace }
  /**
   * Stop gracefully; the other workers go on or stop too. With `handsOver` others take every new connection already: it accepts what waits
   * for it first, and reports `moved`.
   */
  | { readonly type: "stop"; readonly othersStay: boolean; readonly handsOver?: boolean | undefined }
  /** Of all sockets on the ports, so many of the last ones take every new connection from now on. */
  | { readonly type: "steer"; readonly before: number; readonly next: number }
  /** Stop at once. */
  | { readonly type: "hurry" }
  /** Read the configuration again; answered with `reloaded`. */
  | { readonly type: "reload" }
  /** Answered with `metrics` and the same number. */
  | { readonly type: "metrics"; readonly id: number }
  /** Answered with `alive`, by an event loop that turns. */
  | { readonly type: "ping" }
  /** Count and log a refusal of the parent's own port. */
  | { readonly type: "refused"; readonly refusal: Refusal };

/** What a worker reports to its parent. */
export type WorkerReport =
  | { readonly type: "listening"; readonly version: string }
  | { readonly type: "reloaded"; readonly outcome: ReloadOutcome }
  | { readonly type: "metrics"; readonly id: number; readonly text: string }
  /** Its clients have moved to other workers. */
  | { readonly type: "moved" }
  | { readonly type: "alive" };

/** Reads a message of the parent; `undefined` when this version does not know it. */
export function parseOrder(value: unknown): WorkerOrder | undefined {
  if (!isObject(value)) return undefined;
  switch (value["type"]) {
    case "stop":
      return {
        type: "stop",
        othersStay: value["othersStay"] === true,
        ...value["handsOver"] === true ? { handsOver: true } : {},
      };
    case "steer": {
      const { before, next } = value;
      return typeof before === "number" && typeof next === "number"
        ? { type: "steer", before, next }
        : undefined;
    }
    case "hurry":
    case "reload":
    case "ping":
      return { type: value["type"] };
    case "join": {
      const { place } = value;
      if (!isObject(place)) return undefined;
      const { path, secret } = place;
      if (typeof path !== "string" || typeof secret !== "string") return undefined;
      return { type: "join", place: { path, secret } };
    }
    case "metrics":
      return typeof value["id"] === "number" ? { type: "metrics", id: value["id"] } : undefined;
    case "refused": {
      const refusal = parseRefusal(value["refusal"]);
      return refusal === undefined ? undefined : { type: "refused", refusal };
    }
    default:
      return undefined;
  }
}

/** Reads a message of a worker; `undefined` when this version does not know it: a worker may be newer than its parent. */
export function parseReport(value: unknown): WorkerReport | undefined {
  if (!isObject(value)) return undefined;
  const { type, version, id, text, outcome } = value;
  switch (type) {
    case "alive":
    case "moved":
      return { type };
    case "listening":
      return typeof version === "string" ? { type, version } : undefined;
    case "metrics":
      return typeof id === "number" && typeof text === "string" ? { type, id, text } : undefined;
    case "reloaded": {
      if (!isObject(outcome)) return undefined;
      const { accepted, messages } = outcome;
      if (typeof accepted !== "boolean" || !Array.isArray(messages)) return undefined;
      return { type, outcome: { accepted, messages: messages.map(String) } };
    }
    default:
      return undefined;
  }
}

/** A refusal that belongs to no application and no connection. */
function parseRefusal(value: unknown): Refusal | undefined {
  if (!isObject(value)) return undefined;
  const { reason, detail, address } = value;
  if (!isReason(reason) || typeof detail !== "string" || typeof address !== "string") return undefined;
  return { reason, detail, address };
}

function isReason(value: unknown): value is Refusal["reason"] {
  return typeof value === "string" && Object.hasOwn(REFUSALS, value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
