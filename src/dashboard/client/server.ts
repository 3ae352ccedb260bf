import type { Failure } from "../wire.ts";

/** The session is over: there is nobody signed in any more. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

const { path = "", token = "" } = document.body.dataset;

/** Asks the server for something. Throws {@link SignedOut}, or an error with a sentence for people. */
export function ask<Answer>(what: string, query: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return call(`${path}/${what}?${new URLSearchParams(query)}`, {});
}

/** Asks the server to do something; throws as `ask` does. */
export function order(what: string, body: unknown = {}): Promise<unknown> {
  return call(`${path}/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Request-Token": token },
    body: JSON.stringify(body),
  });
}

/** Where the live stream is. */
export const STREAM_URL = `${path}/stream`;

/** Shows the page on which to sign in. */
export function goToSignIn(): void {
  location.assign(path);
}

async function call<Answer>(url: string, request: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, { ...request, cache: "no-store", signal: AbortSignal.timeout(15_000) });
  } catch {
    throw new Error("The server cannot be reached.");
  }
  if (response.status === 401) throw new SignedOut("Sign in again: the session is over.");
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    throw new Error((answer as Failure | undefined)?.error ?? `The server answered ${response.status}.`);
  }
  return answer as Answer;
}
