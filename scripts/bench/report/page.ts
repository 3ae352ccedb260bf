import { circumstances, participants } from "./circumstances.ts";
import { ratioCells } from "./ratio-table.ts";
import { bullets, paragraph } from "./markdown-prose.ts";
import { problemText, type ScenarioResult } from "./result.ts";
import { markdownTable } from "../../docs/markdown-table.ts";
import { summaryCells } from "./summary-cells.ts";
import { tableCells } from "./table.ts";
import { missedBecause } from "./target-reasons.ts";
import type { Results, TargetCheck } from "./target-check.ts";

/** How to read the tables; the terminal prints the same. */
export const LEGEND =
  "A cell has the median of the rounds (smallest–largest) and, behind ×, the median of the ratios to the first contender, taken " +
  "round by round; the last column is how busy the load client was, in percent of its processor, a number a contender.";

/** `docs/benchmarks/README.md`: everything that was measured, as a page. */
export function page(results: Results, checks: readonly TargetCheck[]): string {
  const reasons = missedBecause(checks);
  return [
    "# Benchmarks",
    paragraph(
      "`bun run bench` measures all of this on your machine and writes this page; `bun run bench --report` writes it anew from " +
        "the JSON files beside it. No figure on this page is written by hand.",
    ),
    bullets(circumstances(results)),
    markdownTable([
      ["contender", "version"],
      ...participants(results).map(({ name, version }) => [name, version]),
    ]),
    "## In short",
    paragraph("Values are medians of the rounds, ratios medians of the ratios taken round by round."),
    markdownTable(summaryCells(results)),
    "## Running it",
    bullets(RUNNING),
    "## How it is measured",
    bullets(METHOD),
    "## Targets",
    paragraph(
      "They were written down before anything was measured. A target of several cases is met when each case meets it; the table " +
        "names the case that is farthest from it.",
    ),
    markdownTable(targetCells(checks)),
    ...(reasons === "" ? [] : ["Why some targets are missed:", reasons]),
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
        : ["Ratios round by round, median (smallest–largest):", markdownTable(ratios)]),
    ]),
    ...(remarks.length === 0 ? [] : [bullets(remarks)]),
  ];
}

const RUNNING = [
  "`bun run bench` measures every scenario with every contender: this server in its three forms, a `Bun.serve` that does the " +
  "least possible for the same clients (the bare server), soketi, and Laravel Reverb where Composer has it. It takes more " +
  "than an hour; `--quick` takes less, with fewer rounds.",
  "`bun run bench http` measures one scenario, `--only binary,soketi` some contenders, and `--list` prints the names of both.",
  "`--sockudo PATH` adds sockudo by its executable, `--reverb DIR` measures Reverb in a Laravel application that you have.",
  "`bun run bench --against REF http` builds another commit and measures it in turn with the sources as they stand: what a " +
  "change costs.",
];

const METHOD = [
  "Each round measures every contender once, in turn (A B C A B C), with a freshly started server, so that a machine that grows " +
  "slower does so for all. Figures are compared within a round.",
  "CPU is that of the server process, all threads, user and kernel, read from its clock before and after a case. On a busy " +
  "machine it is steadier than rates, which depend on what else uses the processor.",
  LEGEND,
  "The load client writes and reads raw TCP and counts WebSocket frames by their headers; it never parses them. Where it is near " +
  "100 % busy, rates are limited by the load client; the server's CPU figures still hold. At a fixed rate it watches the clock " +
  "without a pause, to be on time, and is busy for that reason.",
  "Deliveries are counted. A contender that loses one, or delivers one twice, fails that case and is reported so. An answer from " +
  "the API proves nothing by itself: soketi answers errors with status 200.",
  "The load client keeps its HTTP connections, as Pusher's library for Node.js does, and the one for PHP within one process, " +
  "unless the server closes them (soketi does after each answer). The scenario of API calls also has calls with a new connection " +
  "each.",
  "Each case begins with a warm-up, in which the runtimes compile what they run most: until three windows in a row cost the same " +
  "within 5 %, six seconds at most. Results until 2026-11-21 had a warm-up of about a second.",
  "All servers listen on 127.0.0.1 and run with their default settings, except for limits that would end a scenario (sizes of " +
  "messages, connections and calls a second, pings to silent clients).",
];

const LIMITS = [
  "A network: everything runs on one machine. Distance adds the same delay to all contenders.",
  "Clients: browsers and their libraries do more work than the load client, but none of it on the server.",
  "Long runs: a case takes less than a second, all cases of a contender some seconds. Memory that grows over hours does not show.",
  "Proxies in front of the server, webhooks, and the cost of metrics and logs that are off by default.",
];
