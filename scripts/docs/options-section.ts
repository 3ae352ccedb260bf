import { Command } from "commander";
import { addConfigOptions } from "../../src/cli/config-options.ts";
import { markdownTable } from "./markdown-table.ts";
import type { WrittenSection } from "./written-section.ts";

/** The table of the options that name a configuration, in docs/commands.md: as `--help` prints them, in the same order. */
export const optionsSection: WrittenSection = {
  page: "docs/commands.md",
  name: "options",
  text: () =>
    markdownTable([
      ["option", "what it does"],
      ...addConfigOptions(new Command()).options.map(({ flags, description }) => [
        `\`${flags}\``,
        description.replace(/\((REVERB_\w+)/, "(`$1`").replaceAll("|", "\\|"),
      ]),
    ]),
};
