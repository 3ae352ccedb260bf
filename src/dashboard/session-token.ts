import { createHmac } from "node:crypto";
import { signaturesEqual } from "../protocol/signature.ts";

/** The session of a browser that has sent an application's secret. Times are seconds since 1970. */
export interface Session {
  readonly applicationId: string;
  /** 128 random bits, in hex. */
  readonly id: string;
  readonly signedInAt: number;
  /** When the session was last used. */
  readonly seenAt: number;
}

/** Seconds after which a session ends even when it is used. */
export const SESSION_SECONDS = 8 * 3600;

/** Seconds without use after which a session ends. */
export const IDLE_SECONDS = 3600;

/** The second in which a session ends unless it is used again. */
function sessionEnd(session: Session): number {
  return Math.min(session.signedInAt + SESSION_SECONDS, session.seenAt + IDLE_SECONDS);
}

/**
 * The cookie's text for a session, signed with a key derived from the application's secret. So nothing has to be stored: a session
 * survives a restart and is good on every node of the cluster, and a new secret ends all sessions. To forge one takes the secret,
 * with which one can sign in anyway.
 */
export function issueToken(session: Session, secret: string): string {
  const text = [
    Buffer.from(session.applicationId).toString("base64url"),
    session.id,
    session.signedInAt,
    session.seenAt,
  ].join(".");
  return `${text}.${sign(secret, `session ${text}`)}`;
}

/** The session of a token; `undefined` when the token is forged or malformed, has ended, or its application was removed. */
export function readToken(
  token: string,
  secretOf: (applicationId: string) => string | undefined,
  now: number,
): Session | undefined {
  const [, text, application, id, signedInAt, seenAt, signature] =
    /^(([\w-]+)\.([0-9a-f]{32})\.(\d{1,12})\.(\d{1,12}))\.([\w-]+)$/.exec(token) ?? [];
  if (text === undefined || application === undefined || id === undefined || signature === undefined) {
    return undefined;
  }
  const applicationId = Buffer.from(application, "base64url").toString();
  const secret = secretOf(applicationId);
  if (secret === undefined || !signaturesEqual(sign(secret, `session ${text}`), signature)) return undefined;
  const session = { applicationId, id, signedInAt: Number(signedInAt), seenAt: Number(seenAt) };
  return now < sessionEnd(session) ? session : undefined;
}

/** The token that a page of the session has to send with every change. */
export function requestToken(session: Session, secret: string): string {
  return sign(secret, `request ${session.id}`);
}

/** Signs with a key of its own, so that no signature of the API or of a channel is valid here. */
function sign(secret: string, text: string): string {
  const key = createHmac("sha256", secret).update("resound dashboard").digest();
  return createHmac("sha256", key).update(text).digest("base64url");
}
