import { round } from "./svg.ts";

/** Colour on a light and on a dark background, and a shape, so that a reader need not tell colours apart. */
interface Mark {
  readonly light: string;
  readonly dark: string;
  readonly shape: (x: number, y: number) => string;
}

const R = 4;

const MARKS: Readonly<Record<string, Mark>> = {
  bare: { light: "#5c5c5c", dark: "#b8b8b8", shape: diamond },
  binary: { light: "#0063a3", dark: "#5ab4f0", shape: circle },
  source: { light: "#007a55", dark: "#35cf9f", shape: square },
  deno: { light: "#9a5b00", dark: "#eda83a", shape: triangle },
  sockudo: { light: "#5b4bb5", dark: "#a99bff", shape: diamond },
  soketi: { light: "#96348a", dark: "#e08ad4", shape: cross },
  reverb: { light: "#c22b12", dark: "#ff7d66", shape: plus },
};

const UNKNOWN: Mark = { light: "#333333", dark: "#dddddd", shape: circle };

/** The sign of a contender at a point. */
export function contenderMark(id: string, x: number, y: number): string {
  return `<g class="${id}">${(MARKS[id] ?? UNKNOWN).shape(x, y)}</g>`;
}

/** A style sheet that gives each contender's class its colour. */
export function contenderColours(ground: "light" | "dark"): string {
  return Object.entries(MARKS).map(([id, mark]) => `.${id}{color:${mark[ground]}}`).join("");
}

function circle(x: number, y: number): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${R}" fill="currentColor"/>`;
}

function square(x: number, y: number): string {
  return filled(`M${round(x - R)} ${round(y - R)}h${2 * R}v${2 * R}h${-2 * R}z`);
}

function triangle(x: number, y: number): string {
  return filled(`M${round(x)} ${round(y - R - 1)}l${R + 1} ${2 * R + 1}h${-2 * R - 2}z`);
}

function diamond(x: number, y: number): string {
  return filled(
    `M${round(x)} ${round(y - R - 1)}l${R + 1} ${R + 1}l${-R - 1} ${R + 1}l${-R - 1} ${-R - 1}z`,
  );
}

function cross(x: number, y: number): string {
  return stroked(
    `M${round(x - R)} ${round(y - R)}l${2 * R} ${2 * R}M${round(x + R)} ${round(y - R)}l${-2 * R} ${2 * R}`,
  );
}

function plus(x: number, y: number): string {
  return stroked(
    `M${round(x - R - 1)} ${round(y)}h${2 * R + 2}M${round(x)} ${round(y - R - 1)}v${2 * R + 2}`,
  );
}

function filled(path: string): string {
  return `<path d="${path}" fill="currentColor"/>`;
}

function stroked(path: string): string {
  return `<path d="${path}" fill="none" stroke="currentColor" stroke-width="2.5"/>`;
}
