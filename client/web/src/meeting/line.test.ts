import { describe, expect, it } from "vitest";
import { gradeOf, LineGrade, numbersOf } from "./line";
import type { LineState } from "./messages";

const clean: LineState = { rtt: 60, lossDown: 0, lossUp: 0, recoveredDown: 0, kbpsDown: 30.4, kbpsUp: 27.6 };
const line = (more: Partial<LineState>): LineState => ({ ...clean, ...more });

describe("gradeOf", () => {
  it.each([
    ["a clean line", {}, "good"],
    ["loss that is repaired", { lossDown: 0.09, recoveredDown: 0.95 }, "good"],
    ["the same loss unrepaired", { lossDown: 0.09, recoveredDown: 0 }, "poor"],
    ["much loss, repaired", { lossDown: 0.25, recoveredDown: 0.98 }, "fair"],
    ["loss on the way up", { lossUp: 0.2 }, "fair"],
    ["a satellite", { rtt: 650 }, "fair"],
    ["a full buffer", { rtt: 1500 }, "poor"],
    ["more loss than repair can do", { lossDown: 0.45, recoveredDown: 0.9 }, "poor"],
    ["a line not yet measured", { rtt: undefined }, "good"],
  ] as const)("%s", (_what, more, grade) => expect(gradeOf(line(more))).toBe(grade));
});

describe("LineGrade", () => {
  const bad = line({ lossDown: 0.5 });
  it("gets worse at once and better after four good seconds", () => {
    const grade = new LineGrade();
    expect([clean, bad, clean, clean, clean, clean].map((l) => grade.report(l))).toEqual([
      "good",
      "poor",
      "poor",
      "poor",
      "poor",
      "good",
    ]);
  });
  it("starts counting again after a bad second", () => {
    const grade = new LineGrade();
    expect([bad, clean, clean, clean, bad, clean, clean, clean].map((l) => grade.report(l))).toEqual(
      Array(8).fill("poor"),
    );
  });
  it("rises only to the worst of those seconds", () => {
    const grade = new LineGrade();
    const fair = line({ rtt: 600 });
    expect([bad, clean, fair, clean, clean].map((l) => grade.report(l)).at(-1)).toBe("fair");
  });
});

it("shows whole numbers, the worse direction's loss, and recovery only when there was something to recover", () => {
  expect(numbersOf(clean)).toEqual({ loss: 0, recovered: undefined, delay: 60, down: 30, up: 28 });
  expect(numbersOf(line({ lossDown: 0.1, lossUp: 0.156, recoveredDown: 0.954, rtt: undefined }))).toEqual({
    loss: 16,
    recovered: 95,
    delay: undefined,
    down: 30,
    up: 28,
  });
});
