// The state of one's own line, both directions judged: a word that holds still and a few numbers that do not flicker.

import type { LineState } from "./messages";

/** How good a line is, in the words of the page. */
export type Grade = "good" | "weak" | "bad";

/** A direction of the line as this side sees it: what comes down is heard here. */
export type Way = "Down" | "Up";

/** What is judged and drawn of one report: shares in 0..1, times in ms, rates in kbit/s; undefined is not known. */
export interface Measure {
  lossDown: number;
  lossUp: number;
  leftDown: number; // lost, and not brought back by repair
  leftUp?: number;
  rtt?: number;
  late?: number; // from the relay's sending to the loudspeaker
  kbpsDown: number;
  kbpsUp: number;
}

/** Loss of one direction in whole %; recovered is the share of it that came back, if anything was lost and it is known. */
export interface Loss {
  lost: number;
  recovered?: number;
}

/** The line as it is shown, all numbers whole. */
export interface LineView {
  grade: Grade;
  slow: boolean; // time, not loss, is what is wrong
  worse: Way; // the direction to name
  loss: Record<Way, Loss>;
  late?: number; // ms
  kbps: Record<Way, number>;
}

const grades: readonly Grade[] = ["good", "weak", "bad"];
// What each word allows at most. What repair brings back is not heard, so the loss that remains weighs most.
const limits = [
  { left: 0.02, loss: 0.1, rtt: 500, late: 600 },
  { left: 0.06, loss: 0.4, rtt: 1200, late: 1200 },
] as const;
const ease = 0.75; // of a limit, which a line must keep to be called better again
const worseAfter = 2; // reports, one a second
const betterAfter = 5;
const follow = 0.3; // of a difference, per report

/** What a report says, in the terms of a Measure. */
export function measureOf(line: LineState): Measure {
  const { lossDown, lossUp, recoveredDown, recoveredUp, rtt, delay, kbpsDown, kbpsUp } = line;
  const leftUp = recoveredUp === undefined ? undefined : lossUp * (1 - recoveredUp);
  const late = rtt === undefined && delay === undefined ? undefined : (delay ?? 0) + (rtt ?? 0) / 2;
  return { lossDown, lossUp, leftDown: lossDown * (1 - recoveredDown), leftUp, rtt, late, kbpsDown, kbpsUp };
}

/** The grade of a line, its limits multiplied by `slack`: 0 is the best. */
function gradeOf({ lossDown, lossUp, leftDown, leftUp = 0, rtt = 0, late = 0 }: Measure, slack = 1): number {
  const loss = Math.max(lossDown, lossUp) / slack;
  const left = Math.max(leftDown, leftUp) / slack;
  const kept = limits.findIndex(
    (limit) => left <= limit.left && loss <= limit.loss && rtt / slack <= limit.rtt && late / slack <= limit.late,
  );
  return kept < 0 ? limits.length : kept;
}

/** Judges report after report of one line. Begin anew with another after an outage. */
export class LineJudge {
  #mean: Measure | undefined;
  #grade: number | undefined;
  #other: number[] = []; // grades of the last reports, all better than #grade or all worse
  #view: LineView | undefined;

  /** Takes the measure of one more second and returns what to show. */
  report(measure: Measure): LineView {
    const mean = smooth(this.#mean, measure);
    this.#mean = mean;
    const shown = this.#view;
    this.#view = {
      grade: grades[this.#judge(mean)],
      slow: gradeOf({ ...mean, rtt: 0, late: 0 }) < gradeOf(mean),
      worse: worseOf(mean, shown?.worse ?? "Down"),
      loss: {
        Down: lossOf(mean.lossDown, mean.leftDown, shown?.loss.Down),
        Up: lossOf(mean.lossUp, mean.leftUp, shown?.loss.Up),
      },
      late: mean.late === undefined ? undefined : hold(shown?.late, mean.late, 20),
      kbps: { Down: hold(shown?.kbps.Down, mean.kbpsDown, 1), Up: hold(shown?.kbps.Up, mean.kbpsUp, 1) },
    };
    return this.#view;
  }

  /** The grade changes when it has been another for some reports, and then to the nearest of them. */
  #judge(mean: Measure): number {
    let now = gradeOf(mean);
    this.#grade ??= now;
    const was = this.#grade;
    if (now < was) now = Math.min(was, gradeOf(mean, ease));
    if (this.#other.some((grade) => grade > was !== now > was)) this.#other = [];
    if (now === was) this.#other = [];
    else this.#other.push(now);
    if (this.#other.length >= (now > was ? worseAfter : betterAfter)) {
      this.#grade = now > was ? Math.min(...this.#other) : Math.max(...this.#other);
      this.#other = [];
    }
    return this.#grade;
  }
}

/** A running mean of each number; one that is not known now keeps its last value. */
function smooth(mean: Measure | undefined, next: Measure): Measure {
  const result = { ...mean, ...next };
  for (const key of Object.keys(result) as (keyof Measure)[]) {
    const before = mean?.[key];
    if (before !== undefined) result[key] = before + follow * ((next[key] ?? before) - before);
  }
  return result;
}

/** The direction to name: the other than before only if it is clearly worse. */
function worseOf({ lossDown, lossUp, leftDown, leftUp = 0 }: Measure, named: Way): Way {
  const [down, up] = [lossDown + 5 * leftDown, lossUp + 5 * leftUp];
  if (named === "Down") return up > 1.3 * down + 0.004 ? "Up" : named;
  return down > 1.3 * up + 0.004 ? "Down" : named;
}

function lossOf(loss: number, left: number | undefined, shown: Loss | undefined): Loss {
  const lost = hold(shown?.lost, 100 * loss, 0.75);
  if (lost === 0 || left === undefined) return { lost };
  const recovered = 100 * (1 - left / loss);
  // 100 % is a promise: it is said only when nothing was missing.
  return { lost, recovered: recovered < 99.95 ? Math.min(hold(shown?.recovered, recovered, 0.75, 0), 99) : 100 };
}

/** A value as a whole number that stays as it was shown while it is near enough. */
function hold(shown: number | undefined, value: number, near: number, share = 0.08): number {
  return shown !== undefined && Math.abs(value - shown) < Math.max(near, share * value) ? shown : Math.round(value);
}
