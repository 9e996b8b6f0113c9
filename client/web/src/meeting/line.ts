// The state of one's own line, in a word and in a few numbers.

import type { LineState } from "./messages";

/** How good a line is, in the words of the page. */
export type Grade = "good" | "fair" | "poor";

/** The numbers that the page shows: shares in %, delay in ms, rates in kbit/s, all whole; undefined is not known. */
export interface LineNumbers {
  loss: number;
  recovered?: number;
  delay?: number;
  down: number;
  up: number;
}

const grades: readonly Grade[] = ["good", "fair", "poor"];
const betterAfter = 4; // reports, one a second: a word that changes every second helps nobody

/** The grade of one report. What repair brings back is not heard, so the loss that remains weighs most. */
export function gradeOf(line: LineState): Grade {
  const residual = line.lossDown * (1 - line.recoveredDown);
  const loss = Math.max(line.lossDown, line.lossUp);
  const rtt = line.rtt ?? 0;
  if (residual <= 0.02 && loss <= 0.1 && rtt <= 400) return "good";
  if (residual <= 0.06 && loss <= 0.3 && rtt <= 900) return "fair";
  return "poor";
}

/** Grades report after report: worse at once, better only when it lasts. */
export class LineGrade {
  #grade: Grade | undefined;
  #better: Grade[] = [];

  /** Takes the report of one more second and returns the grade to show. */
  report(line: LineState): Grade {
    const grade = gradeOf(line);
    if (this.#grade === undefined || rank(grade) >= rank(this.#grade)) {
      this.#better = [];
      this.#grade = grade;
      return grade;
    }
    this.#better.push(grade);
    if (this.#better.length === betterAfter) {
      this.#grade = this.#better.reduce((a, b) => (rank(a) > rank(b) ? a : b));
      this.#better = [];
    }
    return this.#grade;
  }
}

const rank = (grade: Grade): number => grades.indexOf(grade);

/** The numbers of a report. Loss is that of the worse direction; recovery is known of what comes down, and only if something was lost. */
export function numbersOf(line: LineState): LineNumbers {
  return {
    loss: Math.round(100 * Math.max(line.lossDown, line.lossUp)),
    recovered: line.lossDown > 0 ? Math.round(100 * line.recoveredDown) : undefined,
    delay: line.rtt === undefined ? undefined : Math.round(line.rtt),
    down: Math.round(line.kbpsDown),
    up: Math.round(line.kbpsUp),
  };
}
