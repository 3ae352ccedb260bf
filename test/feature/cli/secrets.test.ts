import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { hmac, signChannel, signUser } from "../../support/sign-channel.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";

const SECRET = "well-kept-3f9c";
const application = { ...TEST_APPLICATION, secret: SECRET };
const env = { REVERB_APP_SECRET: SECRET, REDIS_PASSWORD: "well-kept-redis" };

test.each([["text"], ["json"]])(
  "with --debug and in %s no secret, no auth value and no signature is printed, right or wrong",
  async (format) => {
    await using server = await startServer({ env, args: ["--debug", "--log-format", format] });
    const client = await connect(server);
    const id = await client.established();
    const auths = [
      signChannel(application, id, "private-a"),
      signChannel(application, id, "presence-b", '{"user_id":1}'),
      signUser(application, id, '{"id":"1"}'),
      signChannel({ ...application, secret: "wrong" }, id, "private-a"),
      'app-key:not-hex-but-quoted\\"and-more',
      "no-colon-at-all",
    ] as const;
    const [privateAuth, presenceAuth, userAuth, ...wrong] = auths;
    client.send({ event: "pusher:subscribe", data: { channel: "private-a", auth: privateAuth } });
    // Data as a JSON string, so that quotes around the auth are escaped in the frame.
    const presence = { channel: "presence-b", auth: presenceAuth, channel_data: '{"user_id":1}' };
    client.send({ event: "pusher:subscribe", data: JSON.stringify(presence) });
    client.send({ event: "pusher:signin", data: { auth: userAuth, user_data: '{"id":"1"}' } });
    for (const auth of wrong) {
      client.send({ event: "pusher:subscribe", data: { channel: "private-a", auth } });
      client.send({ event: "pusher:subscribe", data: { auth, channel: "p".repeat(300) } });
      client.send({ event: "pusher:signin", data: { auth, user_data: '{"id":"1"}' } });
      client.send({ event: "pusher:subscribe", data: JSON.stringify({ channel: "private-a", auth }) });
      client.send(`{"event":"pusher:subscribe","data":{"channel":"private-a","auth":"${auth.slice(0, 8)}`);
    }
    client.send({ event: "pusher:ping" });
    await client.nextEvent("pusher:pong");

    const api = new ApiClient(server, application);
    const timestamp = Math.floor(Date.now() / 1000);
    await api.trigger("private-a", "e", "x");
    await api.get("/channels", { info: ["user_count", "x"] }, { timestamp });
    await api.trigger("private-a", "e", "x", { info: 5 });
    await api.get("/channels", {}, { secret: "wrong", timestamp });
    await api.get("/channels", {}, { key: "wrong" });
    await api.get("/nothing");
    await api.get("/channels", {}, { sentAs: { auth_signature: "nonsense-signature" } });
    await api.post("/users/absent/terminate_connections", {});
    await client.close();
    await server.stop();

    const output = server.output.text();
    // The run was shown at all.
    expect(output).toContain("private-a");
    expect(output).toContain("Refused: ");
    const signed =
      `GET\n/apps/app-id/channels\nauth_key=app-key&auth_timestamp=${timestamp}&auth_version=1.0`;
    const hidden = [
      SECRET,
      "well-kept",
      ...auths.map((auth) => auth.slice(auth.indexOf(":") + 1)),
      hmac(SECRET, signed),
      hmac("wrong", signed),
      hmac(SECRET, `${signed}&info=user_count,x`),
      "nonsense-signature",
    ];
    for (const text of hidden) expect(output).not.toContain(text);
    // Nor anything computed on the way: nothing that looks like an HMAC-SHA256.
    expect(output).not.toMatch(/[0-9a-f]{64}/);
  },
);

test("the secret of a configured application is not in the banner or in an error", async () => {
  await using server = await startServer({ env });
  await server.output.waitFor("Configured");
  await server.stop();
  expect(server.output.text()).not.toContain("well-kept");
});
