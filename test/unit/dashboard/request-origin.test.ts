import { expect, test } from "bun:test";
import { crossOriginFault } from "../../../src/dashboard/request-origin.ts";

const HOST = { host: "ws.example.com" };

test.each(
  [
    ["a browser that says same-origin", { ...HOST, "sec-fetch-site": "same-origin" }, undefined],
    [
      "a sibling host",
      { ...HOST, "sec-fetch-site": "same-site", origin: "https://ws.example.com" },
      /another site \(same-site\)/,
    ],
    ["another site", { ...HOST, "sec-fetch-site": "cross-site" }, /another site/],
    ["a typed address", { ...HOST, "sec-fetch-site": "none" }, /another site/],
    ["plain http with the own origin", { ...HOST, origin: "http://ws.example.com" }, undefined],
    ["the own origin with a port", { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" }, undefined],
    ["another port", { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8081" }, /not the Host/],
    ["another origin", { ...HOST, origin: "https://evil.example" }, /not the Host/],
    ["a sandboxed page", { ...HOST, origin: "null" }, /does not say/],
    ["nothing said", HOST, /does not say/],
  ] as const,
)("a change that comes from %s", (_, headers, fault) => {
  const found = crossOriginFault(new Headers(headers as Record<string, string>));
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(fault);
});
