import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { addressList, fileMode } from "../../../../src/config/kinds/access-kind.ts";
import type { ValueKind } from "../../../../src/config/kinds/value-kind.ts";

function accept(kind: ValueKind<unknown>, value: unknown): unknown {
  const result = v.safeParse(kind.schema, value);
  return result.success ? result.output : undefined;
}

describe("trusted proxies", () => {
  test.each<readonly [unknown, unknown]>([
    ["127.0.0.1, 10.0.0.0/8,::1 ,2001:DB8::/32,unix", [
      "127.0.0.1",
      "10.0.0.0/8",
      "::1",
      "2001:db8::/32",
      "unix",
    ]],
    [["127.0.0.1"], ["127.0.0.1"]],
    [",", []],
    ["0.0.0.0/0", ["0.0.0.0/0"]],
    ["*", undefined],
    ["localhost", undefined],
    ["10.0.0.0/33", undefined],
    ["10.0.0.0/-1", undefined],
    ["10.0.0.0/", undefined],
    ["10.0.0.0/8/8", undefined],
    ["::/129", undefined],
    ["fe80::1%eth0", undefined],
    ["10.0.0.1:80", undefined],
    [17, undefined],
  ])("%p is read as %p", (written, read) => {
    expect(accept(addressList, written)).toEqual(read);
  });
});

describe("the mode of a file", () => {
  test.each<readonly [unknown, unknown]>([
    ["660", "660"],
    [" 0600 ", "600"],
    ["888", undefined],
    ["1777", undefined],
    ["", undefined],
    ["rw", undefined],
    // TOML's 0o660 and PHP's 0660 would come as this.
    [432, undefined],
  ])("%p is read as %p", (written, read) => {
    expect(accept(fileMode, written)).toBe(read as string | undefined);
  });
});
