import { before } from "../failures/deadline.ts";
import { outcomeOfAnswer, outcomeOfError, type PostOutcome } from "./post-outcome.ts";
import { isPacking, type PostAnswer, postToPublic } from "./post-to-public.ts";
import type { SignedRequest } from "./signed-request.ts";

/** How a request may be sent. */
export interface PostOptions {
  /** Seconds for the whole request, from looking up the host to the end of the answer. */
  readonly timeout: number;
  readonly refusePrivateAddresses: boolean;
  /** Aborts it. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request. MUST NOT reject. */
export type PostWebhook = typeof postWebhook;

/** Characters of an answer that are kept, for messages about it. */
const KEPT = 400;
/** Bytes of an answer that are read; then the connection is closed. */
const READ = 65_536;

/** Sends one request over HTTP. Certificates are verified, redirects are not followed, and the connection is kept for the next request. */
export async function postWebhook(
  request: SignedRequest,
  { timeout, refusePrivateAddresses, signal }: PostOptions,
): Promise<PostOutcome> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeout * 1000);
  const ended = signal === undefined ? patience.signal : AbortSignal.any([patience.signal, signal]);
  try {
    const answer = await (refusePrivateAddresses ? postToPublic : post)(request, ended);
    const { status, location, isPacked } = answer;
    const body = await before(ended, beginningOf(answer.body)).catch((error: unknown) => {
      // With such a status the request was accepted, also when the body does not come.
      if (status >= 200 && status < 300) return "";
      throw error;
    });
    return outcomeOfAnswer(request.url, status, location, isPacked ? "" : body);
  } catch (error) {
    if (signal?.aborted === true) return { kind: "aborted" };
    if (patience.signal.aborted) return { kind: "timeout", seconds: timeout };
    return outcomeOfError(error);
  } finally {
    clearTimeout(timer);
  }
}

async function post({ url, headers, body }: SignedRequest, signal: AbortSignal): Promise<PostAnswer> {
  // Without `decompress: false` Bun unpacks all of an answer before its beginning can be read: 300 KB become 300 MB.
  const options = { method: "POST", headers, body, redirect: "manual", signal, decompress: false } as const;
  const response = await fetch(url, options);
  const location = response.headers.get("location") ?? undefined;
  const isPacked = isPacking(response.headers.get("content-encoding"));
  return { status: response.status, location, isPacked, body: response.body ?? undefined };
}

/** Reads the body to its end, so that the connection can be used again, and returns its beginning. */
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
