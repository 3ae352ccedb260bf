import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { logEventsSection } from "./docs/log-events-section.ts";
import { optionsSection } from "./docs/options-section.ts";
import { refusalsSection } from "./docs/refusals-section.ts";
import { floorsSection, roomsSection } from "./docs/rooms-section.ts";
import { settingsSections } from "./docs/settings-sections.ts";
import { withSection } from "./docs/written-section.ts";

/** Every part of a document that is written from the code; test/unit/documentation/written-sections.test.ts sees that they are current. */
export const WRITTEN_SECTIONS = [
  ...settingsSections,
  logEventsSection,
  optionsSection,
  refusalsSection,
  floorsSection,
  roomsSection,
];

if (import.meta.main) {
  const root = join(import.meta.dir, "..");
  for (const page of new Set(WRITTEN_SECTIONS.map((section) => section.page))) {
    const path = join(root, page), before = readFileSync(path, "utf8");
    const after = WRITTEN_SECTIONS.filter((section) => section.page === page).reduce(withSection, before);
    if (after !== before) writeFileSync(path, after);
    console.log(`${page}  ${after === before ? "as it was" : "written anew"}`);
  }
}
