import { contenderMark } from "./contender-mark.ts";
import { PANEL_WIDTH, type PanelData } from "./panel.ts";
import { scaleOf, scaleOfSizes } from "./scale.ts";
import { shortNumber } from "./statistics.ts";
import { type Drawing, line, round, text } from "./svg.ts";

const HEIGHT = 300;
const PLOT = { left: 58, right: 18, top: 52, bottom: 46 };

/** Cost over size, a line a contender; the upright stroke at a point goes from the smallest to the largest value. */
export function linePanel({ title, subtitle, axis, lines }: PanelData): Drawing {
  const points = lines.flatMap((each) => each.points);
  const sizes = scaleOfSizes(points.map(({ size }) => size));
  const values = scaleOf(points.flatMap(({ low, high }) => [low, high]));
  const width = PANEL_WIDTH - PLOT.left - PLOT.right, height = HEIGHT - PLOT.top - PLOT.bottom;
  // The outermost points stand a little inside.
  const x = (size: number): number => PLOT.left + 14 + sizes.at(size) * (width - 28);
  const y = (value: number): number => PLOT.top + height - values.at(value) * height;
  const bottom = PLOT.top + height;

  const grid = values.ticks.map((tick) =>
    line(PLOT.left, y(tick), PLOT.left + width, y(tick), "grid") +
    text(PLOT.left - 8, y(tick) + 4, tickLabel(tick), "axis end")
  );
  const marks = sizes.ticks.map((size) =>
    line(x(size), bottom, x(size), bottom + 4, "rule") +
    text(x(size), bottom + 18, size.toLocaleString("en"), "axis middle")
  );
  const drawn = lines.map(({ id, points }) => {
    const path = points.map(({ size, median }, index) =>
      `${index === 0 ? "M" : "L"}${round(x(size))} ${round(y(median))}`
    ).join("");
    const strokes = points.map(({ size, low, high }) => line(x(size), y(low), x(size), y(high), "spread"));
    const signs = points.map(({ size, median }) => contenderMark(id, x(size), y(median)));
    return `<g class="${id}"><path d="${path}" class="line"/>${strokes.join("")}</g>${signs.join("")}`;
  });
  const svg = [
    text(0, 14, title, "title"),
    text(0, 32, values.isLogarithmic ? `${subtitle} (logarithmic)` : subtitle, "axis"),
    ...grid,
    line(PLOT.left, bottom, PLOT.left + width, bottom, "rule"),
    ...marks,
    text(PLOT.left + width / 2, bottom + 36, axis, "axis middle"),
    ...drawn,
  ].join("\n");
  return { width: PANEL_WIDTH, height: HEIGHT, svg };
}

/** A mark on an axis, which is a round number. */
export function tickLabel(tick: number): string {
  return tick >= 1000
    ? tick.toLocaleString("en")
    : Number.isInteger(tick)
    ? String(tick)
    : shortNumber(tick).replace(/0+$/, "");
}
