import { describe, expect, test } from "bun:test";
import { entryOfActivity, PAYLOAD_CHARACTERS } from "../../../src/dashboard/entry-of-activity.ts";

const SIGNATURE = "a1".repeat(32);

describe("an entry of the console", () => {
  test("names the channel of a confirmed subscription behind a long roster", () => {
    const roster = JSON.stringify({ presence: { hash: { 1: { note: ',"channel":"wrong"' } } } });
    const frame = `{"event":"pusher_internal:subscription_succeeded","data":${
      JSON.stringify(roster)
    },"channel":"presence-a\\"b"}`;
    expect(entryOfActivity({ kind: "subscribed", connection: "1.2", frame }, 7)).toEqual({
      kind: "subscribed",
      at: 7,
      connection: "1.2",
      channel: 'presence-a"b',
    });
  });

  test("shows a client event as it was sent, and a hostile one as text", () => {
    const data = '{"a":"</script>", "n":12345678901234567890}';
    const message = { type: "client-event", event: "client-<b>", channel: "x", data } as const;
    const activity = { kind: "client-event", connection: "1.2", message, receivers: 3 } as const;
    expect(entryOfActivity(activity, 7)).toMatchObject({
      event: "client-<b>",
      channel: "x",
      payload: data,
      receivers: 3,
    });
  });

  test("shows no auth values and no signatures, also in a payload that is cut", () => {
    const data = {
      auth: `key:${SIGNATURE}`,
      inner: JSON.stringify({ auth: `key:${SIGNATURE}` }),
      signature: SIGNATURE,
    };
    const padding = "x".repeat(PAYLOAD_CHARACTERS - 400);
    for (const text of [JSON.stringify(data), padding + JSON.stringify(data).repeat(3)]) {
      const entry = entryOfActivity({
        kind: "api-event",
        channel: "c",
        event: "E",
        data: JSON.stringify(text),
        receivers: 0,
      }, 7);
      expect(entry.payload).not.toContain(SIGNATURE.slice(0, 8));
      expect(entry.payload).not.toContain("key:");
      expect(entry.payload!.length).toBeLessThanOrEqual(PAYLOAD_CHARACTERS);
      expect(entry.payloadLength).toBe(text.length > PAYLOAD_CHARACTERS ? text.length : undefined);
    }
  });

  test("has the reasons of a disconnect and of a refusal in words", () => {
    const ended = entryOfActivity({
      kind: "disconnected",
      connection: "1.2",
      code: 4201,
      reason: "pong_missing",
    }, 7);
    expect(ended.detail).toBe("no answer to a ping (4201)");
    const refusal = {
      ...{ reason: "rate_limited", detail: "more than 5 messages", connection: "1.2" } as const,
      channel: SIGNATURE,
    };
    expect(entryOfActivity({ kind: "refused", refusal }, 7)).toMatchObject({
      connection: "1.2",
      reason: "rate_limited",
      detail: "rate limited: more than 5 messages",
      // The name of a channel may be a hash, and is shown in full.
      channel: SIGNATURE,
    });
  });
});
