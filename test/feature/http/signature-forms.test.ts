import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { ApiClient } from "../../support/api-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { hmac } from "../../support/sign-channel.ts";
import { startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { type Answer, answerOf, json, sentence } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { useResource } from "../../support/use-resource.ts";
import { Peer } from "../../support/peer.ts";

// The ways in which client libraries in use sign and send the same call.

const server = useServer();
useResource(() => Peer.subscribed(server, "presence-forms", { user_id: 1, user_info: {} }));
// Last, since a connection that has sent nothing yet is closed after some seconds.
const raw = useResource(() => RawSocket.open(server));
const NAMES = ["presence-räum 1", "presence-a/b;c=d@e,f", "100%"];

/** Sends exactly this path and query (a signature is added), having signed exactly that path and those parameters. */
async function call(
  sent: { path: string; query: string },
  signed: { path: string; query: string },
): Promise<Answer> {
  const signature = hmac(TEST_APPLICATION.secret, `GET\n${signed.path}\n${signed.query}`);
  const target = `${sent.path}?${sent.query}&auth_signature=${signature}`;
  return answerOf(await raw.request(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`));
}

/** The same in what is sent and in what is signed, also where a second begins between the two. */
const AUTH = `auth_key=${TEST_APPLICATION.key}&auth_timestamp=${
  Math.floor(Date.now() / 1000)
}&auth_version=1.0`;

const CHANNELS = "/apps/app-id/channels";
const BOTH = json('{"channels":{"presence-forms":{"user_count":1}}}');
const NONE = sentence(401, "Authentication signature invalid.");

test.each([
  ["info=user_count,subscription_count", "info=user_count,subscription_count", "as it is signed"],
  ["info=user_count%2Csubscription_count", "info=user_count,subscription_count", "encoded, signed decoded"],
  [
    "info%5B0%5D=user_count&info%5B1%5D=x",
    "info=user_count,x",
    "as pusher-http-php sends a list, signed folded",
  ],
  ["info[0]=user_count&info[1]=x", "info=user_count,x", "as a list in plain brackets, signed folded"],
  ["info%5B%5D=user_count&info%5B%5D=x", "info=user_count,x", "as a list without indexes, signed folded"],
  ["info%5B0%5D=user_count&info%5B1%5D=x", "info[0]=user_count&info[1]=x", "as a list, signed literally"],
  ["info%5B%5D=user_count", "info[]=user_count", "as a list of one, signed literally"],
])("the query %s is good when %s is signed: %s", async (query, signed) => {
  const path = CHANNELS;
  expect(await call({ path, query: `${AUTH}&${query}` }, { path, query: `${AUTH}&${signed}` })).toEqual(
    BOTH,
  );
});

test("the query may come un-encoded, as the Node library sends it", async () => {
  const path = CHANNELS, query = `${AUTH}&filter_by_prefix=presence-f&info=user_count,a@b;c`;
  expect(await call({ path, query }, { path, query })).toEqual(BOTH);
});

test("the query may be signed in the encoded form in which it is sent", async () => {
  const path = CHANNELS, query = `${AUTH}&info=user_count%2Cx%20y`;
  expect(await call({ path, query }, { path, query })).toEqual(BOTH);
});

test("the parameters may come in any order and are signed by sorted name", async () => {
  const path = CHANNELS;
  const query = `info=user_count&filter_by_prefix=p&${AUTH}`;
  const signed = `${AUTH}&filter_by_prefix=p&info=user_count`;
  expect(await call({ path, query }, { path, query: signed })).toEqual(BOTH);
  expect(await call({ path, query }, { path, query })).toEqual(NONE);
});

test("names are sorted as names, not together with their values", async () => {
  const path = CHANNELS, rest = "filter_by_prefix=p&info=user_count";
  const query = `a-b=1&a=2&${AUTH}&${rest}`;
  // By the whole text `a-b=1` would come before `a=2`.
  expect(await call({ path, query }, { path, query: `a=2&a-b=1&${AUTH}&${rest}` })).toEqual(BOTH);
});

test("names are signed in lower case", async () => {
  const path = CHANNELS, query = `${AUTH}&info=user_count`;
  expect(await call({ path, query: `${query}&Zone=A` }, { path, query: `${query}&zone=A` })).toEqual(BOTH);
  expect(await call({ path, query: `${query}&Zone=A` }, { path, query: `${query}&zone=a` })).toEqual(NONE);
});

test("what Reverb takes out of the parameters is not signed", async () => {
  const path = CHANNELS, query = `${AUTH}&info=user_count`;
  const sent = `appId=1&appKey=2&channelName=3&${query}`;
  expect(await call({ path, query: sent }, { path, query })).toEqual(BOTH);
});

test("an empty value and a name without a value are signed with their equals sign", async () => {
  const path = CHANNELS, query = `${AUTH}&info=user_count&x=&y`;
  expect(await call({ path, query }, { path, query: `${AUTH}&info=user_count&x=&y=` })).toEqual(BOTH);
});

test("a space may be a plus sign or %20", async () => {
  const path = CHANNELS, signed = `${AUTH}&info=user_count, x`;
  expect(await call({ path, query: `${AUTH}&info=user_count,+x` }, { path, query: signed })).toEqual(BOTH);
  expect(await call({ path, query: `${AUTH}&info=user_count,%20x` }, { path, query: signed })).toEqual(
    BOTH,
  );
});

test("a stray percent sign in the query stands for itself", async () => {
  const path = CHANNELS, query = `${AUTH}&info=user_count&x=100%`;
  expect(await call({ path, query }, { path, query })).toEqual(BOTH);
});

test.each(NAMES)("the path of the channel %s may be signed encoded or decoded", async (name) => {
  const path = `${CHANNELS}/${encodeURIComponent(name)}`, decoded = `${CHANNELS}/${name}`, query = AUTH;
  expect(await call({ path, query }, { path, query })).toEqual(json('{"occupied":false}'));
  expect(await call({ path, query }, { path: decoded, query })).toEqual(json('{"occupied":false}'));
  expect(await call({ path, query }, { path: `${CHANNELS}/other`, query })).toEqual(NONE);
});

test("the example in Pusher's documentation has the documented signature", async () => {
  const credentials = { id: "3", key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
  await using documented = await startServer({
    env: {
      REVERB_APP_ID: credentials.id,
      REVERB_APP_KEY: credentials.key,
      REVERB_APP_SECRET: credentials.secret,
      // The example is of 2012.
      REVERB_STRICT_API_AUTHENTICATION: "false",
    },
  });
  const answer = await new ApiClient(documented, credentials).post(
    "/events",
    String.raw`{"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"}`,
    {
      timestamp: 1353088179,
      sentAs: { auth_signature: "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c" },
    },
  );
  expect(answerOf(answer)).toEqual(json("{}"));
});

test("a body of any bytes is covered by its MD5", async () => {
  const body = Buffer.from('{"name":"e","data":"ü\u2028","channel":"a"}');
  const md5 = createHash("md5").update(body).digest("hex");
  const query = `${AUTH}&body_md5=${md5}`;
  const signature = hmac(TEST_APPLICATION.secret, `POST\n/apps/app-id/events\n${query}`);
  const url = `${server.url}/apps/app-id/events?${query}&auth_signature=${signature}`;
  expect((await fetch(url, { method: "POST", body })).status).toBe(200);
  body[20] = 0x21;
  expect((await fetch(url, { method: "POST", body })).status).toBe(401);
});
