import { expect, test } from "vitest";
import { Tally } from "./tally";

test("a share is that of the last 10 s, second by second", () => {
  const tally = new Tally();
  expect(tally.share(500)).toBe(0);
  tally.add(1_000, 900, 100);
  expect(tally.share(1_000)).toBeCloseTo(0.1);
  for (let now = 2_000; now < 12_000; now += 20) tally.add(now, 20, 0);
  expect(tally.share(11_999)).toBe(0);
  tally.add(12_000, 0, 20);
  expect(tally.share(12_000)).toBeCloseTo(20 / 9020);
  expect(tally.share(21_999)).toBeGreaterThan(0.9); // only the newest is left
  expect(tally.share(22_000)).toBe(0);
  expect(tally.share(1e9)).toBe(0);
});
