/** A Markdown table whose columns stand under each other, as `deno fmt` writes it. */
export function markdownTable(cells: readonly (readonly string[])[]): string {
  const [heading = []] = cells;
  const widths = heading.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(heading), rule, ...cells.slice(1).map(line)].join("\n");
}
