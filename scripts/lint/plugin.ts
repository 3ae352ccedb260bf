import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { globals } from "../imports/globals.ts";
import { imports } from "../imports/imports.ts";
import { noBarrel } from "../imports/no-barrel.ts";
import { fileName } from "../imports/file-name.ts";
import { plainWords } from "../words/plain-words.ts";
import type { Plugin, Rule } from "./lint-api.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const RULES: Readonly<Record<string, Rule>> = {
  "file-name": fileName,
  imports,
  "no-barrel": noBarrel,
  globals,
  "plain-words": plainWords,
};

/**
 * The rules of this project for `deno lint`, which shows them in the editor as well: `lint.plugins` of deno.json names this file.
 * A rule that needs more than one file, such as the one against cycles, is in scripts/check-imports.ts.
 */
const plugin: Plugin = {
  name: "resound",
  rules: Object.fromEntries(
    Object.entries(RULES).map(([name, rule]) => [name, {
      create: (context) => rule(relative(ROOT, context.filename).replaceAll("\\", "/"), context),
    }]),
  ),
};

export default plugin;
