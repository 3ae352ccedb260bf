import { describe, expect, test } from "bun:test";
import { answerOnce, RepeatedFault } from "../../../src/http/answer-once.ts";
import { postEvents } from "../../../src/http/events.ts";
import type { ApiAnswer, ApiCall } from "../../../src/http/api-call.ts";
import { FakeHub } from "../../support/fake-hub.ts";

function callOf({ hub }: FakeHub, body = "{}", headers: Record<string, string> = {}): ApiCall {
  return {
    ...{ hub, body: new TextEncoder().encode(body), headers: new Headers(headers) },
    ...{ parameters: new Map(), path: () => "" },
  };
}

/** Counts how often it delivers and answers. */
class Work {
  readonly route = "events";
  delivered = 0;
  answered = 0;
  answer: () => ApiAnswer | Promise<ApiAnswer>;
  readonly deliver = (): void => void this.delivered++;

  constructor(answer: () => ApiAnswer | Promise<ApiAnswer>) {
    this.answer = () => {
      this.answered++;
      return answer();
    };
  }
}

describe("a call that is answered once", () => {
  test("gives its answer to all that repeat it", async () => {
    const fake = new FakeHub(), work = new Work(() => Promise.resolve({ json: '{"channels":{}}' }));
    expect(await answerOnce(callOf(fake), "a", work)).toEqual({ json: '{"channels":{}}' });
    expect(await answerOnce(callOf(fake), "a", work)).toEqual({ json: '{"channels":{}}', isRepeated: true });
    expect([work.delivered, work.answered]).toEqual([1, 1]);
  });

  test("has a long answer made anew, and delivers nothing", async () => {
    const fake = new FakeHub();
    let count = 0;
    const work = new Work(() => ({ json: JSON.stringify([++count, "x".repeat(4096)]) }));
    expect((await answerOnce(callOf(fake), "a", work)).json).toStartWith("[1,");
    const again = await answerOnce(callOf(fake), "a", work);
    expect([again.json.slice(0, 3), again.isRepeated, work.delivered]).toEqual(["[2,", true, 1]);
  });

  test("keeps an internal error, of which a part may have been delivered", async () => {
    const fake = new FakeHub(), work = new Work(() => ({ json: "{}" }));
    const failing = {
      ...work,
      deliver: () => {
        throw new Error("a fault");
      },
    };
    await expect(answerOnce(callOf(fake), "a", failing)).rejects.toThrow("a fault");
    await expect(answerOnce(callOf(fake), "a", work)).rejects.toBeInstanceOf(RepeatedFault);
    expect([work.delivered, work.answered]).toEqual([0, 0]);
  });

  test("is refused with a status and a reason where its key is another's, runs, or has no room", async () => {
    const fake = new FakeHub({ idempotency: { seconds: 600, maxKeys: 2, maxBytes: 10_000 } });
    const work = new Work(() => ({ json: "{}" }));
    const refusal = async (key: string, body?: string): Promise<unknown> => {
      const { status, reason } = await answerOnce(callOf(fake, body), key, work).catch((error) => error);
      return [status, reason];
    };
    await answerOnce(callOf(fake), "a", work);
    expect(await refusal("a", '{"a":1}')).toEqual([422, "api_idempotency_reused"]);
    await fake.hub.keyedCalls.begin("runs", "content");
    expect(await refusal("b")).toEqual([429, "api_idempotency_full"]);
    const waiting = refusal("runs");
    fake.now += 5;
    expect(await waiting).toEqual([409, "api_idempotency_running"]);
    expect(work.delivered).toBe(1);
  });

  test("waits for its claim, and one without a key is answered in the same turn", () => {
    const fake = new FakeHub(), body = '{"name":"e","data":"x","channel":"news"}';
    expect(postEvents(callOf(fake, body))).toEqual({ json: "{}" });
    expect(postEvents(callOf(fake, body, { "Idempotency-Key": "a" }))).toBeInstanceOf(Promise);
  });
});
