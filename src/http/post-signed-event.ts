import type { Hub } from "../hub/hub.ts";
import type { ApiAnswer } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { authenticate } from "./authenticate.ts";
import { postEvents } from "./events.ts";
import { tooLarge } from "./request-body.ts";

/** A call of `POST /apps/{id}/events` that has not come over HTTP. */
export interface SignedEvent {
  /** The application's id. */
  readonly application: string;
  /** The query, which has the signature. */
  readonly auth: string;
  readonly body: string;
}

/** What such a call needs of the server. */
export interface SignedEventServices {
  readonly hubById: (id: string) => Hub | undefined;
  /** Largest body in bytes. */
  readonly maxRequestSize: number;
}

const ENCODER = new TextEncoder(), NO_HEADERS = new Headers();

/**
 * Does what the call asks for, as if it had come over HTTP, idempotency key included; only that it may be of any age, since it may have
 * waited for the server. Throws or rejects with {@link ApiError} where it is to be turned down.
 */
export function postSignedEvent(
  { hubById, maxRequestSize }: SignedEventServices,
  { application: id, auth, body: text }: SignedEvent,
): ApiAnswer | Promise<ApiAnswer> {
  const hub = hubById(id);
  if (hub === undefined) {
    const quoted = JSON.stringify(id.slice(0, 200));
    throw new ApiError(404, `No matching application for ID ${quoted}.`, "api_unknown_application");
  }
  if (!hub.application.settings.enabled) {
    throw new ApiError(403, `Application [${hub.application.id}] is disabled.`, "api_application_disabled");
  }
  const body = ENCODER.encode(text);
  if (body.length > maxRequestSize) throw tooLarge(maxRequestSize, `${body.length}`);
  const call = {
    method: "POST",
    path: `/apps/${id}/events`,
    prefix: "",
    query: auth,
    body,
    hidesBody: false,
  };
  const parameters = authenticate(hub.application, call, false, 0);
  return postEvents({ hub, parameters, path: () => "", headers: NO_HEADERS, body });
}
