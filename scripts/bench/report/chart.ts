import { contenderColours, contenderMark } from "./contender-mark.ts";
import { dotPanel } from "./dot-panel.ts";
import { linePanel } from "./line-panel.ts";
import { PANEL_WIDTH, type PanelData, panelsOf } from "./panel.ts";
import type { ScenarioResult } from "./result.ts";
import { type Drawing, escapeXml, moved, text, textWidth } from "./svg.ts";

const MARGIN = 24, GAP = 32, COLUMNS = 2;

/** The chart has a background of its own, light or dark as the reader's system is, since the page around it may differ. */
const STYLE =
  `text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:currentColor}` +
  `.title{font-weight:600;font-size:13px}.heading{font-weight:600;font-size:16px}.end{text-anchor:end}` +
  `.middle{text-anchor:middle}.line{fill:none;stroke:currentColor;stroke-width:1.5}` +
  `.spread{stroke:currentColor;stroke-width:2;opacity:.45}` +
  `svg{color:#1f2328}.ground{fill:#ffffff}.grid{stroke:#d8dee4}.rule{stroke:#59636e}.axis{fill:#59636e}` +
  `${contenderColours("light")}@media(prefers-color-scheme:dark){svg{color:#e6edf3}.ground{fill:#161b22}` +
  `.grid{stroke:#30363d}.rule{stroke:#9198a1}.axis{fill:#9198a1}${contenderColours("dark")}}`;

/** The chart of a scenario as an SVG document; `undefined` when there is nothing to show. */
export function chartOf(result: ScenarioResult): string | undefined {
  const panels = panelsOf(result);
  if (panels.length === 0) return undefined;
  const drawings = panels.map((panel) => panel.axis === "" ? dotPanel(panel) : linePanel(panel));
  const legend = legendOf(panels);
  const width = 2 * MARGIN + COLUMNS * (PANEL_WIDTH + GAP) - GAP;
  const parts = [text(MARGIN, MARGIN + 12, result.title, "heading"), moved(legend, MARGIN, MARGIN + 28)];
  let top = MARGIN + 28 + legend.height + 20;
  for (let index = 0; index < drawings.length; index += COLUMNS) {
    const row = drawings.slice(index, index + COLUMNS);
    parts.push(...row.map((each, column) => moved(each, MARGIN + column * (PANEL_WIDTH + GAP), top)));
    top += Math.max(...row.map(({ height }) => height)) + GAP / 2;
  }
  parts.push(...caption(result).map((words, index) => text(MARGIN, top + 12 + index * 16, words, "axis")));
  const height = top + 12 + 16 + MARGIN;
  const described = escapeXml(`${result.title}: ${panels.map(({ title }) => title).join("; ")}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-label="${described}">\n<style>${STYLE}</style>\n` +
    `<rect class="ground" width="100%" height="100%" rx="6"/>\n${parts.join("\n")}\n</svg>\n`;
}

/** The legend: each contender with its sign. Rows of single values have the names beside them. */
function legendOf(panels: readonly PanelData[]): Drawing {
  const names = new Map<string, string>();
  for (const { axis, lines } of panels) {
    if (axis !== "") { for (const { id, name } of lines) names.set(id, name); }
  }
  let x = 0;
  const parts = [...names].map(([id, name]) => {
    const part = contenderMark(id, x + 6, 6) + text(x + 18, 10, name);
    x += 18 + textWidth(name) + 22;
    return part;
  });
  return { width: x, height: parts.length === 0 ? 0 : 16, svg: parts.join("") };
}

function caption({ pairs, pace, machine }: ScenarioResult): readonly string[] {
  const { processor, processors, date, commit } = machine;
  return [
    `Median of ${pairs} rounds; the stroke goes from the smallest to the largest value. Less is better.`,
    `${processor}, ${processors} processors, ${date} UTC, ${pace} pace, commit ${commit}`,
  ];
}
