import { describe, expect, it } from "vitest";
import { type Levels, Speaking, sameSpeakers } from "./speaking";

/** Reports the same levels every 100 ms from `from` to `to`, inclusive. */
function talk(speaking: Speaking, levels: Levels, from: number, to: number): void {
  for (let now = from; now <= to; now += 100) speaking.report(levels, now);
}

describe("Speaking", () => {
  it("needs more than a cough", () => {
    const s = new Speaking();
    s.report([[1, -20]], 0);
    expect(s.speakers(50)).toEqual({ main: undefined, now: false, others: [] });
    talk(s, [[1, -20]], 100, 200);
    expect(s.speakers(200)).toEqual({ main: 1, now: true, others: [] });
  });

  it("does not add up two coughs", () => {
    const s = new Speaking();
    s.report([[1, -20]], 0);
    s.speakers(400);
    s.report([[1, -20]], 1000);
    expect(s.speakers(1000).now).toBe(false);
  });

  it("does not hear the noise of a room", () => {
    const s = new Speaking();
    talk(s, [[1, -62]], 0, 2000);
    expect(s.speakers(2000).now).toBe(false);
  });

  it("keeps a soft ending and a breath, then remembers who spoke last", () => {
    const s = new Speaking();
    talk(s, [[1, -20]], 0, 500);
    talk(s, [[1, -55]], 600, 1000);
    expect(s.speakers(2100).now).toBe(true);
    expect(s.speakers(2300)).toEqual({ main: 1, now: false, others: [] });
  });

  it("leaves the main speaker on the large line when another calls in between", () => {
    const s = new Speaking();
    talk(s, [[7, -20]], 0, 1000);
    s.speakers(1000);
    talk(
      s,
      [
        [3, -5],
        [7, -30],
      ],
      1100,
      2000,
    );
    expect(s.speakers(2000)).toEqual({ main: 7, now: true, others: [3] });
  });

  it("then gives it to the one who has spoken longest", () => {
    const s = new Speaking();
    talk(s, [[7, -20]], 0, 1000);
    talk(
      s,
      [
        [7, -20],
        [9, -20],
      ],
      1100,
      1500,
    );
    talk(
      s,
      [
        [7, -20],
        [9, -20],
        [3, -20],
      ],
      1600,
      2000,
    );
    expect(s.speakers(2000)).toEqual({ main: 7, now: true, others: [9, 3] });
    talk(
      s,
      [
        [9, -20],
        [3, -20],
      ],
      2100,
      4000,
    );
    expect(s.speakers(4000)).toEqual({ main: 9, now: true, others: [3] });
  });
});

it("compares answers", () => {
  const a = { main: 1, now: true, others: [2] };
  expect(sameSpeakers(a, { ...a, others: [2] })).toBe(true);
  expect(sameSpeakers(a, { ...a, others: [3] })).toBe(false);
  expect(sameSpeakers(a, { ...a, others: [] })).toBe(false);
  expect(sameSpeakers(a, { ...a, now: false })).toBe(false);
});
