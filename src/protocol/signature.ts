import { createHmac } from "node:crypto";
import type { SigningKey } from "./signing-key.ts";

/** Hex HMAC-SHA256, the one signature of the Pusher protocol; for a secret that signs often there is {@link SigningKey}. */
export function hmacSha256Hex(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** Compares in a time that depends on the lengths alone; a signature of the wrong length is simply unequal. */
export function signaturesEqual(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  // No way out of the loop before its end; buffers for timingSafeEqual would cost more than the signature itself.
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ given.charCodeAt(at);
  return difference === 0;
}

/** The text that a client's `auth` for a private or presence channel signs. */
export function channelStringToSign(
  socketId: string,
  channel: string,
  channelData: string | undefined,
): string {
  return channelData === undefined ? `${socketId}:${channel}` : `${socketId}:${channel}:${channelData}`;
}

/** The text that a client's `auth` for `pusher:signin` signs. */
export function signInStringToSign(socketId: string, userData: string): string {
  return `${socketId}::user::${userData}`;
}

/**
 * Checks a client's `auth` (`key:signature`): the key MUST be the application's (Reverb looks at the signature alone) and
 * the signature that of `stringToSign`. Both are compared in constant time.
 */
export function authMatches(
  auth: string,
  key: string,
  signingKey: SigningKey,
  stringToSign: string,
): boolean {
  const colon = auth.indexOf(":");
  if (colon === -1 || !signaturesEqual(key, auth.slice(0, colon))) return false;
  return signaturesEqual(signingKey.sign(stringToSign), auth.slice(colon + 1));
}
