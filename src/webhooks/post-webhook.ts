import type { PostOutcome } from "./post-outcome.ts";
import { type PostAnswer, postToPublic } from "./post-to-public.ts";
import { PrivateAddress } from "./private-address.ts";
import { shownLocation } from "./shown-location.ts";
import type { SignedRequest } from "./signed-request.ts";
import { describeNetworkFault, networkCode } from "./network-fault.ts";

/** How a request may be sent. */
export interface PostOptions {
  /** Seconds for everything, from the name's address to the end of the answer. */
  readonly timeout: number;
  readonly refusePrivateAddresses: boolean;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request. MUST NOT reject. */
export type PostWebhook = typeof postWebhook;

/** Characters of an answer that are kept: to say what it was. */
const KEPT = 400;
/** Bytes of an answer that are read; what goes on after that is cut off. */
const READ = 65_536;

/** Sends one request over HTTP: certificates are verified, redirects are not followed, connections are kept for the next. */
export async function postWebhook(
  request: SignedRequest,
  { timeout, refusePrivateAddresses, signal }: PostOptions,
): Promise<PostOutcome> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeout * 1000);
  const ended = signal === undefined ? patience.signal : AbortSignal.any([patience.signal, signal]);
  try {
    const answer = await (refusePrivateAddresses ? postToPublic : post)(request, ended);
    const { status, location } = answer;
    const body = await within(beginningOf(answer.body), ended).catch((error: unknown) => {
      // The status says it all.
      if (status >= 200 && status < 300) return "";
      throw error;
    });
    if (status >= 200 && status < 300) return { kind: "accepted", status, body };
    if (status >= 300 && status < 400 && location !== undefined) {
      return { kind: "redirect", status, location: shownLocation(location, request.url) };
    }
    return { kind: "error_status", status, body };
  } catch (error) {
    if (signal?.aborted === true) return { kind: "aborted" };
    if (patience.signal.aborted) return { kind: "timeout", seconds: timeout };
    if (error instanceof PrivateAddress) return { kind: "private_address", address: error.address };
    return { kind: "unreachable", reason: describeNetworkFault(error), code: networkCode(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function post({ url, headers, body }: SignedRequest, signal: AbortSignal): Promise<PostAnswer> {
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  const location = response.headers.get("location") ?? undefined;
  return { status: response.status, location, body: response.body ?? undefined };
}

/** Reads to the end, so that the connection can be used again; keeps the beginning. */
async function beginningOf(body: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  if (body === undefined) return "";
  const decoder = new TextDecoder();
  let text = "", bytes = 0;
  for await (const chunk of body) {
    if (text.length < KEPT) text += decoder.decode(chunk, { stream: true });
    bytes += chunk.byteLength;
    if (bytes > READ) break;
  }
  return text.slice(0, KEPT);
}

/** Rejects when the signal comes first. */
async function within<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener("abort", end);
    promise.catch(() => {});
  }
}
