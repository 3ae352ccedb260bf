import type { Recorder } from "../history/recorder.ts";

/** The client events of a run; their data has the message in an object. */
export const CLIENT_EVENT = "client-proof";

/** An operation of a client, before it is known where. */
export type ClientOperation =
  | { readonly kind: "subscribe"; readonly channel: string; readonly user?: string }
  | { readonly kind: "unsubscribe"; readonly channel: string }
  | { readonly kind: "sign-in"; readonly user: string }
  | { readonly kind: "client-event"; readonly channel: string; readonly message: string };

/**
 * Records a message that a client got, except what keeps its connection alive. `data` that is no text stands as JSON, and a client event
 * has its message in place of it.
 */
export function recordFrame(
  recorder: Recorder,
  connection: string,
  event: string,
  channel: string | undefined,
  data: unknown,
): void {
  if (event === "pusher:pong" || event === "pusher:ping") return;
  const text = event === CLIENT_EVENT
    ? messageOf(data)
    : typeof data === "string"
    ? data
    : JSON.stringify(data);
  recorder.add({
    type: "frame",
    at: recorder.moment(),
    connection,
    event,
    ...(channel === undefined ? {} : { channel }),
    ...(text === undefined ? {} : { data: text }),
  });
}

/** Some servers pass the data on as text. */
function messageOf(data: unknown): string {
  const { message } = (typeof data === "string" ? JSON.parse(data) : data) as { readonly message: unknown };
  return String(message);
}
