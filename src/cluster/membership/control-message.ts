import type { NodeDescription } from "./node-lease.ts";

/** What nodes tell each other, besides what concerns one topic. */
export type ControlMessage =
  /** A node has entered the cluster and listens to whatever its clients need. */
  | { readonly type: "hello"; readonly node: string; readonly description: NodeDescription }
  /** Says nothing: Redis's answer tells how many nodes listen. */
  | { readonly type: "present"; readonly node: string }
  /** A node leaves for good. */
  | { readonly type: "bye"; readonly node: string }
  /** A user's connections are to be ended. */
  | {
    readonly type: "terminate";
    readonly node: string;
    readonly applicationId: string;
    readonly userId: string;
  }
  /** The node `target` is to restart gracefully. */
  | { readonly type: "restart"; readonly node: string; readonly target: string };

/** Reads a control message; `undefined` when it is none of ours, as of another version. */
export function readControlMessage(text: string): ControlMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    // Not JSON, so not ours; the caller counts it.
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { type, node, ...rest } = message as Readonly<Record<string, unknown>>;
  if (typeof node !== "string") return undefined;
  const isText = (name: string): boolean => typeof rest[name] === "string";
  switch (type) {
    case "hello":
      return typeof rest["description"] === "object" && rest["description"] !== null
        ? message as ControlMessage
        : undefined;
    case "present":
    case "bye":
      return message as ControlMessage;
    case "terminate":
      return isText("applicationId") && isText("userId") ? message as ControlMessage : undefined;
    case "restart":
      return isText("target") ? message as ControlMessage : undefined;
    default:
      return undefined;
  }
}
