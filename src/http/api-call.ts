import type { Hub } from "../hub/hub.ts";

/** An API call whose signature has been checked: the argument of a route's handler. */
export interface ApiCall {
  readonly hub: Hub;
  /** Decoded query parameters, lists folded. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Gives a part of the path, decoded. */
  readonly path: (name: "channel" | "user" | "connection") => string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** A handler's answer: a JSON text, with status 200 unless another one is set. */
export interface ApiAnswer {
  readonly json: string;
  readonly status?: 200 | 400 | 404;
  /** An earlier call with the same idempotency key has got it, and this one has changed nothing. */
  readonly isRepeated?: true;
}

/** A route's handler. Throws {@link ApiError} for a mistake of the caller. */
export type ApiHandler = (call: ApiCall) => ApiAnswer | Promise<ApiAnswer>;

/** An answer to a call that has sent events: the other nodes have delivered them when it is given. */
export function afterDelivery(
  hub: Hub,
  answer: ApiAnswer | Promise<ApiAnswer>,
): ApiAnswer | Promise<ApiAnswer> {
  const confirmed = hub.cluster.events.confirmed();
  return confirmed === undefined ? answer : confirmed.then(() => answer);
}

/** The names in an `info` parameter, where commas separate them. */
export function requestedAttributes(info: string | undefined): Set<string> {
  return new Set(info === undefined || info === "" ? [] : info.split(",").map((name) => name.trim()));
}
