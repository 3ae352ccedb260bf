import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

// What docs/differences-from-reverb.md says of the HTTP API, as far as no other test is about it.

const server = useServer();

test("an event for a channel that is named twice arrives once", async () => {
  const api = new ApiClient(server);
  await using peer = await Peer.subscribed(server, "orders");
  await api.post("/events", { name: "shipped", data: "1", channels: ["orders", "orders"] });
  await api.post("/events", { name: "end", data: "1", channels: ["orders"] });
  expect(await peer.next()).toContain('"event":"shipped"');
  expect(await peer.next()).toContain('"event":"end"');
});

test.each([["channel"], ["socket_id"], ["info"]])(
  "null for %s means that nothing is given",
  async (field) => {
    const body = { name: "e", data: "1", channels: ["a"], [field]: null };
    const { status, text } = await new ApiClient(server).post("/events", body);
    expect([status, text]).toEqual([200, "{}"]);
  },
);

test.each([["{"], [""], ["5"], ["[]"]])("the body %p is answered with 400", async (body) => {
  expect((await new ApiClient(server).post("/events", body)).status).toBe(400);
});

test("a number in channels is refused, and an event of a batch has one channel", async () => {
  const api = new ApiClient(server);
  const numbers = await api.post("/events", { name: "e", data: "1", channels: [5] });
  expect([numbers.status, numbers.text])
    .toEqual([422, '{"channels.0":["The channels.0 field must be a string."]}']);
  const batch = await api.post("/batch_events", { batch: [{ name: "e", data: "1" }] });
  expect([batch.status, batch.text])
    .toEqual([422, '{"batch.0.channel":["The batch.0.channel field is required."]}']);
});

test("a name with an encoded slash is found, and /app/KEY/ is /app/KEY", async () => {
  const slash = await new ApiClient(server).get("/channels/a%2Fb");
  expect([slash.status, slash.text]).toEqual([200, '{"occupied":false}']);
  await using _client = await Peer.connect(server, { path: "/app/app-key/" });
  for (const path of ["/app/app-key", "/app/app-key/"]) {
    expect((await fetch(server.url + path)).status).toBe(426);
  }
});

test("an answer has no header for caches", async () => {
  const { headers } = await new ApiClient(server).get("/connections");
  expect([headers.get("cache-control"), headers.get("content-type")]).toEqual([null, "application/json"]);
});
