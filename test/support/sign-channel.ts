import { createHmac } from "node:crypto";
import type { Credentials } from "./test-application.ts";

/** Lower-case hex HMAC-SHA256, the signature of everything in the Pusher protocol. */
export function hmac(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/**
 * The `auth` of a subscription, `key:signature`, over `socket_id:channel` and, when given, the exact `channel_data` string: what a
 * Laravel application answers on /broadcasting/auth.
 */
export function signChannel(
  application: Pick<Credentials, "key" | "secret">,
  socketId: string,
  channel: string,
  channelData?: string,
): string {
  const text = [socketId, channel, ...(channelData === undefined ? [] : [channelData])].join(":");
  return `${application.key}:${hmac(application.secret, text)}`;
}

/** The `auth` of `pusher:signin`, over `socket_id::user::user_data`. */
export function signUser(
  application: Pick<Credentials, "key" | "secret">,
  socketId: string,
  userData: string,
): string {
  return `${application.key}:${hmac(application.secret, `${socketId}::user::${userData}`)}`;
}
