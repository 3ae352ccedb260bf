import { compressed, MessageInflater } from "./message-compression.ts";
import { RawSocket } from "./raw-socket.ts";
import type { RunningServer } from "./start-server.ts";

/** The reserved bit of a frame with which a compressed message begins. */
export const COMPRESSED = 4;

/** A message as it came. */
export interface Message {
  readonly isCompressed: boolean;
  /** Bytes of its payload on the wire. */
  readonly size: number;
  readonly text: string;
}

/** A connection that has read its first frame. */
export interface Connected {
  readonly raw: RawSocket;
  /** What the server has agreed to. */
  readonly agreed: string | undefined;
  /** The `socket_id`. */
  readonly id: string;
  /** The next message. */
  next(): Promise<Message>;
}

/** Connects, and offers to read compressed messages when there is an offer. */
export async function connected(server: RunningServer, offer?: string): Promise<Connected> {
  const raw = await RawSocket.open(server);
  const answer = await raw.upgrade({ headers: { "Sec-WebSocket-Extensions": offer } });
  const agreed = answer.headers.get("sec-websocket-extensions") ?? undefined;
  const keepsWindow = agreed?.includes("server_no_context_takeover") === false;
  let inflater = new MessageInflater();
  const next = async (): Promise<Message> => {
    const { reserved, payload, text } = await raw.readFrame();
    if (reserved !== COMPRESSED) return { isCompressed: false, size: payload.length, text };
    if (!keepsWindow) inflater = new MessageInflater();
    return { isCompressed: true, size: payload.length, text: inflater.inflated(payload) };
  };
  const { text } = await next();
  return { raw, agreed, id: /"socket_id\\":\\"([\d.]+)/.exec(text)?.[1] ?? "", next };
}

/** Subscribes with a message that is compressed. */
export async function subscribe({ raw, next }: Connected, channel: string, auth?: string): Promise<void> {
  raw.sendFrame({
    payload: compressed(JSON.stringify({ event: "pusher:subscribe", data: { channel, auth } })),
    reserved: COMPRESSED,
  });
  const { text } = await next();
  if (!text.includes("subscription_succeeded")) throw new Error(`No subscription: ${text}`);
}

/** A ping that is so many bytes long. */
export function ping(bytes: number): string {
  const frame = `{"event":"pusher:ping","data":""}`;
  return `{"event":"pusher:ping","data":"${"x".repeat(bytes - frame.length)}"}`;
}
