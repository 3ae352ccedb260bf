/** A message on a topic's channel. Its first character is the kind. */
export type WireMessage =
  | {
    readonly type: "event";
    /** Whether it is kept as the topic's last event. */
    readonly cached: boolean;
    /** The process that published it. */
    readonly origin: string;
    /** Grows with each message of that process, so that one that is sent again is known. */
    readonly sequence: number;
    readonly exceptSocketId: string | undefined;
    /** The frame that subscribers get. */
    readonly frame: string;
    /** Its place in the topic's log, where it is in one. */
    readonly place?: EventPlace;
  }
  /** `fresh` when no user was present before. */
  | {
    readonly type: "member_added";
    readonly fresh: boolean;
    readonly version: number;
    readonly channelData: string;
  }
  | { readonly type: "member_removed"; readonly version: number; readonly userId: string }
  | { readonly type: "subscription_count"; readonly subscriptions: number }
  /** Members cannot be read: every node brings again whom it holds. */
  | { readonly type: "members_unreadable" };

/** An event's place in the log of its topic. */
export interface EventPlace {
  readonly id: string;
  /** Id of the event before it. */
  readonly previous: string;
  /** Its place in the own log of the node that has published it. */
  readonly position: number;
}

/** Has every node bring its holds again. */
export const MEMBERS_UNREADABLE = "?";

/** The form of a `socket_id`. No other text names a connection. */
const SOCKET_ID = /^\d+\.\d+$/;

/**
 * Writes an event: a line each for origin, number and the socket that is left out, then the frame. No line can hold a line feed, so
 * that no value can break the message: `origin` names a process and MUST have none, and what is no `socket_id` leaves no socket out.
 */
export function eventMessage(
  cached: boolean,
  origin: string,
  sequence: number,
  exceptSocketId: string | undefined,
  frame: string,
): string {
  return `${cached ? "C" : "E"}${origin}\n${eventRest(sequence, exceptSocketId, frame)}`;
}

/** All of an event's message behind its origin. */
export function eventRest(sequence: number, exceptSocketId: string | undefined, frame: string): string {
  const except = exceptSocketId !== undefined && SOCKET_ID.test(exceptSocketId) ? exceptSocketId : "";
  return `${sequence}\n${except}\n${frame}`;
}

/** Reads a message; `undefined` when it is none, as one of a later version may be. */
export function readMessage(text: string): WireMessage | undefined {
  const kind = text[0];
  switch (kind) {
    case "E":
    case "C":
      return readEvent(text, kind === "C");
    case "+":
    case "!":
    case "-": {
      const end = text.indexOf("\n"), version = wholeNumber(text.slice(1, end));
      if (end === -1 || version === undefined) return undefined;
      const rest = text.slice(end + 1);
      if (kind === "-") return { type: "member_removed", version, userId: rest };
      return { type: "member_added", fresh: kind === "!", version, channelData: rest };
    }
    case "#": {
      const subscriptions = wholeNumber(text.slice(1));
      return subscriptions === undefined ? undefined : { type: "subscription_count", subscriptions };
    }
    case MEMBERS_UNREADABLE:
      return text === MEMBERS_UNREADABLE ? { type: "members_unreadable" } : undefined;
    default:
      return undefined;
  }
}

function readEvent(text: string, cached: boolean): WireMessage | undefined {
  const first = text.indexOf("\n"), second = text.indexOf("\n", first + 1);
  const third = text.indexOf("\n", second + 1);
  if (first === -1 || second === -1 || third === -1) return undefined;
  const sequence = wholeNumber(text.slice(first + 1, second)), except = text.slice(second + 1, third);
  // What a log adds stands behind the process, so that nodes of versions without it read the message as any other.
  const [origin = "", id, previous = "", position = ""] = text.slice(1, first).split(" ");
  if (sequence === undefined || except !== "" && !SOCKET_ID.test(except)) return undefined;
  return {
    type: "event",
    cached,
    origin,
    sequence,
    exceptSocketId: except === "" ? undefined : except,
    frame: text.slice(third + 1),
    ...(id === undefined ? {} : { place: { id, previous, position: wholeNumber(position) ?? 0 } }),
  };
}

/** A number that was written in digits alone; `undefined` for any other text, and for numbers that cannot be told apart any more. */
function wholeNumber(text: string): number | undefined {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
