// How far conclusions are. Pure.

import type { ConclusionView } from "../meetings/api";
import { isOverdue } from "../when";

/** What one of the units says of a conclusion. */
export interface UnitState {
  n: number;
  seen: boolean;
  text: string;
  done: boolean;
}

/** The units of a conclusion, in their order. */
export function unitsOf({ units = [], acknowledged, progress }: ConclusionView): UnitState[] {
  return units.map((n) => {
    const [text = "", done = false] = progress?.[n] ?? [];
    return { n, seen: (acknowledged ?? []).includes(n) || text !== "", text, done: Boolean(done) };
  });
}

/** Whether all units have done it; what is given to nobody is nobody's to do. */
export function isDone(conclusion: ConclusionView): boolean {
  const units = unitsOf(conclusion);
  return units.length > 0 && units.every((u) => u.done);
}

/** How a conclusion stands on a day. */
export function standing(conclusion: ConclusionView, now: number): "done" | "overdue" | "open" {
  if (isDone(conclusion)) return "done";
  return isOverdue(conclusion.due ?? "", now) ? "overdue" : "open";
}

/** The most urgent first; those without a due day after the others, those that are done last. */
export function byUrgency(now: number) {
  const rank = (c: ConclusionView) => `${standing(c, now) === "done" ? 1 : 0}${c.due || "9999"}`;
  return (a: ConclusionView, b: ConclusionView) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0);
}
