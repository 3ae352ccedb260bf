import type { ControlFrame, RuntimeCloseCause } from "../../src/hub/connections/socket.ts";

/** The limits that runtime-host.ts serves with. */
export const MAX_MESSAGE_BYTES = 5000;
export const MAX_BACKLOG_BYTES = 200_000;

/** What the client of a socket can make the socket's handler do. */
export type Command =
  | { readonly do: "send"; readonly frame: string; readonly times?: number }
  | { readonly do: "ping" | "pause" | "throw" }
  /** Of another socket, by its name. */
  | { readonly do: "resume" | "close other"; readonly name: string }
  | { readonly do: "subscribe" | "unsubscribe" | "count"; readonly topic: string }
  | { readonly do: "publish" | "publish to all"; readonly topic: string; readonly frame: string }
  | { readonly do: "close"; readonly code?: number; readonly reason?: string };

/** A call of a handler, and what became of it. `counts`: how many were still on each of the socket's topics at its close. */
export type Report =
  | { readonly told: "open"; readonly name: string }
  | { readonly told: "message"; readonly name: string; readonly text: string }
  | { readonly told: "control"; readonly name: string; readonly frame: ControlFrame }
  | {
    readonly told: "close";
    readonly name: string;
    readonly code: number;
    readonly cause: RuntimeCloseCause | null;
    readonly counts: readonly number[];
  }
  | { readonly told: "fault"; readonly message: string }
  | { readonly told: "closed" };
