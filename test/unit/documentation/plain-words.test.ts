import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkDocument } from "../../../scripts/check-words.ts";
import { ROOT } from "../../support/server-target.ts";

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...["docs", "src"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md")).map((path) => join(folder, path))
  ),
];

test.each(pages)("%s has none of the words that leave open who is meant", (page) => {
  expect(checkDocument(page, readFileSync(join(ROOT, page), "utf8"))).toEqual([]);
});
