import { contenderMark } from "./contender-mark.ts";
import { tickLabel } from "./line-panel.ts";
import { PANEL_WIDTH, type PanelData } from "./panel.ts";
import { scaleOf } from "./scale.ts";
import { shortNumber } from "./statistics.ts";
import { type Drawing, line, text, textWidth } from "./svg.ts";

const ROW = 22;
const PLOT = { left: 168, right: 62, top: 46, bottom: 30 };

/** One value a contender, a row each; the stroke through it goes from the smallest to the largest. */
export function dotPanel({ title, subtitle, lines }: PanelData): Drawing {
  const rows = lines.flatMap(({ id, name, points }) =>
    points.slice(0, 1).map((point) => ({ id, name, ...point }))
  );
  const scale = scaleOf(rows.flatMap(({ low, high }) => [low, high]));
  const width = PANEL_WIDTH - PLOT.left - PLOT.right, bottom = PLOT.top + rows.length * ROW;
  const x = (value: number): number => PLOT.left + scale.at(value) * width;
  const svg = [
    text(0, 14, title, "title"),
    text(0, 32, scale.isLogarithmic ? `${subtitle} (logarithmic)` : subtitle, "axis"),
    ...scale.ticks.map((tick) => line(x(tick), PLOT.top, x(tick), bottom, "grid")),
    ...spaced(scale.ticks, x).map((tick) => text(x(tick), bottom + 16, tickLabel(tick), "axis middle")),
    ...rows.map(({ id, name, median, low, high }, index) => {
      const y = PLOT.top + (index + 0.5) * ROW;
      return text(PLOT.left - 10, y + 4, name, "end") +
        `<g class="${id}">${line(x(low), y, x(high), y, "spread")}</g>` + contenderMark(id, x(median), y) +
        text(PANEL_WIDTH, y + 4, shortNumber(median), "end");
    }),
  ].join("\n");
  return { width: PANEL_WIDTH, height: bottom + PLOT.bottom, svg };
}

/** The marks that can be written without touching each other; where two would, the higher one stays. */
function spaced(ticks: readonly number[], x: (value: number) => number): number[] {
  const kept: number[] = [];
  let free = Number.POSITIVE_INFINITY;
  for (const tick of ticks.toReversed()) {
    const half = textWidth(tickLabel(tick)) / 2 + 3;
    if (x(tick) + half > free) continue;
    kept.push(tick);
    free = x(tick) - half;
  }
  return kept;
}
