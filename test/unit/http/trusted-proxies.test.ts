import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { TrustedProxies } from "../../../src/http/trusted-proxies.ts";

const proxies = new TrustedProxies(["10.0.0.0/8", "192.168.1.1", "2001:db8::/32", "::1"]);

describe("the client behind proxies", () => {
  test.each<readonly [string, string, string | null, string]>([
    ["a caller that sends no header", "10.0.0.1", null, "10.0.0.1"],
    ["a caller that is no proxy", "203.0.113.9", "198.51.100.7", "203.0.113.9"],
    ["one proxy", "10.0.0.1", "198.51.100.7", "198.51.100.7"],
    ["two proxies", "10.0.0.1", "198.51.100.7, 192.168.1.1", "198.51.100.7"],
    ["a client with a forged entry", "10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"],
    [
      "a client that forges the entry of a proxy",
      "10.0.0.1",
      "1.1.1.1, 10.9.9.9, 198.51.100.7",
      "198.51.100.7",
    ],
    ["proxies alone", "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"],
    ["an IPv6 client", "::1", "2001:db9::5", "2001:db9::5"],
    ["an IPv6 proxy", "2001:db8::2", "198.51.100.7", "198.51.100.7"],
    ["an IPv4 proxy on an IPv6 socket", "::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"],
    ["an IPv4 client, mapped to IPv6", "10.0.0.1", "::FFFF:198.51.100.7", "198.51.100.7"],
    ["an IPv4 proxy, mapped to IPv6", "10.0.0.1", "198.51.100.7, ::ffff:10.0.0.2", "198.51.100.7"],
    ["a client with its port", "10.0.0.1", "198.51.100.7:51234", "198.51.100.7"],
    ["an IPv6 client with its port", "10.0.0.1", "[2001:db9::5]:51234", "2001:db9::5"],
    ["an IPv6 client in brackets", "10.0.0.1", "[2001:db9::5]", "2001:db9::5"],
    ["an empty header", "10.0.0.1", "", "10.0.0.1"],
    ["a header without addresses", "10.0.0.1", "unknown", "10.0.0.1"],
    ["an entry that is no address", "10.0.0.1", "198.51.100.7, unknown, 10.0.0.2", "10.0.0.2"],
    ["an address with too many digits", "10.0.0.1", "198.51.100.777", "10.0.0.1"],
    ["a log forgery", "10.0.0.1", "198.51.100.7\u001b[31m", "10.0.0.1"],
    ["an address with a zone", "10.0.0.1", "fe80::1%evil", "10.0.0.1"],
    ["the word for a Unix socket", "10.0.0.1", "198.51.100.7, unix", "10.0.0.1"],
    ["a Unix socket that is not trusted", "unix", "198.51.100.7", "unix"],
    ["a caller whose address is unknown", "unknown", "198.51.100.7", "unknown"],
  ])("%s", (_name, caller, header, client) => {
    expect(proxies.clientOf(caller, header)).toBe(client);
  });

  test("a proxy at a Unix socket is trusted when `unix` is configured", () => {
    expect(new TrustedProxies(["unix"]).clientOf("unix", "198.51.100.7")).toBe("198.51.100.7");
    expect(new TrustedProxies(["unix"]).clientOf("127.0.0.1", "198.51.100.7")).toBe("127.0.0.1");
  });

  test("a trusted address with the zone of its interface is still trusted", () => {
    expect(new TrustedProxies(["fe80::/10"]).clientOf("fe80::1%eth0", "198.51.100.7")).toBe("198.51.100.7");
  });
});

const outsider = fc.ipV4().filter((address) => !address.startsWith("10.") && address !== "192.168.1.1");
const proxy = fc.nat(255).map((last) => `10.0.3.${last}`);

test("no header of a client changes the address that the first proxy saw", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      outsider,
      fc.array(proxy, { maxLength: 5 }),
      (text, seen, hops) => {
        const header = [text, seen, ...hops].join(", ");
        return proxies.clientOf("10.0.0.1", header) === seen;
      },
    ),
  );
});

test("the header of a caller that is no trusted proxy is ignored, and every header where there are no proxies", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), outsider, (header, caller) => {
    return proxies.clientOf(caller, header) === caller &&
      new TrustedProxies([]).clientOf(caller, header) === caller;
  }));
});

test("of any header nothing but an address gets into the log", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (header) => {
    return /^[0-9a-f.:]+$/i.test(proxies.clientOf("10.0.0.1", header));
  }));
});
