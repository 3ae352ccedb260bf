import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";
import { withoutTime } from "../../support/run-resound.ts";

test("every refusal is logged with its reason, without --debug", async () => {
  await using server = await startServer({
    env: { REVERB_APP_ALLOWED_ORIGINS: "example.com", REVERB_MAX_REQUEST_SIZE: "100" },
  });
  await (await connect(server, { key: "unknown", headers: { Origin: "http://example.com" } })).closed;
  await (await connect(server, { headers: { Origin: "http://evil.test" } })).closed;
  const client = await connect(server, { headers: { Origin: "http://example.com" } });
  const id = await client.established();
  client.send({ event: "pusher:subscribe", data: { channel: "private-x", auth: "app-key:00" } });
  await client.nextEvent("pusher:subscription_error");
  client.send("no json");
  await client.nextEvent("pusher:error");
  const api = new ApiClient(server);
  await api.trigger("a", "e", "x".repeat(100));
  await api.post("/events", {});
  await api.get("/channels", {}, { key: "wrong" });
  await api.get("/nothing");
  await fetch(`${server.url}/apps/stranger/channels`);
  await client.close();
  await server.stop();

  const reasons = server.output.stderr.map((line) => /\(reason=(\w+)/.exec(line)?.[1]);
  expect(reasons).toEqual([
    "unknown_application",
    "origin_not_allowed",
    "subscription_unauthorized",
    "invalid_message",
    "api_too_large",
    "api_invalid",
    "api_unauthorized",
    "api_not_found",
    "api_unknown_application",
  ]);
  for (const line of server.output.stderr) expect(withoutTime(line)).toStartWith("warning Refused: ");
  expect(withoutTime(server.output.stderr[2])).toBe(
    'warning Refused: the signature of the subscription does not match, channel "private-x" ' +
      `(reason=subscription_unauthorized application=app-id connection=${id} address=127.0.0.1)`,
  );
  expect(server.output.stdout.at(-1)).toContain("9 refused (unknown_application 1, origin_not_allowed 1, ");
});

test("a wrong signature is logged with the text that should have been signed", async () => {
  await using server = await startServer();
  await new ApiClient(server).get("/channels", { info: ["a", "b"] }, { secret: "wrong", timestamp: 1 });
  const timestamp = Math.floor(Date.now() / 1000);
  await new ApiClient(server).get("/channels", { info: ["a", "b"] }, { secret: "wrong", timestamp });
  const line = await server.output.waitFor("signature of an API call");
  expect(line).toContain(
    'it has to be that of "GET\\n/apps/app-id/channels\\n' +
      `auth_key=app-key&auth_timestamp=${timestamp}&auth_version=1.0&info=a,b"`,
  );
});

test("a flood of one reason is summed up, and other reasons are still logged", async () => {
  await using server = await startServer();
  const api = new ApiClient(server);
  // At once: the ten seconds that are summed up begin with the server.
  await Promise.all(Array.from({ length: 25 }, () => api.get("/channels", {}, { key: "wrong" })));
  await api.get("/nothing");
  await server.stop();
  const lines = server.output.stderr.map((line) => withoutTime(line));
  expect(lines.filter((line) => line?.includes("reason=api_unauthorized application="))).toHaveLength(10);
  expect(lines.filter((line) => line?.includes("reason=api_not_found"))).toHaveLength(1);
  expect(lines.at(-1)).toBe("warning Refused 15 more within 10 seconds (reason=api_unauthorized)");
  expect(server.output.stdout.at(-1)).toContain("26 refused (api_unauthorized 25, api_not_found 1)");
});
