import { createHmac } from "node:crypto";
import { signaturesEqual } from "../protocol/signature.ts";

/** Somebody who has shown an application's secret. Times are seconds since 1970. */
export interface Session {
  readonly applicationId: string;
  /** 128 random bits, in hex. */
  readonly id: string;
  readonly signedInAt: number;
  /** When the session was last used. */
  readonly seenAt: number;
}

/** Seconds after which one has to sign in again, whatever happens. */
export const SESSION_SECONDS = 8 * 3600;

/** Seconds without use after which a session ends. */
export const IDLE_SECONDS = 3600;

/** The second in which a session ends unless it is used again. */
function sessionEnd(session: Session): number {
  return Math.min(session.signedInAt + SESSION_SECONDS, session.seenAt + IDLE_SECONDS);
}

/**
 * The cookie's text for a session. It is signed with a key made of the application's secret: whoever could forge it knows the
 * secret and may sign in anyway, another secret ends every session at once, and neither a restart nor another node of the
 * cluster asks anyone to sign in again.
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

/** The session that a token stands for; `undefined` when it is forged, malformed, over, or of an application that is gone. */
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

/** What a page of the session has to send with every change that it asks for. */
export function requestToken(session: Session, secret: string): string {
  return sign(secret, `request ${session.id}`);
}

/** Each use has a key of its own, so that no signature of the API or of a channel is one of these. */
function sign(secret: string, text: string): string {
  const key = createHmac("sha256", secret).update("resound dashboard").digest();
  return createHmac("sha256", key).update(text).digest("base64url");
}
