import { expect, test } from "bun:test";
import { shownLocation } from "../../../src/webhooks/post-outcome.ts";

const BASE = "http://user:secret@shop.example/hooks?token=secret";

test.each([
  ["https://user:secret@shop.example/hooks?token=secret", "https://••••@shop.example/hooks?••••"],
  ["//www.shop.example/hooks", "http://www.shop.example/hooks"],
  ["/login?next=secret", "http://••••@shop.example/login?••••"],
  ["http://", "no URL"],
])("a redirect to %s is shown as %s", (location, shown) => {
  expect(shownLocation(location, BASE)).toBe(shown);
});
