import { expect, test } from "bun:test";
import { describeFailure } from "../../../src/webhooks/post-outcome.ts";

test.each([
  ["https://user:secret@shop.example/hooks?token=secret", "https://••••@shop.example/hooks?••••"],
  ["/hooks/?token=secret", "/hooks/?••••"],
  ["/login", "/login"],
])("where %s leads to is said without what may be secret in it", (location, shown) => {
  expect(describeFailure({ kind: "redirect", status: 301, location }))
    .toBe(`it answered 301 and leads to ${shown}, which is not followed`);
});
