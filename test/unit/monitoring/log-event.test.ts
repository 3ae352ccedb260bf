import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOG_EVENTS } from "../../../src/monitoring/log-event.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";

const root = join(import.meta.dir, "../../..");

test("the documentation's table has every event, with its levels", () => {
  const rows = new MarkdownPage("docs/monitoring.md").rows("Logs").map((row) => row.slice(0, 2));
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(
      Object.entries(LOG_EVENTS).map(([event, { levels }]) => [`\`${event}\``, levels.join(", ")]),
    ),
  );
});

test("every event of the list is used in the source", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith("log-event.ts"))
    .map((path) => readFileSync(join(root, "src", path), "utf8")).join("\n");
  expect(Object.keys(LOG_EVENTS).filter((event) => !sources.includes(`"${event}"`))).toEqual([]);
});
