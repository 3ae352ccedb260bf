import type { RefusalReason } from "../monitoring/refusal.ts";

/**
 * An API call that is turned down. The caller gets `body`, which Laravel shows as "Pusher error: …": so it is one plain sentence,
 * or for 422 Laravel's object of messages by field.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 422 | 429 | 503;
  readonly body: string | Readonly<Record<string, readonly string[]>>;
  readonly reason: RefusalReason;
  /** For the log in the place of the body; made only when the refusal is shown; never a secret. */
  readonly logged: (() => string) | undefined;
  /** Seconds after which the caller may try again, for its `Retry-After`; `undefined` where that says nothing. */
  readonly retryAfter: number | undefined;

  constructor(
    status: ApiError["status"],
    body: ApiError["body"],
    reason: RefusalReason,
    logged?: () => string,
    retryAfter?: number,
  ) {
    super(typeof body === "string" ? body : Object.values(body).flat().join(" "));
    this.status = status;
    this.body = body;
    this.reason = reason;
    this.logged = logged;
    this.retryAfter = retryAfter;
  }
}
