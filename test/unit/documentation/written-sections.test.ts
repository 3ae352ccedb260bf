import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WRITTEN_SECTIONS } from "../../../scripts/docs.ts";
import { withSection } from "../../../scripts/docs/written-section.ts";
import { ROOT } from "../../support/server-target.ts";

test.each(WRITTEN_SECTIONS.map((section) => [section.page, section.name, section] as const))(
  "%s: %s is what `bun run docs` writes",
  (page, _name, section) => {
    const written = readFileSync(join(ROOT, page), "utf8");
    expect(withSection(written, section)).toBe(written);
  },
);

test("a section takes the place of the one before it and leaves the rest of the page alone", () => {
  const page =
    "# A page\n\n<!-- a table: written by bun run docs -->\n\nold\n\n<!-- end of a table -->\n\nEnd\n";
  const section = { page: "docs/page.md", name: "a table", text: () => "new" };
  expect(withSection(page, section)).toBe(page.replace("old", "new"));
});

test("a page without the section's comments is refused", () => {
  const section = { page: "docs/page.md", name: "a table", text: () => "new" };
  expect(() => withSection("# A page\n", section)).toThrow("docs/page.md lacks the lines");
});
