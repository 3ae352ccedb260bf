import { LOG_EVENTS, type LogEventRow } from "../../src/monitoring/log-event.ts";
import { markdownTable } from "./markdown-table.ts";
import type { WrittenSection } from "./written-section.ts";

/** The table of log events in docs/monitoring.md, a row an event. */
export const logEventsSection: WrittenSection = {
  page: "docs/monitoring.md",
  name: "log events",
  text: () =>
    markdownTable([
      ["event", "level", "fields", "when"],
      ...Object.entries<LogEventRow>(LOG_EVENTS).map(([event, { levels, fields, when }]) => [
        `\`${event}\``,
        levels.join(", "),
        fields.length === 0 ? "–" : fields.map((field) => `\`${field}\``).join(", "),
        when,
      ]),
    ]),
};
