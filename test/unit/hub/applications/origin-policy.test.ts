import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { OriginPolicy } from "../../../../src/hub/applications/origin-policy.ts";

function allows(patterns: readonly string[] | string, origin: string | null): boolean {
  return new OriginPolicy([patterns].flat()).allows(origin);
}

describe("a pattern for hosts", () => {
  test.each([
    ["laravel.com", "https://laravel.com", true],
    ["laravel.com", "http://laravel.com:8000", true],
    ["laravel.com", "https://www.laravel.com", false],
    ["laravel.com", "https://laravel.com.evil.org", false],
    ["laravel.com", "https://evillaravel.com", false],
    // Str::is: a dot is a dot, an asterisk is any text, dots included, also none.
    ["laravel.com", "https://laravelXcom", false],
    ["*.laravel.com", "https://a.b.laravel.com", true],
    ["*.laravel.com", "https://laravel.com", false],
    ["*laravel.com", "https://laravel.com", true],
    ["laravel.*", "https://laravel.com", true],
    ["*.laravel.*", "https://www.laravel.co.uk", true],
    ["LARAVEL.com", "https://laravel.com", true],
    ["laravel.com", "https://LARAVEL.com", true],
    ["localhost", "http://localhost:3000", true],
    ["127.0.0.1", "http://127.0.0.1:3000", true],
    ["[::1]", "http://[::1]:3000", true],
  ])("%s, origin %s: %p", (pattern, origin, allowed) => {
    expect(allows(pattern, origin)).toBe(allowed);
  });
});

describe("a pattern with a port", () => {
  test.each([
    ["localhost:3000", "http://localhost:3000", true],
    ["localhost:3000", "http://localhost:3001", false],
    ["localhost:3000", "http://localhost", false],
    ["*:3000", "http://anywhere.org:3000", true],
    // Browsers leave out the port that the scheme has anyway.
    ["laravel.com:443", "https://laravel.com", true],
    ["laravel.com:443", "https://laravel.com:443", true],
    ["laravel.com:443", "http://laravel.com", false],
    ["laravel.com:80", "http://laravel.com", true],
    ["*.laravel.com:443", "https://a.laravel.com", true],
    ["localhost:*", "http://localhost:3000", true],
    ["localhost:*", "http://localhost", true],
    ["localhost:*", "http://localhost.evil.org:3000", false],
    ["[::1]:3000", "http://[::1]:3000", true],
    ["[::1]:3000", "http://[::1]:3001", false],
  ])("%s, origin %s: %p", (pattern, origin, allowed) => {
    expect(allows(pattern, origin)).toBe(allowed);
  });
});

describe("a pattern with a scheme", () => {
  test.each([
    ["https://laravel.com", "https://laravel.com", true],
    ["https://laravel.com", "http://laravel.com", false],
    ["https://laravel.com", "https://laravel.com:8443", false],
    ["https://laravel.com:8443", "https://laravel.com:8443", true],
    ["https://*.laravel.com", "https://a.laravel.com", true],
    ["*://laravel.com", "http://laravel.com", true],
    ["capacitor://localhost", "capacitor://localhost", true],
    ["https://laravel.com:443", "https://laravel.com", true],
    ["https://laravel.com:443", "https://laravel.com:8443", false],
    ["https://laravel.com:443", "http://laravel.com", false],
    ["http://laravel.com:80", "http://laravel.com", true],
    ["http://localhost:*", "http://localhost:5173", true],
    ["http://localhost:*", "http://localhost", true],
    ["http://localhost:*", "https://localhost:5173", false],
    ["http://::1", "http://[::1]", true],
  ])("%s, origin %s: %p", (pattern, origin, allowed) => {
    expect(allows(pattern, origin)).toBe(allowed);
  });
});

describe("a pattern that browsers write in another way", () => {
  test.each([
    ["bücher.example", "https://xn--bcher-kva.example", true],
    ["BÜCHER.example", "https://xn--bcher-kva.example", true],
    ["*.bücher.example", "https://www.xn--bcher-kva.example", true],
    ["https://bücher.example:8443", "https://xn--bcher-kva.example:8443", true],
    ["https://bücher.example:443", "https://xn--bcher-kva.example", true],
    ["почта.рф", "https://xn--80a1acny.xn--p1ai", true],
    ["xn--bcher-kva.example", "https://xn--bcher-kva.example", true],
    ["bücher.example", "https://bcher.example", false],
    ["büch*.example", "https://xn--bcher-kva.example", false],
    ["::1", "http://[::1]:3000", true],
    ["0:0:0:0:0:0:0:1", "http://[::1]:3000", true],
    ["2001:DB8::1", "http://[2001:db8::1]", true],
    ["::1", "http://[::2]", false],
  ])("%s, origin %s: %p", (pattern, origin, allowed) => {
    expect(allows(pattern, origin)).toBe(allowed);
  });
});

test("an asterisk alone allows every origin, and none", () => {
  for (const origin of [null, "", "null", "nonsense", "https://laravel.com", "file://"]) {
    expect(allows(["laravel.com", "*"], origin)).toBeTrue();
  }
});

test("without an asterisk there must be an origin with a host", () => {
  for (const origin of [null, "", "null", "nonsense", "laravel.com", "file://", "data:,x", "https://"]) {
    expect(allows(["laravel.com", "**", "*.*", "null", "nonsense"], origin)).toBeFalse();
  }
});

test("without patterns no client may connect", () => {
  expect(allows([], "https://laravel.com")).toBeFalse();
});

test("all other characters of a pattern stand for themselves", () => {
  for (const special of ".+?^${}()|[]\\/-#,") expect(allows(`a${special}b`, "https://axb")).toBeFalse();
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.webUrl(), (pattern, origin) => {
    allows(pattern, origin);
    allows(pattern, pattern);
  }));
});

test("Str::is and the policy agree on any host", () => {
  /** Laravel's own algorithm: quote everything, then `\*` becomes `.*`. */
  const strIs = (pattern: string, value: string): boolean =>
    new RegExp(`^${RegExp.escape(pattern).replaceAll("\\*", ".*")}$`, "su").test(value);
  const host = fc.stringMatching(/^[a-c.]{1,6}$/).filter((each) => URL.canParse(`https://${each}`));
  fc.assert(
    fc.property(fc.stringMatching(/^[a-c.*]{1,6}$/), host, (pattern, name) => {
      if (pattern === "*") return;
      expect(allows(pattern, `https://${name}`)).toBe(strIs(pattern, name));
    }),
    { numRuns: 1000 },
  );
});

test("no pattern and no origin take long", () => {
  const policy = new OriginPolicy([
    `${"*a".repeat(30)}b`,
    `${"*".repeat(60)}b`,
    `https://${"a*".repeat(30)}b`,
  ]);
  // The processor's time: the clock goes on also while others have the processor.
  const before = process.cpuUsage();
  for (let i = 0; i < 20; i++) policy.allows(`https://${"a".repeat(250)}`);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
});
