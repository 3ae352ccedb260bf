import { createHash, timingSafeEqual } from "node:crypto";
import type { Hub } from "../hub/hub.ts";
import { signaturesEqual } from "../protocol/signature.ts";
import { issueToken, readToken, requestToken, type Session, SESSION_SECONDS } from "./session-token.ts";

/** What the sessions need of the rest. */
export interface SessionServices {
  readonly hubById: (id: string) => Hub | undefined;
  readonly hubByKey: (key: string) => Hub | undefined;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** 128 random bits, in hex. */
  readonly newId: () => string;
}

/** A request whose sender is known. */
export interface SignedIn {
  readonly hub: Hub;
  readonly session: Session;
}

/** Sessions that were ended before their time and are remembered for as long; beyond that many the oldest are forgotten. */
const MAX_ENDED = 10_000;

/** Signs people in and knows them again. Nothing is kept of a session but that it was ended. */
export class Sessions {
  readonly #services: SessionServices;
  /** Ids of sessions that were signed out, and when they would have ended by themselves. */
  readonly #ended = new Map<string, number>();

  constructor(services: SessionServices) {
    this.#services = services;
  }

  /** A new session for whoever has an application's key and secret; `undefined` when the two do not fit. */
  open(key: string, secret: string): (SignedIn & { readonly token: string }) | undefined {
    const hub = this.#services.hubByKey(key);
    // As long a way for an unknown key as for a wrong secret.
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

  /** Who a token belongs to; `undefined` when it is not, or no longer, good. */
  read(token: string | undefined): SignedIn | undefined {
    if (token === undefined) return undefined;
    const { hubById, now } = this.#services;
    const session = readToken(token, (id) => hubById(id)?.application.secret, now());
    if (session === undefined || this.#ended.has(session.id)) return undefined;
    const hub = hubById(session.applicationId);
    return hub === undefined ? undefined : { hub, session };
  }

  /** The token of a session that is in use. */
  renew({ hub, session }: SignedIn): SignedIn & { readonly token: string } {
    const renewed = { ...session, seenAt: Math.floor(this.#services.now()) };
    return { hub, session: renewed, token: issueToken(renewed, hub.application.secret) };
  }

  /** Ends a session before its time. */
  end({ session }: SignedIn): void {
    const now = this.#services.now();
    for (const [id, until] of this.#ended) {
      if (until > now && this.#ended.size < MAX_ENDED) break;
      this.#ended.delete(id);
    }
    this.#ended.set(session.id, session.signedInAt + SESSION_SECONDS);
  }

  /** What pages of the session send along with every change; another site cannot know it. */
  requestToken({ hub, session }: SignedIn): string {
    return requestToken(session, hub.application.secret);
  }

  /** Whether a change was asked for by a page of the session. */
  isOwnRequest(signedIn: SignedIn, token: string | undefined): boolean {
    return signaturesEqual(this.requestToken(signedIn), token ?? "");
  }
}

/** Compares two texts in a time that tells neither where they differ nor how long they are. */
function sameText(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  // An empty secret is nobody's.
  return timingSafeEqual(digest(expected), digest(given)) && expected !== "";
}
