import type { RecentEvent } from "../events/recent-events.ts";
import type { NodeDescription } from "./node-description.ts";
import { isNodeId } from "./node-lease.ts";

/** A message on the control channel, where all nodes listen: what concerns no single topic. */
export type ControlMessage =
  /** A node has entered the cluster and listens to all topics of its clients. */
  | { readonly type: "hello"; readonly node: string; readonly description: NodeDescription }
  /**
   * Sent for Redis's answer, which is how many nodes listen. `question` numbers it for the node that sends it; `asks`: each other node is
   * to answer that it has taken notice of it.
   */
  | { readonly type: "present"; readonly node: string; readonly question?: number; readonly asks?: true }
  /** A node has taken notice that another one (`to`) listens: it sends what it publishes. */
  | { readonly type: "noticed"; readonly node: string; readonly to: string }
  /**
   * A node has noticed that Redis has lost its data: every node looks for its own. `isDamaged`: what cannot be read was deleted, and
   * every node writes again what it has.
   */
  | { readonly type: "lost"; readonly node: string; readonly isDamaged?: boolean }
  /** A node had lost Redis: what have the others published in the last so many milliseconds? */
  | { readonly type: "missed"; readonly node: string; readonly milliseconds: number }
  /** This, to that node (`to`). */
  | {
    readonly type: "published";
    readonly node: string;
    readonly to: string;
    readonly events: readonly RecentEvent[];
  }
  /** A node leaves for good. */
  | { readonly type: "bye"; readonly node: string }
  /** All nodes end a user's connections. */
  | {
    readonly type: "terminate";
    readonly node: string;
    readonly applicationId: string;
    readonly userId: string;
  }
  /** All nodes take a user off the channels that fit a pattern. */
  | {
    readonly type: "unsubscribe";
    readonly node: string;
    readonly applicationId: string;
    readonly userId: string;
    readonly pattern: string;
  }
  /** The node that has this connection ends it. */
  | {
    readonly type: "close";
    readonly node: string;
    readonly applicationId: string;
    readonly socketId: string;
  }
  /** A client may have come back from another node: is the connection of that name alive there? */
  | {
    readonly type: "recall";
    readonly node: string;
    readonly applicationId: string;
    readonly name: string;
  }
  /** It is, or it has ended. */
  | {
    readonly type: "recalled";
    readonly node: string;
    readonly applicationId: string;
    readonly name: string;
    readonly isAlive: boolean;
  }
  /** The node `target` restarts gracefully. */
  | { readonly type: "restart"; readonly node: string; readonly target: string };

/** Characters of a message at most: of a node that describes itself, with very many applications. */
const LONGEST = 4_194_304;

/** Reads a control message; `undefined` when it is none, as one of a later version may be. What a `hello` describes is not looked at. */
export function readControlMessage(text: string): ControlMessage | undefined {
  if (text.length > LONGEST) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    // It is not JSON, so no node has sent it; the caller counts it.
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { type, node, ...rest } = message as Readonly<Record<string, unknown>>;
  if (typeof node !== "string" || !isNodeId(node)) return undefined;
  const isText = (name: string): boolean => typeof rest[name] === "string";
  switch (type) {
    case "hello":
      return typeof rest["description"] === "object" && rest["description"] !== null
        ? message as ControlMessage
        : undefined;
    case "present":
    case "lost":
    case "bye":
      return message as ControlMessage;
    case "terminate":
      return isText("applicationId") && isText("userId") ? message as ControlMessage : undefined;
    case "unsubscribe":
      return isText("applicationId") && isText("userId") && isText("pattern")
        ? message as ControlMessage
        : undefined;
    case "close":
      return isText("applicationId") && isText("socketId") ? message as ControlMessage : undefined;
    case "noticed":
      return isText("to") ? message as ControlMessage : undefined;
    case "recall":
      return isText("applicationId") && isText("name") ? message as ControlMessage : undefined;
    case "recalled":
      return isText("applicationId") && isText("name") && typeof rest["isAlive"] === "boolean"
        ? message as ControlMessage
        : undefined;
    case "missed":
      return typeof rest["milliseconds"] === "number" ? message as ControlMessage : undefined;
    case "published":
      return isText("to") && Array.isArray(rest["events"]) && rest["events"].every(isRecentEvent)
        ? message as ControlMessage
        : undefined;
    case "restart":
      return isText("target") ? message as ControlMessage : undefined;
    default:
      return undefined;
  }
}

function isRecentEvent(value: unknown): value is RecentEvent {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number" &&
    typeof value[2] === "number";
}
