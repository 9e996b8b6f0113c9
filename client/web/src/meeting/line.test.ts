import { describe, expect, it } from "vitest";
import { type Grade, LineJudge, type LineView, measureOf } from "./line";
import type { LineState } from "./messages";

const clean: LineState = { rtt: 60, lossDown: 0, lossUp: 0, recoveredDown: 0, kbpsDown: 30.4, kbpsUp: 27.6 };
const line = (more: Partial<LineState>) => measureOf({ ...clean, ...more });

/** What a judge shows after each of these reports. */
function shown(...reports: Partial<LineState>[]): LineView[] {
  const judge = new LineJudge();
  return reports.map((report) => judge.report(line(report)));
}

const times = (n: number, report: Partial<LineState>): Partial<LineState>[] => Array(n).fill(report);
const bad = { lossDown: 0.3, recoveredDown: 0.5 };

describe("the grade", () => {
  it.each([
    ["a clean line", {}, "good"],
    ["loss that is repaired", { lossDown: 0.09, recoveredDown: 0.95 }, "good"],
    ["the same loss unrepaired", { lossDown: 0.09, recoveredDown: 0 }, "bad"],
    ["much loss, repaired", { lossDown: 0.25, recoveredDown: 0.98 }, "weak"],
    ["loss on the way up, repair not known", { lossUp: 0.2 }, "weak"],
    ["loss on the way up that is heard", { lossUp: 0.2, recoveredUp: 0.6 }, "bad"],
    ["a satellite", { rtt: 650 }, "weak"],
    ["a full buffer", { rtt: 1500 }, "bad"],
    ["a listener's budget over a long way", { rtt: 400, delay: 800 }, "weak"],
    ["sound held back for longer than a talk bears", { delay: 1300 }, "bad"],
    ["more loss than repair can do", { lossDown: 0.45, recoveredDown: 0.99 }, "bad"],
    ["a line not yet measured", { rtt: undefined }, "good"],
  ] as const)("%s", (_what, more, grade) => expect(shown(more)[0].grade).toBe(grade));
});

describe("the word", () => {
  const words = (...reports: Partial<LineState>[]): Grade[] => shown(...reports).map((v) => v.grade);

  it("is there at the first report", () => expect(words(bad)).toEqual(["bad"]));

  it("does not follow one bad second", () =>
    expect(words({}, { rtt: 1300 }, ...times(8, {}))).toEqual(Array(10).fill("good")));

  it("gets worse when it lasts, first to the nearest", () =>
    expect(words({}, ...times(6, bad))).toEqual(["good", "good", "weak", "weak", "bad", "bad", "bad"]));

  it("gets better only after five seconds of it", () => {
    const after = words(bad, ...times(20, {}));
    const weak = after.indexOf("weak");
    const good = after.indexOf("good");
    expect(weak).toBeGreaterThan(5);
    expect(good - weak).toBeGreaterThanOrEqual(5);
    expect(after.slice(good)).toEqual(Array(21 - good).fill("good"));
  });

  it("holds still on a line between two words", () => {
    const between = Array.from({ length: 60 }, (_, i) => ({ lossDown: i % 2 ? 0.108 : 0.088, recoveredDown: 1 }));
    expect(new Set(words({ lossDown: 0.12, recoveredDown: 1 }, ...between))).toEqual(new Set(["weak"]));
  });
});

describe("the direction", () => {
  const directions = (...reports: Partial<LineState>[]) => shown(...reports).map((v) => v.worse);

  it("is the worse one", () => {
    expect(directions({ lossUp: 0.2, recoveredUp: 1 })).toEqual(["Up"]);
    expect(directions({ lossDown: 0.2, recoveredDown: 1, lossUp: 0.1, recoveredUp: 0.2 })).toEqual(["Up"]);
  });

  it("is the one that lost anything", () => expect(directions({}, ...times(9, { lossUp: 0.01 })).at(-1)).toBe("Up"));

  it("does not change for a little more loss on the other", () => {
    const one = { lossDown: 0.2, recoveredDown: 1, lossUp: 0.19, recoveredUp: 1 };
    const other = { lossDown: 0.19, recoveredDown: 1, lossUp: 0.22, recoveredUp: 1 };
    expect(directions(one, other, one, other, other, other)).toEqual(Array(6).fill("Down"));
  });
});

describe("the numbers", () => {
  it("are whole, and recovery is told only when there was something to recover", () => {
    expect(shown({})[0]).toMatchObject({
      loss: { Down: { lost: 0 }, Up: { lost: 0 } },
      late: 30,
      kbps: { Down: 30, Up: 28 },
    });
    expect(shown({ lossDown: 0.18, recoveredDown: 0.99, lossUp: 0.156, delay: 400 })[0]).toMatchObject({
      loss: { Down: { lost: 18, recovered: 99 }, Up: { lost: 16 } },
      late: 430,
    });
  });

  it("do not flicker", () => {
    const noise = Array.from({ length: 60 }, (_, i) => [0.165, 0.19, 0.18][i % 3]);
    const views = shown(...noise.map((lossDown) => ({ lossDown, recoveredDown: 0.99, kbpsDown: 40 + 20 * lossDown })));
    const settled = views.slice(5);
    expect(new Set(settled.map((v) => v.loss.Down.lost)).size).toBe(1);
    expect(new Set(settled.map((v) => v.kbps.Down)).size).toBe(1);
  });

  it("still arrive where the line is", () => {
    const late = shown({}, ...times(12, { lossDown: 0.3, recoveredDown: 1, rtt: 300 })).at(-1);
    expect(late?.loss.Down.lost).toBeGreaterThan(27);
    expect(late?.late).toBeGreaterThan(135);
    expect(shown({ lossDown: 0.3 }, ...times(25, {})).at(-1)?.loss.Down.lost).toBe(0);
  });

  it("say 100 % only when nothing was missing", () => {
    expect(shown({ lossDown: 0.2, recoveredDown: 0.998 })[0].loss.Down.recovered).toBe(99);
    expect(shown({ lossDown: 0.2, recoveredDown: 1 })[0].loss.Down.recovered).toBe(100);
  });

  it("keep what a report does not know", () =>
    expect(shown({ rtt: 100 }, { rtt: undefined }).at(-1)).toMatchObject({ late: 50 }));
});

it("tells a slow line from a lossy one", () => {
  expect(shown({ rtt: 700, lossDown: 0.03, recoveredDown: 1 })[0]).toMatchObject({ grade: "weak", slow: true });
  expect(shown({ lossDown: 0.2, recoveredDown: 1 })[0]).toMatchObject({ grade: "weak", slow: false });
  expect(shown({})[0].slow).toBe(false);
});
