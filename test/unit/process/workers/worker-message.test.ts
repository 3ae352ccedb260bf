import { expect, test } from "bun:test";
import { parseOrder, parseReport } from "../../../../src/process/workers/worker-message.ts";

test("a stop says whether the other workers go on; that of an earlier version does not", () => {
  expect(parseOrder({ type: "stop", othersStay: true })).toEqual({ type: "stop", othersStay: true });
  expect(parseOrder({ type: "stop" })).toEqual({ type: "stop", othersStay: false });
});

test.each(["hurry", "reload", "ping"])("%s is an order", (type) => {
  expect(parseOrder({ type, more: 1 })).toEqual({ type } as ReturnType<typeof parseOrder>);
});

test("a refusal of the parent's is an order", () => {
  const refusal = { reason: "host_not_allowed", detail: "d", address: "127.0.0.1" } as const;
  expect(parseOrder({ type: "refused", refusal: { ...refusal, application: "x" } }))
    .toEqual({ type: "refused", refusal });
  for (const wrong of [undefined, {}, { ...refusal, reason: "constructor" }, { ...refusal, detail: 1 }]) {
    expect(parseOrder({ type: "refused", refusal: wrong })).toBeUndefined();
  }
});

test.each([[undefined], [null], ["stop"], [{}], [{ type: "other" }], [{ type: "metrics" }], [{
  type: "metrics",
  id: "1",
}]])(
  "%j is no order",
  (value) => expect(parseOrder(value)).toBeUndefined(),
);

test("reports are read, and what they have too much is left out", () => {
  expect(parseReport({ type: "listening", version: "1", more: 1 })).toEqual({
    type: "listening",
    version: "1",
  });
  expect(parseReport({ type: "metrics", id: 4, text: "a 1" })).toEqual({
    type: "metrics",
    id: 4,
    text: "a 1",
  });
  expect(parseReport({ type: "alive" })).toEqual({ type: "alive" });
  expect(parseReport({ type: "reloaded", outcome: { accepted: true, messages: ["a"] } })).toEqual({
    type: "reloaded",
    outcome: { accepted: true, messages: ["a"] },
  });
});

test.each([
  [undefined],
  [null],
  [{ type: "listening" }],
  [{ type: "metrics", id: 1 }],
  [{ type: "reloaded" }],
  [{ type: "reloaded", outcome: { accepted: "yes", messages: [] } }],
  [{ type: "reloaded", outcome: { accepted: true } }],
  [{ type: "later" }],
])("%j is no report", (value) => expect(parseReport(value)).toBeUndefined());
