// How long whoever has the floor has been speaking, and may still.

import type { Floor } from "./view";

/** up: no limit, time counts up. running, soon, last: so much is left. over: so much over the limit. */
export interface Clock {
  state: "up" | "running" | "soon" | "last" | "over";
  seconds: number;
}

const soon = 120; // s left
const last = 30;

/** The clock at a meeting millisecond; undefined: nobody has the floor. */
export function clockOf(
  { holder, since, limit }: Pick<Floor, "holder" | "since" | "limit">,
  now: number,
): Clock | undefined {
  if (!holder) return undefined;
  const spoken = Math.max(0, now - since);
  if (!limit) return { state: "up", seconds: Math.floor(spoken / 1000) };
  const left = Math.ceil((limit - spoken) / 1000);
  if (left <= 0) return { state: "over", seconds: Math.abs(left) };
  // A speech of three minutes must not begin with a warning.
  const warnsAt = Math.min(soon, limit / 2000);
  return { state: left <= last ? "last" : left <= warnsAt ? "soon" : "running", seconds: left };
}

/** Seconds as a clock shows them. */
export function clockDigits(seconds: number): string {
  const two = (n: number) => `${n}`.padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
