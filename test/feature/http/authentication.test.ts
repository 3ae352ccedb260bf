import { expect, test } from "bun:test";
import { ApiClient, type ApiRequestOptions } from "../../support/api-client.ts";
import { startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { answerOf, json, sentence } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const EVENT = { name: "e", data: "x", channels: ["a"] };
const INVALID = sentence(401, "Authentication signature invalid.");
const WRONG_KEY = sentence(401, "The auth_key is not that of application [app-id].");
const NO_TIME = sentence(401, "The auth_timestamp is missing or is not a Unix time in seconds.");

const server = useServer();
const api = new ApiClient(server);

function secondsAgo(seconds: number): number {
  return Math.floor(Date.now() / 1000) - seconds;
}

const WRONG: ReadonlyArray<readonly [string, ApiRequestOptions, ReturnType<typeof sentence>]> = [
  ["another secret", { secret: "app-secret2" }, INVALID],
  ["an empty secret", { secret: "" }, INVALID],
  ["the signature missing", { sentAs: { auth_signature: undefined } }, INVALID],
  ["an empty signature", { sentAs: { auth_signature: "" } }, INVALID],
  ["a signature of zeroes", { sentAs: { auth_signature: "0".repeat(64) } }, INVALID],
  ["a signature that is no hex", { sentAs: { auth_signature: "ü".repeat(32) } }, INVALID],
  ["the body changed", { sentBody: '{"name":"e","data":"y","channels":["a"]}' }, INVALID],
  ["the body taken away", { sentBody: "" }, INVALID],
  ["a parameter added after signing", { sentAs: { info: "user_count" } }, INVALID],
  ["a parameter changed after signing", { sentAs: { auth_version: "1.1" } }, INVALID],
  ["another path signed", { signedPath: "/apps/app-id/batch_events" }, INVALID],
  ["another application's path signed", { signedPath: "/apps/other/events" }, INVALID],
  ["another key", { key: "app-key2" }, WRONG_KEY],
  ["the key in other letters", { key: "APP-KEY" }, WRONG_KEY],
  ["the key missing", { signedAs: { auth_key: undefined } }, WRONG_KEY],
  ["an empty key", { key: "" }, WRONG_KEY],
  ["the timestamp missing", { signedAs: { auth_timestamp: undefined } }, NO_TIME],
  ["an empty timestamp", { timestamp: "" }, NO_TIME],
  ["a timestamp that is no number", { timestamp: "now" }, NO_TIME],
  ["a negative timestamp", { timestamp: "-1" }, NO_TIME],
  ["a timestamp with a fraction", { timestamp: `${secondsAgo(0)}.5` }, NO_TIME],
  ["a timestamp in hex", { timestamp: "0x6a000000" }, NO_TIME],
];

test.each(WRONG)("401 for a call with %s", async (_, options, answer) => {
  await using listener = await Peer.subscribed(server, "a");
  expect(answerOf(await api.post("/events", EVENT, options))).toEqual(answer);
  await listener.expectSilence();
});

test("a timestamp may be ten minutes off in either direction, and not more", async () => {
  // A call may take ten seconds on a busy machine.
  for (const seconds of [590, -595]) {
    expect((await api.get("/channels", {}, { timestamp: secondsAgo(seconds) })).status).toBe(200);
  }
  for (const seconds of [610, -610, 1_000_000, -1_000_000]) {
    const begun = secondsAgo(0);
    const answer = await api.get("/channels", {}, { timestamp: begun - seconds });
    const took = secondsAgo(0) - begun;
    expect(answer.status).toBe(401);
    const [, off] = /^The auth_timestamp is (\d+) seconds away from this server's clock; 600 are allowed\.$/
      .exec(answer.text) ?? [];
    // The clock may have gone on between the call and the check.
    expect(Math.abs(Number(off) - Math.abs(seconds))).toBeLessThanOrEqual(1 + took);
  }
});

test("milliseconds instead of seconds are far away", async () => {
  expect((await api.get("/channels", {}, { timestamp: Date.now() })).text)
    .toMatch(/^The auth_timestamp is \d+ seconds away from this server's clock; 600 are allowed\.$/);
});

test("body_md5 is computed here, so that leaving it out or sending a wrong one gains nothing", async () => {
  // Signed without body_md5: as if the body were not covered.
  expect(answerOf(await api.post("/events", EVENT, { signedAs: { body_md5: undefined } }))).toEqual(INVALID);
  expect(answerOf(await api.post("/events", EVENT, { signedAs: { body_md5: "0".repeat(32) } }))).toEqual(
    INVALID,
  );
  // Not sent but signed: the server's own is the right one.
  expect(answerOf(await api.post("/events", EVENT, { sentAs: { body_md5: undefined } }))).toEqual(json("{}"));
});

test("every route asks for the signature before it says anything else", async () => {
  const options = { secret: "wrong" };
  const calls = [
    api.post("/events", "no json", options),
    api.post("/batch_events", {}, options),
    api.get("/channels", {}, options),
    api.get("/channels/a", {}, options),
    api.get("/channels/a/users", {}, options),
    api.get("/connections", {}, options),
    api.post("/users/1/terminate_connections", {}, options),
  ];
  for (const call of calls) expect(answerOf(await call)).toEqual(INVALID);
});

test("a call for one method is not good for another", async () => {
  const answer = await api.request("POST", "/users/a/terminate_connections", {
    signedPath: "/apps/app-id/users/b/terminate_connections",
  });
  expect(answerOf(answer)).toEqual(INVALID);
  const unsigned = await fetch(`${server.url}/apps/app-id/channels`);
  expect([unsigned.status, await unsigned.text()]).toEqual([401, WRONG_KEY.body]);
});

test("another version of the signature is what the caller says it is", async () => {
  expect((await api.get("/channels", {}, { signedAs: { auth_version: "2.0" } })).status).toBe(200);
  expect((await api.get("/channels", {}, { signedAs: { auth_version: undefined } })).status).toBe(200);
});

test("REVERB_STRICT_API_AUTHENTICATION=false forgives key and time, never the signature", async () => {
  await using lenient = await startServer({ env: { REVERB_STRICT_API_AUTHENTICATION: "false" } });
  const client = new ApiClient(lenient, TEST_APPLICATION);
  const forgiven: ApiRequestOptions[] = [
    { key: "another" },
    { signedAs: { auth_key: undefined } },
    { timestamp: 0 },
    { timestamp: "now" },
    { signedAs: { auth_timestamp: undefined } },
  ];
  for (const options of forgiven) {
    expect(answerOf(await client.post("/events", EVENT, options))).toEqual(json("{}"));
  }
  for (const [, options, answer] of WRONG) {
    if (answer === INVALID) expect(answerOf(await client.post("/events", EVENT, options))).toEqual(INVALID);
  }
});
