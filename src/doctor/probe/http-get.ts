import type { IncomingMessage } from "node:http";
import { exchange, type Exchanged } from "./exchange.ts";
import { ProbeError } from "./probe-error.ts";
import type { ProbeTarget } from "./probe-target.ts";

/** Status and headers of an answer over HTTP. */
export interface HttpHead {
  readonly status: number;
  /** By lower-case name; the values of a repeated one are joined, or the first is kept where only one makes sense. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A whole answer over HTTP. */
export interface HttpAnswer extends HttpHead {
  readonly body: string;
}

/** Bytes of a body; no answer that a probe asks for is longer. */
const MAX_BYTES = 262_144;

/** Asks a server for a route (below the target's prefix, with its query). Rejects with a `ProbeError`. */
export function httpGet(target: ProbeTarget, route: string, timeout: number): Promise<Exchanged<HttpAnswer>> {
  const headers = { Accept: "application/json", Connection: "close" };
  return exchange(target, { route, headers, timeout }, { answered: readAnswer });
}

/** What stands at the beginning of an answer. */
export function headOf({ statusCode = 0, headers }: IncomingMessage): HttpHead {
  const values = Object.entries(headers).map(([name, value = ""]) => [name, String(value)] as const);
  return { status: statusCode, headers: new Map(values) };
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new ProbeError("other", "the answer is endless");
  }
  return { ...headOf(response), body: Buffer.concat(chunks).toString() };
}
