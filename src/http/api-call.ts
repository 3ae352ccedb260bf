import type { Hub } from "../hub/hub.ts";

/** An API call whose caller is known: what a route's handler works on. */
export interface ApiCall {
  readonly hub: Hub;
  /** Decoded query parameters, lists folded. */
  readonly parameters: ReadonlyMap<string, string>;
  /** A part of the path, decoded. */
  readonly path: (name: "channel" | "user") => string;
  readonly body: Uint8Array;
}

/** What a handler answers: a JSON text, with status 200 unless it says otherwise. */
export interface ApiAnswer {
  readonly json: string;
  readonly status?: 200 | 400 | 404;
}

/** A route's handler. Throws {@link ApiError} for what the caller did wrong. */
export type ApiHandler = (call: ApiCall) => ApiAnswer | Promise<ApiAnswer>;

/** The names in an `info` parameter, which are separated by commas. */
export function requestedAttributes(info: string | undefined): Set<string> {
  return new Set(info === undefined || info === "" ? [] : info.split(",").map((name) => name.trim()));
}
