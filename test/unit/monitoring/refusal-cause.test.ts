import { expect, test } from "bun:test";
import { REFUSAL_CAUSES } from "../../../src/monitoring/refusal-cause.ts";

test("each refusal has its cause and its remedy in sentences", () => {
  for (const { cause, remedy } of Object.values(REFUSAL_CAUSES)) {
    expect(cause).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});

test("a wrong signature leads to the secrets, the cached configuration and the queue workers", () => {
  for (const reason of ["subscription_unauthorized", "sign_in_unauthorized", "api_unauthorized"] as const) {
    const { cause, remedy } = REFUSAL_CAUSES[reason];
    expect(cause).toContain("another secret");
    expect(remedy).toMatch(/REVERB_APP_SECRET.*config:clear.*queue:restart/);
  }
});
