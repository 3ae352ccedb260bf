import { describe, expect, test } from "bun:test";
import { idempotencyKey } from "../../../src/http/idempotency-key.ts";

function keyOf(header: string | undefined, field?: unknown): unknown {
  const headers = new Headers(header === undefined ? {} : { "Idempotency-Key": header });
  try {
    return idempotencyKey(headers, field === undefined ? {} : { idempotency_key: field });
  } catch (error) {
    const { status, reason, body } = error as { status: number; reason: string; body: unknown };
    expect(reason).toBe("api_idempotency_key");
    return [status, typeof body === "string" ? body : Object.values(body as object).flat().join()];
  }
}

describe("the idempotency key of a call", () => {
  test("is that of the header or that of the body, or the same in both", () => {
    expect(keyOf(undefined)).toBeUndefined();
    expect(keyOf(undefined, null)).toBeUndefined();
    expect(keyOf("order-1")).toBe("order-1");
    expect(keyOf(undefined, "Bestellung ü 1")).toBe("Bestellung ü 1");
    expect(keyOf("order-1", "order-1")).toBe("order-1");
    expect(keyOf('"order-1"', "order-1")).toBe("order-1");
    expect(keyOf("order-1", "order-2")).toEqual([400, expect.stringContaining("differ")]);
  });

  test("may stand in quotes in the header, as a string of structured fields", () => {
    expect(keyOf('"8e03978e-40d5-43dd-bc93-6f0cc81bd39e"')).toBe("8e03978e-40d5-43dd-bc93-6f0cc81bd39e");
    expect(keyOf(String.raw`"a \"b\" \\c"`)).toBe(String.raw`a "b" \c`);
    for (const broken of ['"a', '"', '""', String.raw`"a\b"`, '"a"b"', '"a"; b=1']) {
      expect([broken, keyOf(broken)]).toEqual([broken, [400, expect.stringContaining("printable ASCII")]]);
    }
  });

  test("has 1 to 255 printable characters", () => {
    expect(keyOf("k".repeat(255))).toBe("k".repeat(255));
    expect(keyOf(undefined, "😀".repeat(255))).toBe("😀".repeat(255));
    for (const wrong of ["", "k".repeat(256), "tab\there", "gr\u00fc\u00df"]) {
      expect(keyOf(wrong)).toEqual([400, expect.stringContaining("1 to 255 printable ASCII characters")]);
    }
    expect(keyOf(undefined, "k".repeat(256))).toEqual([422, expect.stringContaining("greater than 255")]);
    for (const wrong of ["", "  ", "line\nfeed", "half \ud800"]) {
      expect(keyOf(undefined, wrong)).toEqual([422, expect.stringContaining("at least one character")]);
    }
    for (const wrong of [7, true, ["a"], {}]) {
      expect(keyOf(undefined, wrong)).toEqual([422, "The idempotency key field must be a string."]);
    }
  });
});
