import type { Failure } from "../answers.ts";

/** The session has ended, so a request was refused. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

const { path = "", token = "" } = document.body.dataset;

/** Reads data from the server. Throws {@link SignedOut}, or an error with a sentence that the page can show. */
export function ask<Answer>(what: string, query: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return call(`${path}/${what}?${new URLSearchParams(query)}`, {});
}

/** Has the server change something; throws as `ask` does. */
export function order<Answer>(what: string, body: unknown = {}): Promise<Answer> {
  return call(`${path}/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Request-Token": token },
    body: JSON.stringify(body),
  });
}

/** The URL of the live stream. */
export const STREAM_URL = `${path}/stream`;

/** Loads the page to sign in. */
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
  if (response.status === 401) throw new SignedOut("The session has ended. Sign in again.");
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    throw new Error((answer as Failure | undefined)?.error ?? `The server answered ${response.status}.`);
  }
  return answer as Answer;
}
