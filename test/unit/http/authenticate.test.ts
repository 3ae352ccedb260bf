import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { Application } from "../../../src/hub/applications/application.ts";
import { ApiError } from "../../../src/http/api-error.ts";
import { authenticate, type SignedCall } from "../../../src/http/authenticate.ts";
import { applicationConfig } from "../../support/fake-hub.ts";
import { hmac } from "../../support/sign-channel.ts";
import { encodeQuery, type QueryParameters, signRequest } from "../../support/sign-request.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";

const NOW = 1_700_000_000;
const application = new Application(applicationConfig());

interface Call {
  readonly path?: string;
  readonly prefix?: string;
  readonly query?: QueryParameters;
  readonly body?: string;
  readonly timestamp?: string;
  readonly replaced?: Readonly<Record<string, string | undefined>>;
}

/** A call that is signed and sent like pusher-http-php's. */
function newCall(
  { path = "/apps/app-id/events", prefix = "", query, body, timestamp, replaced }: Call = {},
): SignedCall {
  const parameters = signRequest({
    method: "POST",
    path,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...TEST_APPLICATION,
    timestamp: timestamp ?? String(NOW),
  }, replaced);
  return {
    method: "POST",
    path: prefix + path,
    prefix,
    query: encodeQuery(parameters),
    body: new TextEncoder().encode(body ?? ""),
    hidesBody: false,
  };
}

/** The error that the caller gets; `undefined` when the call is accepted. */
function refusal(call: SignedCall, strict = true): unknown {
  try {
    authenticate(application, call, strict, NOW);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(error.status).toBe(401);
    expect(`${error.message} ${error.logged ?? ""}`).not.toContain(TEST_APPLICATION.secret);
    return error.body;
  }
}

const INVALID = "Authentication signature invalid.";

test("a call that PHP's client signed is accepted, and its parameters are decoded", () => {
  const query = { info: ["user_count", "subscription_count"], filter_by_prefix: "presence-ä &=+%" };
  const parameters = authenticate(application, newCall({ query, body: "{}" }), true, NOW);
  expect(parameters.get("info")).toBe("user_count,subscription_count");
  expect(parameters.get("filter_by_prefix")).toBe("presence-ä &=+%");
});

test("a path that was signed without the server's prefix is accepted, with it refused", () => {
  expect(refusal(newCall({ prefix: "/ws" }))).toBeUndefined();
  expect(refusal({ ...newCall(), prefix: "/apps" })).toBe(INVALID);
});

test("the other forms that client libraries sign are accepted as well", () => {
  const sign = (path: string, query: string): string => hmac("app-secret", `GET\n${path}\n${query}`);
  const auth = `auth_key=app-key&auth_timestamp=${NOW}&auth_version=1.0`;
  const call = (path: string, query: string, signature: string): SignedCall => ({
    method: "GET",
    path,
    prefix: "",
    query: `${query}&auth_signature=${signature}`,
    body: new Uint8Array(0),
    hidesBody: false,
  });
  // The query as it was sent, encoded or with its list unfolded.
  const list = `${auth}&info[]=a`;
  expect(refusal(call("/p", list, sign("/p", list)))).toBeUndefined();
  const encoded = `${auth}&x=%C3%A4`;
  expect(refusal(call("/p", encoded, sign("/p", encoded)))).toBeUndefined();
  // The path decoded.
  expect(refusal(call("/p/a%40b", auth, sign("/p/a@b", auth)))).toBeUndefined();
  expect(refusal(call("/p/a%40b", auth, sign("/p/a%40b", auth)))).toBeUndefined();
  expect(refusal(call("/p/%zz", auth, sign("/p/%zz", auth)))).toBeUndefined();
});

describe("body_md5 of a call without a body", () => {
  const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e", OTHER_MD5 = "5d41402abc4b2a76b9719d911017c592";
  const newReadCall = (body_md5: string | undefined): SignedCall => newCall({ replaced: { body_md5 } });

  test("may be there, and is the MD5 of nothing then", () => {
    expect(refusal(newReadCall(undefined))).toBeUndefined();
    expect(refusal(newReadCall(EMPTY_MD5))).toBeUndefined();
    expect(refusal(newReadCall(OTHER_MD5))).toBe(INVALID);
    expect(refusal(newReadCall(""))).toBe(INVALID);
  });

  test("has to be signed", () => {
    const unsigned = newReadCall(undefined), signed = newReadCall(EMPTY_MD5);
    expect(refusal({ ...unsigned, query: `${unsigned.query}&body_md5=${EMPTY_MD5}` })).toBe(INVALID);
    expect(refusal({ ...signed, query: signed.query.replace(/&body_md5=\w+/, "") })).toBe(INVALID);
  });

  test("is believed as it was signed where there is a body that the runtime hides", () => {
    for (const md5 of [undefined, EMPTY_MD5, OTHER_MD5]) {
      const call = { ...newReadCall(md5), hidesBody: true };
      expect(refusal(call)).toBeUndefined();
      expect(refusal({ ...call, query: `${call.query}&extra=1` })).toBe(INVALID);
    }
    const changed = newReadCall(OTHER_MD5).query.replace(OTHER_MD5, EMPTY_MD5);
    expect(refusal({ ...newReadCall(OTHER_MD5), hidesBody: true, query: changed })).toBe(INVALID);
  });
});

describe("refused is", () => {
  test("another secret, method, path, parameter or body", () => {
    const call = newCall({ query: { info: "a" }, body: "{}" });
    expect(refusal(call)).toBeUndefined();
    expect(refusal({ ...call, method: "GET" })).toBe(INVALID);
    expect(refusal({ ...call, path: "/apps/app-id/batch_events" })).toBe(INVALID);
    expect(refusal({ ...call, query: `${call.query}&extra=1` })).toBe(INVALID);
    expect(refusal({ ...call, query: call.query.replace("info=a", "info=b") })).toBe(INVALID);
    expect(refusal({ ...call, body: new TextEncoder().encode("{ }") })).toBe(INVALID);
    expect(refusal({ ...call, body: new Uint8Array(0) })).toBe(INVALID);
    expect(refusal({ ...call, query: call.query.replace(/auth_signature=\w+/, "") })).toBe(INVALID);
    const other = new Application(applicationConfig({ secret: "another" }));
    expect(() => authenticate(other, call, true, NOW)).toThrow(INVALID);
  });

  test("another key, unless keys are not checked", () => {
    const call = newCall({ replaced: { auth_key: "other" } });
    expect(refusal(call)).toBe("The auth_key is not that of application [app-id].");
    expect(refusal(newCall({ replaced: { auth_key: undefined } }))).toContain("auth_key");
    expect(refusal(call, false)).toBeUndefined();
  });

  test.each([
    [String(NOW - 600), undefined],
    [String(NOW + 600), undefined],
    [String(NOW - 601), "601 seconds away"],
    [String(NOW + 601), "601 seconds away"],
    ["0", "seconds away"],
    ["", "missing or is not"],
    ["-1", "missing or is not"],
    ["1e9", "missing or is not"],
    [`${NOW}.5`, "missing or is not"],
    ["9".repeat(30), "missing or is not"],
    [`${NOW} `, "missing or is not"],
  ])("a timestamp of %j: %p", (timestamp, reason) => {
    const told = refusal(newCall({ timestamp }));
    if (reason === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(reason);
    expect(refusal(newCall({ timestamp }), false)).toBeUndefined();
  });

  test("the usual call of an event with anything in it changed, in each order of its parameters", () => {
    const call = newCall({ body: "{}" });
    const reversed = call.query.split("&").reverse().join("&");
    expect(call.query).toMatch(/^auth_key=.+&body_md5=\w+&auth_signature=\w+$/);
    for (const query of [call.query, reversed]) {
      expect(refusal({ ...call, query })).toBeUndefined();
      expect(refusal({ ...call, query, method: "GET" })).toBe(INVALID);
      expect(refusal({ ...call, query, path: "/apps/app-id/batch_events" })).toBe(INVALID);
      expect(refusal({ ...call, query, body: new TextEncoder().encode("[]") })).toBe(INVALID);
      expect(refusal({ ...call, query: query.replace("auth_version=1.0", "auth_version=1.1") })).toBe(
        INVALID,
      );
      expect(refusal({ ...call, query: query.replace(/(?<=signature=)\w/, "x") })).toBe(INVALID);
      // Reverb takes the digest of the body itself, and ignores the one that was sent.
      expect(refusal({ ...call, query: query.replace(/(?<=md5=)\w{4}/, "0000") })).toBeUndefined();
    }
  });

  test("any query and body without a signature, as an error of the caller", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(fc.property(text, text, text, fc.boolean(), (path, query, body, strict) => {
      const encoded = new TextEncoder().encode(body);
      const call = { method: "GET", path, prefix: "/ws", query, body: encoded, hidesBody: false };
      expect(refusal(call, strict)).toBeString();
    }));
  });
});
