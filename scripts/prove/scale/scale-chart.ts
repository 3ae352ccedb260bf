import { tickLabel } from "../../bench/report/line-panel.ts";
import { scaleOf, scaleOfSizes } from "../../bench/report/scale.ts";
import { line, round, text } from "../../bench/report/svg.ts";
import type { Capacity, Load } from "./loads.ts";

const WIDTH = 640, HEIGHT = 380, PLOT = { left: 78, right: 110, top: 70, bottom: 50 };
const STYLE =
  `text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:currentColor}` +
  `.title{font-weight:600;font-size:15px}.end{text-anchor:end}.middle{text-anchor:middle}` +
  `.line{fill:none;stroke:currentColor;stroke-width:2}.limit{stroke:#cf222e;stroke-dasharray:5 4}` +
  `svg{color:#1f2328}.ground{fill:#ffffff}.grid{stroke:#d8dee4}.rule{stroke:#59636e}.axis{fill:#59636e}` +
  `@media(prefers-color-scheme:dark){svg{color:#e6edf3}.ground{fill:#161b22}.grid{stroke:#30363d}` +
  `.rule{stroke:#9198a1}.axis{fill:#9198a1}}`;

/** Steps a second on the busiest Redis over the number of nodes, a line for each number of masters, as an SVG document. */
export function scaleChart(loads: readonly Load[], capacity: Capacity): string {
  const masters = [...loads[0]?.busiest.keys() ?? []];
  const sizes = scaleOfSizes(loads.map(({ nodes }) => nodes));
  const stepsOf = (load: Load, count: number): number => load.busiest.get(count)?.steps ?? 0;
  const values = scaleOf([
    capacity.steps,
    ...loads.flatMap((load) => masters.map((each) => stepsOf(load, each))),
  ]);
  const width = WIDTH - PLOT.left - PLOT.right, height = HEIGHT - PLOT.top - PLOT.bottom;
  const bottom = PLOT.top + height, right = PLOT.left + width;
  const x = (nodes: number): number => PLOT.left + 14 + sizes.at(nodes) * (width - 28);
  const y = (value: number): number => bottom - values.at(value) * height;
  const svg = [
    text(24, 30, "Commands and messages a second on the busiest Redis", "title"),
    text(24, 50, values.isLogarithmic ? "by number of nodes (logarithmic)" : "by number of nodes", "axis"),
    ...values.ticks.map((tick) =>
      line(PLOT.left, y(tick), right, y(tick), "grid") +
      text(PLOT.left - 8, y(tick) + 4, tickLabel(tick), "axis end")
    ),
    line(PLOT.left, bottom, right, bottom, "rule"),
    ...sizes.ticks.map((size) => text(x(size), bottom + 18, String(size), "axis middle")),
    text(PLOT.left + width / 2, bottom + 38, "nodes", "axis middle"),
    line(PLOT.left, y(capacity.steps), right, y(capacity.steps), "limit"),
    text(PLOT.left + 6, y(capacity.steps) - 6, "what one can do"),
    ...masters.map((count) => {
      const path = loads.map((load, index) =>
        `${index === 0 ? "M" : "L"}${round(x(load.nodes))} ${round(y(stepsOf(load, count)))}`
      ).join("");
      const last = loads.at(-1)!;
      return `<path d="${path}" class="line"/>` +
        text(x(last.nodes) + 8, y(stepsOf(last, count)) + 4, count === 1 ? "one Redis" : `${count} masters`);
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" ` +
    `role="img" aria-label="Commands and messages a second on the busiest Redis, by number of nodes">\n` +
    `<style>${STYLE}</style>\n<rect class="ground" width="100%" height="100%" rx="6"/>\n${
      svg.join("\n")
    }\n</svg>\n`;
}
