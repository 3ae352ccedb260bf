import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { maxAge } from "../../../../src/server/directory/http-source.ts";
import { signedUrl } from "../../../../src/server/directory/signed-url.ts";

test("a URL is signed as Laravel signs a relative one: path and query before the signature, with APP_KEY as it is written", () => {
  const sign = (text: string): string => createHmac("sha256", "base64:k").update(text).digest("hex");
  const signed = signedUrl("https://a.test/reverb/apps", { by: "key", value: "a b&c" }, "base64:k", 1000.7);
  const asked = "key=a%20b%26c&expires=1060";
  expect(signed).toBe(`https://a.test/reverb/apps?${asked}&signature=${sign(`/reverb/apps?${asked}`)}`);
});

test("a query and credentials that the address has are kept, and a slash at its end is not signed", () => {
  const sign = (text: string): string => createHmac("sha256", "s").update(text).digest("hex");
  expect(signedUrl("https://u:p@a.test:8443/x/?y=1", { by: "id", value: "7" }, "s", 0)).toBe(
    `https://u:p@a.test:8443/x/?y=1&id=7&expires=60&signature=${sign("/x?y=1&id=7&expires=60")}`,
  );
  expect(signedUrl("http://a.test", { by: "id", value: "7" }, "s", 0)).toBe(
    `http://a.test/?id=7&expires=60&signature=${sign("/?id=7&expires=60")}`,
  );
});

test.each([
  [null, undefined],
  ["", undefined],
  // Laravel's own.
  ["no-cache, private", undefined],
  ["max-age=30", 30],
  ["private, max-age=30", 30],
  ['Max-Age = "30"', 30],
  ["max-age=10, s-maxage=20", 20],
  ["s-maxage=20, max-age=10", 20],
  ["max-age=0", 1],
  ["max-age=999999999", 86_400],
  ["max-age=-1", undefined],
  ["x-max-age=5", undefined],
])("Cache-Control %p counts for %p seconds", (header, seconds) => {
  expect(maxAge(header)).toBe(seconds);
});
