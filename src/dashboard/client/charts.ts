import uPlot from "uplot";
import { SAMPLE_FIELDS, type SampleRow } from "../wire.ts";
import { formatNumber, formatShort, formatTime } from "./format.ts";

/** Seconds that a chart shows. */
const SHOWN_SECONDS = 600;
const HEIGHT = 200;

type Field = typeof SAMPLE_FIELDS[number];

interface Line {
  readonly field: Field;
  readonly label: string;
  /** The variable of the stylesheet that has its colour. */
  readonly colour: string;
}

/** A chart of some fields of the samples, drawn again with each sample. */
class Chart {
  readonly #place: HTMLElement;
  readonly #lines: readonly Line[];
  #plot: uPlot;

  constructor(place: HTMLElement, lines: readonly Line[]) {
    this.#place = place;
    this.#lines = lines;
    this.#plot = this.#make();
  }

  show(rows: readonly SampleRow[]): void {
    if (this.#place.clientWidth === 0) return;
    if (this.#plot.width !== this.#place.clientWidth) {
      this.#plot.setSize({ width: this.#place.clientWidth, height: HEIGHT });
    }
    this.#plot.setData(["at", ...this.#lines.map(({ field }) => field)].map((field) => {
      const index = SAMPLE_FIELDS.indexOf(field as Field);
      return rows.map((row) => row[index] ?? null);
    }) as unknown as uPlot.AlignedData);
    // While the pointer is elsewhere the legend shows the last sample. uPlot empties the legend when it draws, in a microtask.
    const plot = this.#plot;
    if ((plot.cursor.left ?? -1) < 0) queueMicrotask(() => plot.setLegend({ idx: rows.length - 1 }, false));
  }

  /** Draws the chart anew after the colours have changed. */
  renew(): void {
    this.#plot.destroy();
    this.#plot = this.#make();
  }

  #make(): uPlot {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: colour("--muted"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
    };
    return new uPlot(
      {
        width: Math.max(this.#place.clientWidth, 240),
        height: HEIGHT,
        padding: [12, 12, 0, 0],
        cursor: { y: false, drag: { x: false, y: false } },
        legend: {
          live: true,
          markers: { width: 0, fill: (_, index) => colour(this.#lines[index - 1]?.colour ?? "--muted") },
        },
        scales: {
          x: { time: true, range: (_, __, last) => [(last ?? 0) - SHOWN_SECONDS, last ?? SHOWN_SECONDS] },
          // From zero, and never less than four high: an idle server shows a line at the bottom.
          y: { range: (_, __, most) => [0, Math.max(4, (most ?? 0) * 1.15)] },
        },
        axes: [
          { ...axis, size: 30, values: (_, ticks) => ticks.map((at) => clock(at)), space: 70 },
          {
            ...axis,
            size: 52,
            values: (_, ticks) => ticks.map((tick) => Number.isInteger(tick) ? formatShort(tick) : ""),
          },
        ],
        series: [
          { label: "Time", value: (_, at) => typeof at === "number" ? formatTime(at * 1000) : "–" },
          ...this.#lines.map(({ label, colour: name }): uPlot.Series => ({
            label,
            stroke: colour(name),
            width: 2,
            points: { show: false },
            value: (_, value) => value === null ? "–" : formatNumber(value),
          })),
        ],
      },
      [[], ...this.#lines.map(() => [])],
      this.#place,
    );
  }
}

/** The charts of the overview. */
export class Charts {
  readonly #charts: readonly Chart[];
  #rows: SampleRow[] = [];

  constructor(connections: HTMLElement, messages: HTMLElement) {
    this.#charts = [
      new Chart(connections, [{ field: "connections", label: "Connections", colour: "--first" }]),
      new Chart(messages, [
        { field: "sent", label: "Sent", colour: "--first" },
        { field: "received", label: "Received", colour: "--second" },
      ]),
    ];
    new ResizeObserver(() => this.draw()).observe(connections);
  }

  /** Replaces all rows with these, oldest first. */
  begin(rows: readonly SampleRow[]): void {
    this.#rows = [...rows];
    this.draw();
  }

  add(row: SampleRow): void {
    this.#rows.push(row);
    if (this.#rows.length > SHOWN_SECONDS) this.#rows.splice(0, this.#rows.length - SHOWN_SECONDS);
    this.draw();
  }

  /** The sum of a field over the time that is shown. */
  total(field: Field): number {
    const index = SAMPLE_FIELDS.indexOf(field);
    return Math.round(this.#rows.reduce((sum, row) => sum + (row[index] ?? 0), 0));
  }

  renew(): void {
    for (const chart of this.#charts) chart.renew();
    this.draw();
  }

  draw(): void {
    if (document.hidden) return;
    for (const chart of this.#charts) chart.show(this.#rows);
  }
}

function clock(seconds: number): string {
  return formatTime(seconds * 1000).slice(0, 5);
}
