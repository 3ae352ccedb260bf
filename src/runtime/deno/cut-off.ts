import type { DenoWebSocket } from "./deno-api.ts";

/** What is used of Deno's internals. */
interface DenoCore {
  /** Drops a resource by its number, with the connection under it; harmless when it is gone. */
  tryClose(resource: number): void;
}

/**
 * Ends the connection under a WebSocket whose client does not answer the close frame; what is being written is still
 * written. Without this a client could hold a connection for ever that the server does not count any more. Deno has no public
 * way to do it, so this uses Deno's internals; in a version where they look otherwise it does nothing, and the connection stays
 * until the client ends it.
 */
export function cutOff(webSocket: DenoWebSocket): void {
  const resource = resourceOf(webSocket);
  if (resource !== undefined) core()?.tryClose(resource);
}

function resourceOf(webSocket: DenoWebSocket): number | undefined {
  const key = Object.getOwnPropertySymbols(webSocket).find(({ description }) => description === "[[rid]]");
  const value: unknown = key === undefined ? undefined : Reflect.get(webSocket, key);
  return typeof value === "number" ? value : undefined;
}

function core(): DenoCore | undefined {
  const { Deno } = globalThis as { readonly Deno?: { readonly internal?: symbol } };
  if (typeof Deno?.internal !== "symbol") return undefined;
  const internals = Reflect.get(Deno, Deno.internal) as { readonly core?: Partial<DenoCore> } | undefined;
  const found = internals?.core;
  return typeof found?.tryClose === "function" ? found as DenoCore : undefined;
}
