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
  }
  /** `fresh` when no user was present before. */
  | {
    readonly type: "member_added";
    readonly fresh: boolean;
    readonly version: number;
    readonly channelData: string;
  }
  | { readonly type: "member_removed"; readonly version: number; readonly userId: string }
  | { readonly type: "subscription_count"; readonly subscriptions: number };

/** Writes an event: a line each for origin, number and the socket that is left out, then the frame. */
export function eventMessage(
  cached: boolean,
  origin: string,
  sequence: number,
  exceptSocketId: string | undefined,
  frame: string,
): string {
  return `${cached ? "C" : "E"}${origin}\n${sequence}\n${exceptSocketId ?? ""}\n${frame}`;
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
      const end = text.indexOf("\n"), version = Number(text.slice(1, end));
      if (end === -1 || !Number.isSafeInteger(version)) return undefined;
      const rest = text.slice(end + 1);
      if (kind === "-") return { type: "member_removed", version, userId: rest };
      return { type: "member_added", fresh: kind === "!", version, channelData: rest };
    }
    case "#": {
      const subscriptions = Number(text.slice(1));
      return Number.isSafeInteger(subscriptions) ? { type: "subscription_count", subscriptions } : undefined;
    }
    default:
      return undefined;
  }
}

function readEvent(text: string, cached: boolean): WireMessage | undefined {
  const origin = text.indexOf("\n"), sequence = text.indexOf("\n", origin + 1);
  const except = text.indexOf("\n", sequence + 1);
  const number = Number(text.slice(origin + 1, sequence));
  if (origin === -1 || sequence === -1 || except === -1 || !Number.isSafeInteger(number)) return undefined;
  return {
    type: "event",
    cached,
    origin: text.slice(1, origin),
    sequence: number,
    exceptSocketId: except === sequence + 1 ? undefined : text.slice(sequence + 1, except),
    frame: text.slice(except + 1),
  };
}
