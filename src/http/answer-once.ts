import type { ApiAnswer, ApiCall } from "./api-call.ts";
import { ApiError } from "./api-error.ts";

/** What is kept of an answer whose text is not kept, and of an internal error. */
const DONE = "200", FAILED = "500";

/** Characters of an answer that is kept as a whole. */
const MOST_OF_ANSWER = 4096;

/** What a call is to do, in two steps. */
export interface Work {
  /** The name of the route: one key on two routes stands for two contents. */
  readonly route: string;
  readonly deliver: () => void;
  /** Makes the answer, which changes nothing. */
  readonly answer: () => ApiAnswer | Promise<ApiAnswer>;
}

/** The first call with this key has ended with an internal error, which was logged then. */
export class RepeatedFault extends Error {
  override readonly name = "RepeatedFault";
}

/**
 * Does the work of a call with an idempotency key, unless an earlier call with that key has done it: then it answers as the earlier one,
 * an internal error included. What is turned down before this (its signature, its fields) uses no key. Throws {@link ApiError} 409, 422 or 429.
 */
export async function answerOnce({ hub, body }: ApiCall, key: string, work: Work): Promise<ApiAnswer> {
  const call = await hub.keyedCalls.begin(key, `${work.route}${hub.application.digests.sha256Hex(body)}`);
  switch (call.state) {
    case "claimed": {
      let kept = FAILED;
      try {
        work.deliver();
        const answer = await work.answer(), { json } = answer;
        kept = json.length > MOST_OF_ANSWER ? DONE : `${DONE} ${json}`;
        return answer;
      } finally {
        call.settle(kept);
      }
    }
    case "answered": {
      if (call.answer === FAILED) throw new RepeatedFault();
      const answer = call.answer === DONE
        ? await work.answer()
        : { json: call.answer.slice(DONE.length + 1) };
      return { ...answer, isRepeated: true };
    }
    case "running": {
      const text = "A call with this idempotency key is being answered. Try again in a few seconds.";
      throw new ApiError(409, text, "api_idempotency_running");
    }
    case "different": {
      const text = "This idempotency key was used for a call with another body.";
      throw new ApiError(422, text, "api_idempotency_reused");
    }
    case "full": {
      const text =
        "The application keeps as many idempotency keys as it may (idempotency.max_keys, idempotency.max_bytes).";
      throw new ApiError(429, text, "api_idempotency_full");
    }
  }
}
