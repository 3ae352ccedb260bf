import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { lookUpPublic, refusePrivateHost } from "./private-address.ts";
import type { SignedRequest } from "./signed-request.ts";

/** An answer whose body has not been read yet. */
export interface PostAnswer {
  readonly status: number;
  readonly location: string | undefined;
  /** Whether the body is packed (`Content-Encoding`), although that was not asked for. */
  readonly isPacked: boolean;
  /** As it was sent, without having been unpacked; on Deno `fetch` unpacks it piece by piece. */
  readonly body: AsyncIterable<Uint8Array> | undefined;
}

/**
 * Sends a request to a host that has public addresses only, and connects to an address that was checked. `fetch` would look the host
 * up again, and the DNS server may answer differently by then. Rejects with a PrivateAddress, and with the network's errors. `lookup`
 * is a parameter for tests.
 */
export async function postToPublic(
  { url, headers, body }: SignedRequest,
  signal: AbortSignal,
  lookup: LookupFunction = lookUpPublic,
): Promise<PostAnswer> {
  // A host that is an IP address is not looked up, so it is checked here.
  refusePrivateHost(url);
  const { promise, resolve, reject } = Promise.withResolvers<PostAnswer>();
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  const length = { "Content-Length": Buffer.byteLength(body) };
  const options = { method: "POST", headers: { ...headers, ...length }, lookup, signal };
  const request = send(url, options, (answer) => {
    const { statusCode: status = 0, headers: { location, "content-encoding": encoding } } = answer;
    resolve({ status, location, isPacked: isPacking(encoding), body: answer });
  });
  request.on("error", reject);
  request.end(body);
  return await promise;
}

/** Whether a body with this `Content-Encoding` has to be unpacked. */
export function isPacking(encoding: string | null | undefined): boolean {
  return (encoding ?? "identity") !== "identity";
}
