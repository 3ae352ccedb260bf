/** The parts of an answer that a caller acts on, for one exact comparison. */
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

/** Reduces an answer, of `fetch` or of a raw socket, to status, content type and exact body. */
export function answerOf(
  response: {
    readonly status: number;
    readonly headers: { get(name: string): string | null | undefined };
    readonly text?: string;
    readonly body?: Uint8Array;
  },
): Answer {
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? null,
    body: response.text ?? Buffer.from(response.body ?? []).toString(),
  };
}

/** A JSON answer. */
export function json(body: string, status = 200): Answer {
  return { status, type: "application/json", body };
}

/** A plain sentence: what pusher-http-php shows as "Pusher error: …". */
export function sentence(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=UTF-8", body };
}

/** Laravel's answer to invalid input: messages by field. */
export function invalid(faults: Readonly<Record<string, readonly string[]>>): Answer {
  return json(JSON.stringify(faults), 422);
}
