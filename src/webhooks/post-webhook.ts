import type { PostOutcome } from "./post-outcome.ts";
import { privateAddressOf } from "./private-address.ts";
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
    if (refusePrivateAddresses) {
      const address = await within(privateAddressOf(request.url), ended);
      if (address !== undefined) return { kind: "private_address", address };
    }
    const response = await fetch(request.url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: ended,
    });
    const { status, headers } = response, location = headers.get("location");
    const body = await within(beginningOf(response), ended).catch((error: unknown) => {
      // The status says it all.
      if (status >= 200 && status < 300) return "";
      throw error;
    });
    if (status >= 200 && status < 300) return { kind: "accepted", status, body };
    if (status >= 300 && status < 400 && location !== null) {
      return { kind: "redirect", status, location: shownLocation(location, request.url) };
    }
    return { kind: "error_status", status, body };
  } catch (error) {
    if (signal?.aborted === true) return { kind: "aborted" };
    if (patience.signal.aborted) return { kind: "timeout", seconds: timeout };
    return { kind: "unreachable", reason: describeNetworkFault(error), code: networkCode(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Reads to the end, so that the connection can be used again; keeps the beginning. */
async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "", bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (text.length < KEPT) text += decoder.decode(value, { stream: true });
    bytes += value.byteLength;
    if (bytes > READ) {
      await reader.cancel();
      break;
    }
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
