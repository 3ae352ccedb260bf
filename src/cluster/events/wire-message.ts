/** What travels on a topic's channel. The first character tells the kind. */
export type WireMessage =
  | {
    readonly type: "event";
    /** Whether the topic keeps it. */
    readonly cached: boolean;
    /** The process that published it. */
    readonly origin: string;
    /** Grows with each message of that process, so that one that is sent again is known. */
    readonly sequence: number;
    readonly exceptSocketId: string | undefined;
    /** What subscribers get, as it is. */
    readonly frame: string;
  }
  /** A user came: `fresh` when nobody was there before. */
  | {
    readonly type: "came";
    readonly fresh: boolean;
    readonly version: number;
    readonly channelData: string;
  }
  | { readonly type: "went"; readonly version: number; readonly userId: string }
  | { readonly type: "counted"; readonly subscriptions: number };

/** Writes an event: a line each for who and what it is, then the frame. */
export function eventMessage(
  cached: boolean,
  origin: string,
  sequence: number,
  exceptSocketId: string | undefined,
  frame: string,
): string {
  return `${cached ? "C" : "E"}${origin}\n${sequence}\n${exceptSocketId ?? ""}\n${frame}`;
}

/** Reads a message; `undefined` when it is none of ours, as of another version. */
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
      if (kind === "-") return { type: "went", version, userId: rest };
      return { type: "came", fresh: kind === "!", version, channelData: rest };
    }
    case "#": {
      const subscriptions = Number(text.slice(1));
      return Number.isSafeInteger(subscriptions) ? { type: "counted", subscriptions } : undefined;
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
