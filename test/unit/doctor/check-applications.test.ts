import { expect, test } from "bun:test";
import { checkApplications } from "../../../src/doctor/check-applications.ts";

const asked = { place: "https://a.test/apps", kind: "http", key: "k" } as const;

test("a source that has the application, or that is asked for none, is in order", () => {
  expect(checkApplications({ ...asked, answer: "found" }).level).toBe("ok");
  expect(checkApplications({ ...asked, key: undefined, answer: "absent" })).toEqual({
    level: "ok",
    subject: "applications",
    found: "https://a.test/apps answers",
  });
});

test("an application that is missing or cannot be used, and a source that is away, have a way out", () => {
  expect(checkApplications({ ...asked, answer: "absent" }).level).toBe("warning");
  for (const kind of ["http", "database"] as const) {
    const line = checkApplications({ ...asked, kind, answer: "away", reason: "no answer within 5 s" });
    expect([line.level, line.found]).toEqual([
      "error",
      "https://a.test/apps cannot be asked for applications: no answer within 5 s",
    ]);
    expect(line.remedy).toContain(kind === "http" ? "apps.url" : "apps.connection");
  }
  expect(checkApplications({ ...asked, answer: "unusable", reason: "secret: missing" })).toMatchObject({
    level: "error",
    found: "https://a.test/apps has the application with the key k, which cannot be used: secret: missing",
  });
});
