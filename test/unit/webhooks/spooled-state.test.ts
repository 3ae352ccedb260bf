import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { decodeSpool, encodeSpool, type SpooledApplication } from "../../../src/webhooks/spooled-state.ts";

const SPOOLED: readonly SpooledApplication[] = [{
  id: "app",
  departures: [
    { channel: "a" },
    { channel: "presence-a", userId: "1", mark: { topic: "app\npresence-a", subject: "+1", token: "n.1:7" } },
    { channel: "b", origin: { isSigned: false, address: "192.0.2.1", connection: "1.2" } },
  ],
  queues: [{
    target: "0123",
    batches: [{
      id: "d1",
      body: '{"time_ms":1,"events":[]}',
      keys: ["a"],
      events: 2,
      bytes: 20,
      expiresAt: 5,
    }],
    waiting: [
      { key: "a", json: "{}", bytes: 2, at: 3 },
      {
        key: "b",
        json: "{}",
        bytes: 2,
        at: 4,
        origin: { isSigned: true, address: "192.0.2.2", connection: "3.4" },
      },
    ],
  }],
}];

test("a spooled text is decoded to what was encoded", () => {
  expect(decodeSpool(encodeSpool(SPOOLED))).toEqual(SPOOLED);
});

test("a text that is cut off, of another version or of another kind is not decoded", () => {
  const text = encodeSpool(SPOOLED);
  for (let length = 0; length < text.length - 1; length++) {
    expect(decodeSpool(text.slice(0, length))).toBeUndefined();
  }
  expect(decodeSpool(text.replace('"version":1', '"version":2'))).toBeUndefined();
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(decodeSpool(json)).toBeUndefined();
    }),
  );
});

test.each([
  ['"channel":"a"', '"channel":1'],
  ['"userId":"1"', '"userId":1'],
  ['"token":"n.1:7"', '"token":null'],
  ['"keys":["a"]', '"keys":[1]'],
  ['"expiresAt":5', '"expiresAt":"5"'],
  ['"bytes":2,', '"bytes":-2,'],
  ['"at":3', '"at":null'],
  ['"isSigned":true', '"isSigned":1'],
  ['"address":"192.0.2.1"', '"address":null'],
  ['"connection":"3.4"', '"connection":3.4'],
  ['"target":"0123"', '"target":{}'],
])("%s must not be %s", (right, wrong) => {
  const text = encodeSpool(SPOOLED);
  expect(text).toContain(right);
  expect(decodeSpool(text.replace(right, wrong))).toBeUndefined();
});
