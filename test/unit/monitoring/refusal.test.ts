import { expect, test } from "bun:test";
import { REFUSAL_REASONS } from "../../../src/monitoring/refusal.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";

test("the documentation's table has every reason for which something is turned down", () => {
  const named = new MarkdownPage("docs/monitoring.md").rows("Refusals").map(([reason]) => reason);
  expect(named).toEqual(REFUSAL_REASONS.map((reason) => `\`${reason}\``));
});
