import { circumstances, participants } from "./circumstances.ts";
import { ratioCells } from "./ratio-table.ts";
import { bullets, paragraph } from "./markdown-prose.ts";
import { problemText, type ScenarioResult } from "./result.ts";
import { markdownTable, tableCells } from "./table.ts";
import { missedBecause } from "./target-reasons.ts";
import type { Results, TargetCheck } from "./target-check.ts";

/** How the tables are to be read; the terminal says the same. */
export const LEGEND =
  "Median of the rounds (smallest–largest) × median of the ratios to the first contender, pair by pair; " +
  "the last column is the load client's share of its processor, a number a contender.";

/** `docs/benchmarks/README.md`: everything that was measured, as a page. */
export function page(results: Results, checks: readonly TargetCheck[]): string {
  const reasons = missedBecause(checks);
  return [
    "# Benchmarks",
    paragraph(
      "Written by `bun run bench`, which measures all of this on your machine; `bun run bench --report` writes it anew from " +
        "the JSON files beside it. Nothing on this page is written by hand.",
    ),
    bullets(circumstances(results)),
    markdownTable([
      ["contender", "version"],
      ...participants(results).map(({ name, version }) => [name, version]),
    ]),
    "## How it is measured",
    bullets(METHOD),
    "## Targets",
    paragraph(
      "Written down before anything was measured. Ratios are medians taken pair by pair; a target of several cases is met when " +
        "each of them meets it, and the case that is farthest from it is named.",
    ),
    markdownTable(targetCells(checks)),
    ...(reasons === "" ? [] : ["Why some are missed:", reasons]),
    ...[...results.values()].flatMap(section),
    "## What is not measured",
    bullets(LIMITS),
  ].join("\n\n") + "\n";
}

/** The cells of the table of targets, the heading first. */
export function targetCells(checks: readonly TargetCheck[]): string[][] {
  return [
    ["what", "target", "measured", "verdict"],
    ...checks.map(({ what, target, measured, verdict }) => [what, target, measured, verdict]),
  ];
}

function section(result: ScenarioResult): string[] {
  const { scenario, title, about, rows, notes, contenders } = result;
  const ratios = ratioCells(result);
  const problems = contenders.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${name} ${problemText(problem)}`]
  );
  const remarks = [...notes, ...problems];
  return [
    `## ${title}`,
    paragraph(`\`bun run bench ${scenario}\`. ${about}`),
    ...(rows.length === 0 ? [] : [
      `![${title}](${scenario}.svg)`,
      markdownTable(tableCells(result)),
      ...(ratios.length === 0
        ? []
        : ["Ratios pair by pair, median (smallest–largest):", markdownTable(ratios)]),
    ]),
    ...(remarks.length === 0 ? [] : [bullets(remarks)]),
  ];
}

const METHOD = [
  "Each round visits every contender once, in turn (A B C A B C), with servers freshly started for the visit, so that a machine " +
  "that grows slower does so for all. Figures are compared within a round.",
  "CPU is that of the server process, all threads, user and kernel, read from its clock before and after a case. It holds on a " +
  "busy machine better than rates do: those depend on who else wanted the processor.",
  LEGEND,
  "The load client writes and reads raw TCP and counts WebSocket frames by their headers; it never parses them. Where its share " +
  "comes near 100 %, rates are its own limit, and the CPU of the server is still what it was. At a fixed rate it looks at the " +
  "clock without a pause, to be on time, and is busy for that reason.",
  "Deliveries are counted. A contender that loses one, or delivers one too many, fails where that happens and is reported so; " +
  "soketi answers errors with status 200, therefore an answer alone counts for nothing.",
  "The load client keeps its HTTP connections and uses them again, as Pusher's library for Node.js does and that for PHP within " +
  "one process, as long as the server does not close them (soketi does after each answer). The scenario of API calls also has " +
  "calls with a connection each.",
  "Every visit begins with a warm-up of about a second, in which the runtimes compile what they do most: soketi needs it.",
  "Everything listens on 127.0.0.1 alone, and runs with the settings that it comes with, except for limits that would end a " +
  "scenario (sizes of messages, connections and calls a second, pings to silent clients).",
];

const LIMITS = [
  "A network: everything runs on one machine. What a distance adds is added to all of them.",
  "Clients: browsers and their libraries do more than the load client does, but not on the server.",
  "Days: a case takes less than a second, a visit some seconds. Memory that grows over hours does not show here.",
  "Proxies before the server, webhooks, and what metrics and logs cost that are turned on by settings.",
];
