import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOG_EVENTS } from "../../../src/monitoring/log-event.ts";

const root = join(import.meta.dir, "../../..");

test("README's table has every event, with its levels", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const section = readme.slice(readme.indexOf("### Logs"), readme.indexOf("### Health"));
  const rows = section.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, 3).map((cell) => cell.trim()));
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(
      Object.entries(LOG_EVENTS).map(([event, levels]) => [`\`${event}\``, levels.join(", ")]),
    ),
  );
});

test("every event of the list is one that the server has", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith("log-event.ts"))
    .map((path) => readFileSync(join(root, "src", path), "utf8")).join("\n");
  expect(Object.keys(LOG_EVENTS).filter((event) => !sources.includes(`"${event}"`))).toEqual([]);
});
