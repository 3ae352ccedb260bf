import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { redact, SHOWN_CHARACTERS } from "../../../src/monitoring/redact.ts";

const SIGNATURE = "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4";

test.each([
  ['{"event":"pusher:ping"}', '{"event":"pusher:ping"}'],
  [
    `{"data":{"auth":"key:${SIGNATURE}","channel":"private-a"}}`,
    '{"data":{"auth":"…","channel":"private-a"}}',
  ],
  [`{"data":{"auth" : "key:${SIGNATURE}"}}`, '{"data":{"auth" : "…"}}'],
  [
    `{"data":"{\\"auth\\":\\"key:${SIGNATURE}\\",\\"channel\\":\\"a\\"}"}`,
    '{"data":"{\\"auth\\":\\"…\\",\\"channel\\":\\"a\\"}"}',
  ],
  ['{"auth":""}', '{"auth":"…"}'],
  [`GET /channels?auth_signature=${SIGNATURE}&x=1`, "GET /channels?auth_signature=…&x=1"],
  // Names that only look similar have no secret.
  ['{"author":"Ann"}', '{"author":"Ann"}'],
])("%s", (message, shown) => {
  expect(redact(message)).toBe(shown);
});

test("a long message is cut, and its length is shown", () => {
  const message = `{"data":"${"x y ".repeat(100)}"}`;
  expect(redact(message)).toBe(`${message.slice(0, SHOWN_CHARACTERS)}… (${message.length} characters)`);
  const long = "z".repeat(5_000_000);
  expect(redact(long)).toHaveLength(SHOWN_CHARACTERS + "… (5000000 characters)".length);
});

test("of a signature across the cut the beginning is not shown", () => {
  for (let at = SHOWN_CHARACTERS - 70; at <= SHOWN_CHARACTERS; at++) {
    expect(redact(`${"x".repeat(at)}:${SIGNATURE}`)).not.toContain(SIGNATURE.slice(0, 8));
  }
});

test("of a signature at the end of the searched part the beginning is not shown either", () => {
  const padding = "y".repeat(300);
  for (let more = 0; more < 64; more++) {
    const shown = redact(
      `{"auth":"${padding}","rest":"${"z ".repeat(100 + more / 2)}${SIGNATURE}${SIGNATURE}"}`,
    );
    expect(shown).not.toContain(SIGNATURE.slice(0, 8));
  }
});

describe("no auth value and no signature survives", () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  const key = fc.stringMatching(/^[a-z0-9]{4,20}$/).map((each) => `K_${each}`);

  test("in any frame, as an object, as a string, as a string in a string", () => {
    fc.assert(
      fc.property(key, hex, fc.jsonValue(), fc.jsonValue(), fc.nat(2), fc.boolean(), (
        ownKey,
        signature,
        before,
        after,
        nesting,
        pretty,
      ) => {
        const auth = `${ownKey}:${signature}`;
        let data: unknown = { before, auth, after };
        for (let level = 0; level < nesting; level++) data = JSON.stringify(data);
        const shown = redact(JSON.stringify({ event: "pusher:subscribe", data }, null, pretty ? 1 : 0));
        expect(shown).not.toContain(signature);
        expect(shown).not.toContain(signature.slice(0, 32));
        expect(shown).not.toContain(ownKey);
      }),
      { numRuns: 500 },
    );
  });

  test("with any text as auth", () => {
    // A text that the server would never accept as a signature may still be a password.
    const secret = fc.string({ minLength: 6, maxLength: 30, unit: "grapheme-ascii" }).map((each) =>
      `S3CR3T${each}S3CR3T`
    );
    fc.assert(
      fc.property(secret, fc.nat(3), (auth, nesting) => {
        let data: unknown = { auth };
        for (let level = 0; level < nesting; level++) data = JSON.stringify(data);
        expect(redact(JSON.stringify({ event: "pusher:signin", data }))).not.toContain("S3CR3T");
      }),
      { numRuns: 500 },
    );
  });

  test("with the name written in escapes", () => {
    expect(redact('{"data":{"\\u0061uth":"key:short"}}')).not.toContain("key:short");
  });
});

test("no message makes it throw or take long", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 1000 }), (message) => {
    expect(redact(message).length).toBeLessThan(SHOWN_CHARACTERS + 40);
  }));
  // The processor's time: the clock goes on also while others have the processor.
  const before = process.cpuUsage();
  for (const part of ['"auth":"', '\\"', "\\\\", '"auth"   ', "a".repeat(31) + "g"]) {
    redact(part.repeat(100_000));
  }
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
});
