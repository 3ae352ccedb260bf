import { createHmac } from "node:crypto";
import type { SigningKey } from "./signing-key.ts";

/** Hex HMAC-SHA256, the signature of the Pusher protocol. {@link SigningKey} is faster for a secret that signs often. */
export function hmacSha256Hex(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** Compares in a time that depends on the lengths alone. */
export function signaturesEqual(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  // The loop always runs to its end. timingSafeEqual needs buffers, which would cost more than the signature itself.
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ given.charCodeAt(at);
  return difference === 0;
}

/** The text that the signature in a client's `auth` covers, for a private or presence channel. */
export function channelStringToSign(
  socketId: string,
  channel: string,
  channelData: string | undefined,
): string {
  return channelData === undefined ? `${socketId}:${channel}` : `${socketId}:${channel}:${channelData}`;
}

/** The text that the signature in a client's `auth` covers, for `pusher:signin`. */
export function signInStringToSign(socketId: string, userData: string): string {
  return `${socketId}::user::${userData}`;
}

/**
 * Whether a client's `auth` (`key:signature`) is right: its key is the application's (Reverb does not check the key) and its
 * signature is that of `stringToSign`. Both are compared in constant time.
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
