import { createHash, timingSafeEqual } from "node:crypto";
import type { Hub } from "../hub/hub.ts";
import { signaturesEqual } from "../protocol/signature.ts";
import { issueToken, readToken, requestToken, type Session, SESSION_SECONDS } from "./session-token.ts";

/** What the sessions need of the server. */
export interface SessionServices {
  readonly hubById: (id: string) => Hub | undefined;
  readonly hubByKey: (key: string) => Hub | undefined;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** 128 random bits, in hex. */
  readonly newId: () => string;
}

/** The session behind a request, and its application. */
export interface SignedIn {
  readonly hub: Hub;
  readonly session: Session;
}

/** Signed-out sessions that are kept at most, each until it would have ended anyway; the oldest are dropped first. */
const MAX_ENDED = 10_000;

/** Opens sessions and recognizes their tokens. Nothing is stored of a session but that it was signed out. */
export class Sessions {
  readonly #services: SessionServices;
  /** Ids of sessions that were signed out, and the second in which they would have ended anyway. */
  readonly #ended = new Map<string, number>();

  constructor(services: SessionServices) {
    this.#services = services;
  }

  /** Opens a session for an application's key and secret; `undefined` when they are not of one application. */
  open(key: string, secret: string): (SignedIn & { readonly token: string }) | undefined {
    const hub = this.#services.hubByKey(key);
    // The comparison also runs for an unknown key, which must take as long as a wrong secret.
    const isRight = sameText(hub?.application.secret ?? "", secret) && hub !== undefined;
    if (!isRight) return undefined;
    const now = Math.floor(this.#services.now());
    const session = {
      applicationId: hub.application.id,
      id: this.#services.newId(),
      signedInAt: now,
      seenAt: now,
    };
    return { hub, session, token: issueToken(session, hub.application.secret) };
  }

  /** The session of a token; `undefined` when the token is not valid, or no longer. */
  read(token: string | undefined): SignedIn | undefined {
    if (token === undefined) return undefined;
    const { hubById, now } = this.#services;
    const session = readToken(token, (id) => hubById(id)?.application.secret, now());
    if (session === undefined || this.#ended.has(session.id)) return undefined;
    const hub = hubById(session.applicationId);
    return hub === undefined ? undefined : { hub, session };
  }

  /** A new token for a session that is in use; it ends later than the one before. */
  renew({ hub, session }: SignedIn): SignedIn & { readonly token: string } {
    const renewed = { ...session, seenAt: Math.floor(this.#services.now()) };
    return { hub, session: renewed, token: issueToken(renewed, hub.application.secret) };
  }

  /** Signs a session out: its tokens are no longer valid. */
  end({ session }: SignedIn): void {
    const now = this.#services.now();
    for (const [id, until] of this.#ended) {
      if (until > now && this.#ended.size < MAX_ENDED) break;
      this.#ended.delete(id);
    }
    this.#ended.set(session.id, session.signedInAt + SESSION_SECONDS);
  }

  /** The token that pages of the session send with every change; another site cannot know it. */
  requestToken({ hub, session }: SignedIn): string {
    return requestToken(session, hub.application.secret);
  }

  /** Whether a request token is the one of the session's own pages. */
  isOwnRequest(signedIn: SignedIn, token: string | undefined): boolean {
    return signaturesEqual(this.requestToken(signedIn), token ?? "");
  }
}

/** Compares two texts in a time that depends neither on where they differ nor on how long they are. */
function sameText(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  // An empty secret opens no session.
  return timingSafeEqual(digest(expected), digest(given)) && expected !== "";
}
