import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { answerOf, json, sentence } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";

const ONE = { id: "one", key: "key-one", secret: "secret-one" };
const TWO = { id: "two", key: "key-two", secret: "secret-two" };

const apps = [ONE, TWO].map(({ id, key, secret }) =>
  `[[apps]]\napp_id = "${id}"\nkey = "${key}"\nsecret = "${secret}"\n`
);
const server = useServer({ files: { "resound.toml": apps.join("") } });
const one = new ApiClient(server, ONE);
const two = new ApiClient(server, TWO);

test("what one application publishes and asks stays within it", async () => {
  await using first = await connect(server, { key: ONE.key });
  await using second = await connect(server, { key: TWO.key });
  await first.established();
  const secondId = await second.established();
  for (const client of [first, second]) {
    client.send({ event: "pusher:subscribe", data: { channel: "cache-same", auth: "" } });
    await client.nextEvent("pusher:cache_miss");
  }
  // A socket_id of the other application leaves no subscriber out, there or here.
  await one.trigger("cache-same", "e", "x", { socket_id: secondId });
  expect(await first.next()).toBe('{"event":"e","data":"x","channel":"cache-same"}');
  await second.expectSilence();
  expect((await two.get("/channels/cache-same", { info: "cache,subscription_count" })).text)
    .toBe('{"occupied":true,"subscription_count":1}');
  expect(answerOf(await one.get("/connections"))).toEqual(json('{"connections":1}'));
  await second.close();
  expect(answerOf(await one.get("/channels"))).toEqual(json('{"channels":{"cache-same":{}}}'));
});

test("the credentials of one application are worth nothing for another", async () => {
  const mixed = [
    [{ ...TWO, id: "one" }, "The auth_key is not that of application [one]."],
    [{ ...ONE, secret: TWO.secret }, "Authentication signature invalid."],
    [{ ...ONE, key: TWO.key }, "The auth_key is not that of application [one]."],
  ] as const;
  for (const [credentials, text] of mixed) {
    expect(answerOf(await new ApiClient(server, credentials).get("/channels"))).toEqual(sentence(401, text));
  }
});
