// What an invitation says about time. Pure.

/** Where a meeting stands for who is invited. */
export type Moment = "no-time" | "before" | "soon" | "now" | "over";

const early = 30 * 60_000; // ms before the beginning when going in is the thing to do
const longest = 12 * 3600_000; // ms after the end that a meeting may last if nobody closes it

/** What is told of a meeting's times, Unix ms. */
export interface Times {
  starts?: number;
  minutes?: number;
  opened?: number;
  closed?: number;
}

/** Where the meeting stands at this time. */
export function momentOf({ starts, minutes = 0, opened, closed }: Times, now: number): Moment {
  if (closed) return "over";
  if (opened) return "now";
  if (!starts) return "no-time";
  if (now < starts - early) return "before";
  if (now < starts) return "soon";
  return now < starts + minutes * 60_000 + longest ? "now" : "over";
}

/** How often the countdown changes: each second in the last ten minutes. */
export function tickOf(starts: number | undefined, now: number): number {
  const left = (starts ?? 0) - now;
  return left > 0 && left < 600_000 ? 1000 : 15_000;
}
