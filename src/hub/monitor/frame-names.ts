/** The head of a frame of the server up to its event, and to its channel where that follows (client events). */
const HEAD = /^\{"event":("(?:[^"\\]|\\.)*")(?:,"channel":("(?:[^"\\]|\\.)*"))?/;
const CHANNEL = ',"channel":';

/**
 * Event and channel of a frame that a server has made, without a look at the data between, which may be long. `undefined` for a frame
 * without a channel, and for the protocol's own (`pusher:…`, `pusher_internal:…`).
 */
export function namesOfFrame(
  frame: string,
): { readonly event: string; readonly channel: string } | undefined {
  const [, head, next] = HEAD.exec(frame) ?? [];
  if (head === undefined || /^"pusher(_internal)?:/.test(head)) return undefined;
  // The data is a string there, in which every quote is escaped: so this is the frame's own.
  const at = frame.lastIndexOf(CHANNEL);
  const tail = next ?? (at === -1 ? "" : frame.slice(at + CHANNEL.length, -1));
  const event = textOf(head), channel = textOf(tail);
  return event === undefined || channel === undefined ? undefined : { event, channel };
}

function textOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : undefined;
  } catch {
    // No frame of ours: another program may have published it in Redis.
    return undefined;
  }
}
