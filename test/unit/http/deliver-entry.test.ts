import { expect, test } from "bun:test";
import { deliverEntry, type DeliveryServices } from "../../../src/http/deliver-entry.ts";
import type { LookupOutcome } from "../../../src/hub/applications/application-lookup.ts";
import { FakeHub } from "../../support/fake-hub.ts";
import { encodeQuery, signRequest } from "../../support/sign-request.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";

const { id, key, secret } = TEST_APPLICATION;

function entryOf(fields: object, application = id) {
  const body = JSON.stringify({ name: "e", channel: "news", data: "x", ...fields });
  const call = { method: "POST", path: `/apps/${application}/events`, body, key, secret };
  return { id: "1-1", application, auth: encodeQuery(signRequest({ ...call, timestamp: "1" })), body };
}

/** A server of one application; `outcomes` are what becomes of one wait after the other for an application. */
function servicesOf(fake: FakeHub, outcomes: readonly LookupOutcome[] = []): DeliveryServices {
  const left = [...outcomes];
  return {
    ...{ monitor: fake.monitor, maxRequestSize: 1000 },
    hubById: (asked) => asked === id ? fake.hub : undefined,
    lookup: {
      await: () => {
        const outcome = left.shift();
        return outcome === undefined ? undefined : Promise.resolve(outcome);
      },
    },
  };
}

const reasons = (fake: FakeHub): string[] => [...fake.monitor.counters.refusals.keys()];

test("an entry is delivered as a call that is signed with the same secret, of any age", async () => {
  const fake = new FakeHub();
  expect(await deliverEntry(servicesOf(fake), entryOf({}))).toBe("delivered");
  expect(fake.monitor.counters.eventsPublished).toBe(1);
});

test("an entry with an idempotency key is delivered once", async () => {
  const fake = new FakeHub(), entry = entryOf({ idempotency_key: "k" });
  expect(await deliverEntry(servicesOf(fake), entry)).toBe("delivered");
  expect(await deliverEntry(servicesOf(fake), entry)).toBe("repeated");
  expect(fake.monitor.counters.eventsPublished).toBe(1);
});

test.each([
  [
    "another body",
    { ...entryOf({}), body: '{"name":"e","channel":"news","data":"forged"}' },
    "api_unauthorized",
  ],
  ["no signature", { ...entryOf({}), auth: "" }, "api_unauthorized"],
  ["another application's path", { ...entryOf({}, "other"), application: id }, "api_unauthorized"],
  ["an unknown application", entryOf({}, "other"), "api_unknown_application"],
  ["a body beyond the limit", entryOf({ data: "ü".repeat(500) }), "api_too_large"],
  ["no name", entryOf({ name: undefined }), "api_invalid"],
])("an entry with %s is refused, counted and logged", async (_, entry, reason) => {
  const fake = new FakeHub();
  expect(await deliverEntry(servicesOf(fake), entry)).toBe("refused");
  expect(reasons(fake)).toEqual([reason]);
  expect(fake.log.join()).toContain("entry 1-1 of an event stream");
  expect(fake.log.join()).not.toContain(secret);
  expect(fake.monitor.counters.eventsPublished).toBe(0);
});

test("an application that has to be looked up is waited for, a few times", async () => {
  const fake = new FakeHub();
  expect(await deliverEntry(servicesOf(fake, ["away", "crowded", "settled"]), entryOf({}))).toBe("delivered");
  expect(await deliverEntry(servicesOf(fake, ["away", "away", "away"]), entryOf({}))).toBe("refused");
  expect(reasons(fake)).toEqual(["api_application_late"]);
});
