import { REFUSAL_REASONS, type RefusalRow, REFUSALS } from "../../src/monitoring/refusal.ts";
import { markdownTable } from "./markdown-table.ts";
import type { WrittenSection } from "./written-section.ts";

const heading = ["reason", "what is turned down", "error", "close", "disconnect"];

/** The table of refusals in docs/monitoring.md, a row a reason. */
export const refusalsSection: WrittenSection = {
  page: "docs/monitoring.md",
  name: "refusals",
  text: () =>
    markdownTable([
      heading,
      ...REFUSAL_REASONS.map((reason) => {
        const { what, code, message, close, disconnect }: RefusalRow = REFUSALS[reason];
        return [
          `\`${reason}\``,
          what,
          code === undefined ? "–" : `${code} ${message}`,
          close === undefined ? "–" : String(close),
          disconnect === undefined ? "–" : `\`${disconnect}\``,
        ];
      }),
    ]),
};
