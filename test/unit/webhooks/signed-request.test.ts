import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { signedRequest, webhookBody } from "../../../src/webhooks/signed-request.ts";

const DESTINATION = { url: "https://shop.example/hooks", headers: {}, key: "app-key", secret: "app-secret" };

test("a body has Pusher's form, and the signature covers its exact bytes", () => {
  const body = webhookBody(1_327_078_148_132.7, [
    '{"name":"channel_occupied","channel":"ü"}',
    '{"name":"x"}',
  ]);
  expect(body).toBe(
    '{"time_ms":1327078148132,"events":[{"name":"channel_occupied","channel":"ü"},{"name":"x"}]}',
  );
  expect(signedRequest(DESTINATION, "d1", body)).toEqual({
    url: "https://shop.example/hooks",
    headers: {
      "User-Agent": "Resound",
      "Accept-Encoding": "identity",
      "Content-Type": "application/json",
      "X-Pusher-Key": "app-key",
      "X-Pusher-Signature": createHmac("sha256", "app-secret").update(Buffer.from(body)).digest("hex"),
      "X-Resound-Delivery": "d1",
    },
    body,
  });
});

test("credentials of a URL are sent in a header, also with a percent sign that encodes nothing", () => {
  for (
    const [written, meant] of [["ann:p%40ss", "ann:p@ss"], ["ann:100%zz", "ann:100%zz"], ["token", "token:"]]
  ) {
    const { url, headers } = signedRequest(
      { ...DESTINATION, url: `https://${written}@shop.example/` },
      "d1",
      "{}",
    );
    expect([url, headers["Authorization"]]).toEqual(["https://shop.example/", `Basic ${btoa(meant!)}`]);
  }
});

test("a configured header replaces the server's own, in any case of letters", () => {
  const headers = { "user-agent": "Mine", AUTHORIZATION: "Bearer x" };
  const request = signedRequest({ ...DESTINATION, url: "https://a:b@shop.example/", headers }, "d1", "{}");
  expect(Object.keys(request.headers).map((name) => name.toLowerCase()).sort()).toEqual(
    [
      "accept-encoding",
      "authorization",
      "content-type",
      "user-agent",
      "x-pusher-key",
      "x-pusher-signature",
      "x-resound-delivery",
    ],
  );
  expect(request.headers).toMatchObject(headers);
});
