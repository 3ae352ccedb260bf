import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { connect } from "../../support/socket-client.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer({
  env: {
    REVERB_APP_MAX_CONNECTIONS_PER_ADDRESS: "2",
    REVERB_APP_MAX_API_CALLS_PER_SECOND: "3",
    REVERB_TRUSTED_PROXIES: "127.0.0.1",
  },
});

/** A client that the proxy says has this address. */
function from(address: string): ReturnType<typeof connect> {
  return connect(server, { headers: { "X-Forwarded-For": address } });
}

test("connections of one address are limited by the address that a trusted proxy names", async () => {
  await using first = await from("192.0.2.1");
  await using second = await from("192.0.2.1");
  for (const client of [first, second]) await client.established();
  await using third = await from("192.0.2.1");
  expect(await third.next()).toBe(
    '{"event":"pusher:error","data":"{\\"code\\":4100,\\"message\\":\\"Too many connections from this address\\"}"}',
  );
  expect((await third.closed).code).toBe(4100);
  await using other = await from("192.0.2.2");
  await other.established();
  // Of IPv6 a client has a whole network.
  await using six = await from("2001:db8::1");
  await using seven = await from("2001:db8::2:1");
  for (const client of [six, seven]) await client.established();
  await using eight = await from("2001:db8::3");
  expect((await eight.closed).code).toBe(4100);

  await first.close();
  await eventually(async () => {
    await using again = await from("192.0.2.1");
    return (await again.next()).includes("connection_established");
  });
});

test("calls beyond a second's number get 429 and Retry-After; one with a wrong signature does not count", async () => {
  const api = new ApiClient(server),
    forger = new ApiClient(server, { id: "app-id", key: "app-key", secret: "wrong" });
  const answers = await eventually(
    () => Promise.all(Array.from({ length: 20 }, () => api.get("/channels"))),
    (seen) => seen.some(({ status }) => status === 429),
  );
  const refused = answers.find(({ status }) => status === 429)!;
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.text).toBe(
    "The application has made as many calls as it may make in a second. Try again in a second.",
  );
  const forged = await Promise.all(Array.from({ length: 20 }, () => forger.get("/channels")));
  expect(new Set(forged.map(({ status }) => status))).toEqual(new Set([401]));
  await eventually(() => api.get("/channels"), ({ status }) => status === 200);
});
