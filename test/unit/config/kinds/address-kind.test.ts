import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import {
  hostAddress,
  hostNames,
  publicHostName,
  routePrefix,
} from "../../../../src/config/kinds/address-kind.ts";
import { originPatterns } from "../../../../src/config/kinds/origin-kind.ts";
import type { ValueKind } from "../../../../src/config/kinds/value-kind.ts";

function accept(kind: ValueKind<unknown>, value: unknown): unknown {
  const result = v.safeParse(kind.schema, value);
  return result.success ? result.output : undefined;
}

const tables: readonly [name: string, kind: ValueKind<unknown>, cases: readonly [unknown, unknown][]][] = [
  ["an address to listen on", hostAddress, [
    ["0.0.0.0", "0.0.0.0"],
    ["::", "::"],
    ["[::1]", "::1"],
    ["localhost", "localhost"],
    ["unix:/run/resound.sock", "unix:/run/resound.sock"],
    ["unix:///run/resound.sock", "unix:/run/resound.sock"],
    ["unix:resound.sock", undefined],
    ["unix:/run/", undefined],
    ["unix:/", undefined],
    ["localhost:8080", undefined],
    ["http://localhost", undefined],
    ["a b", undefined],
  ]],
  ["host names", hostNames, [
    ["resound", ["resound"]],
    [" Resound:9464, *.monitoring.svc ,,a_b", ["resound", "*.monitoring.svc", "a_b"]],
    [["https://ws.example.com/metrics", "*"], ["ws.example.com", "*"]],
    ["", []],
    ["a b", undefined],
    ["*.", undefined],
    ["a.*.b", undefined],
    ["*x.test", undefined],
    ["a..b", undefined],
    [5, undefined],
  ]],
  ["a public host name", publicHostName, [
    ["laravel.test", "laravel.test"],
    ["https://laravel.test:8080", "laravel.test"],
    ["https://user@Laravel.test/path?x#y", "laravel.test"],
    ["laravel.test:8080", "laravel.test"],
    ["http://[::1]:8080", "::1"],
    ["::1", "::1"],
    ["bücher.test", "bücher.test"],
    ["a b", undefined],
    ["https://", undefined],
  ]],
  ["a prefix of routes", routePrefix, [
    ["/", ""],
    ["reverb", "/reverb"],
    ["/x//y/", "/x/y"],
    ["/x y", undefined],
    ["/x/../y", undefined],
    ["/x?y", undefined],
  ]],
  ["patterns of origins", originPatterns, [
    [["*"], ["*"]],
    ["a.com, *.b.com,", ["a.com", "*.b.com"]],
    [[""], []],
    [["a b"], undefined],
    [[1], undefined],
    [["a.com,*.b.com", "c.com"], ["a.com", "*.b.com", "c.com"]],
    [["a.com", null, "", ","], ["a.com"]],
    [["a.com,b c"], undefined],
    [true, undefined],
  ]],
];

for (const [name, kind, cases] of tables) {
  describe(name, () => {
    for (const [value, result] of cases) {
      test(`${JSON.stringify(value)} ${result === undefined ? "is refused" : `means ${JSON.stringify(result)}`}`, () => {
        expect(accept(kind, value)).toEqual(result);
      });
    }
  });
}
