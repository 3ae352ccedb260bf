import { describe, expect, test } from "bun:test";
import {
  IDLE_SECONDS,
  issueToken,
  readToken,
  requestToken,
  type Session,
  SESSION_SECONDS,
} from "../../../src/dashboard/session-token.ts";

const SESSION: Session = {
  applicationId: "Läden 1",
  id: "0123456789abcdef".repeat(2),
  signedInAt: 1000,
  seenAt: 1000,
};
const token = issueToken(SESSION, "secret");

function read(text: string, now = 1000, secret: string | undefined = "secret"): Session | undefined {
  return readToken(text, (id) => id === SESSION.applicationId ? secret : undefined, now);
}

describe("the token of a session", () => {
  test("stands for the session of an application with any id", () => {
    expect(read(token)).toEqual(SESSION);
    expect(token).toMatch(/^[\w.-]+$/);
  });

  test("is not valid after any part of it was changed", () => {
    const parts = token.split(".");
    for (const [index, part] of parts.entries()) {
      const first = part[0] === "1" ? "2" : "1";
      const changed = parts.with(index, first + part.slice(1)).join(".");
      expect(read(changed)).toBeUndefined();
    }
    for (
      const text of [
        "",
        ".",
        "a.b.c.d.e",
        `${token}.x`,
        ` ${token}`,
        token.slice(0, -1),
        parts.slice(0, 4).join("."),
      ]
    ) {
      expect(read(text)).toBeUndefined();
    }
  });

  test("is not valid after the secret was changed or the application removed", () => {
    expect(read(token, 1000, "another")).toBeUndefined();
    expect(readToken(token, () => undefined, 1000)).toBeUndefined();
  });

  test("ends after a time without use, and after a longer time with use", () => {
    expect(read(token, 1000 + IDLE_SECONDS - 1)).toEqual(SESSION);
    expect(read(token, 1000 + IDLE_SECONDS)).toBeUndefined();
    const used = { ...SESSION, seenAt: 1000 + SESSION_SECONDS - 10 };
    expect(read(issueToken(used, "secret"), 1000 + SESSION_SECONDS - 1)).toEqual(used);
    expect(read(issueToken(used, "secret"), 1000 + SESSION_SECONDS)).toBeUndefined();
  });

  test("is not the request token, which each session has its own of", () => {
    const own = requestToken(SESSION, "secret");
    expect(token).not.toContain(own);
    expect(requestToken({ ...SESSION, id: "f".repeat(32) }, "secret")).not.toBe(own);
    expect(requestToken({ ...SESSION, seenAt: 2000 }, "secret")).toBe(own);
  });
});
