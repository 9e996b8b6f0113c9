// Paths of the small plots: one unit across a second, `height` up, the newest second at the right edge.

import { remembered } from "../meeting/ownline";

/** Height of a plot in its own units. */
export const height = 20;

type Values = readonly (number | undefined)[];

/** The scale of a plot: `least`, doubled until no value is above it. */
export function topOf(least: number, values: Values): number {
  let top = least;
  while (top < 1e9 && values.some((value) => value !== undefined && value > top)) top *= 2;
  return top;
}

/** A bar a second, `wide` of it filled; undefined is no bar. */
export function bars(values: Values, top: number, wide: number): string {
  return path(values, (x, value) => (value > 0 ? `M${x} ${height}v${-up(value, top)}h${wide}V${height}z` : ""));
}

/** A line, broken where a value is undefined. */
export function curve(values: Values, top: number): string {
  return path(values, (x, value, before) => `${before === undefined ? "M" : "L"}${x} ${height - up(value, top)}h1`);
}

function path(values: Values, step: (x: number, value: number, before: number | undefined) => string): string {
  const first = remembered - values.length;
  return values.map((v, i) => (v === undefined ? "" : step(first + i, v, values[i - 1]))).join("");
}

const up = (value: number, top: number): number => Math.round((10 * height * value) / top) / 10;
