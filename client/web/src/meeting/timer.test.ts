import { expect, test } from "vitest";
import { clockDigits, clockOf } from "./timer";

const minute = 60_000;
const five = { holder: "a", since: minute, limit: 5 * minute };

test.each([
  [1, "running", 300],
  [3.9, "running", 126],
  [4, "soon", 120],
  [5.5, "last", 30],
  [6, "over", 0],
  [8, "over", 120],
])("a speech of five minutes that began in minute 1, in minute %d", (at, state, seconds) => {
  expect(clockOf(five, at * minute)).toEqual({ state, seconds });
});

test("a short speech does not begin with a warning", () => {
  const short = { holder: "a", since: 0, limit: 2 * minute };
  expect(clockOf(short, 0)).toEqual({ state: "running", seconds: 120 });
  expect(clockOf(short, minute)).toEqual({ state: "soon", seconds: 60 });
});

test("without a limit time counts up, and nobody has no time", () => {
  expect(clockOf({ ...five, limit: 0 }, 3 * minute)).toEqual({ state: "up", seconds: 120 });
  expect(clockOf({ ...five, holder: undefined }, 0)).toBeUndefined();
  expect(clockOf(five, 0)).toEqual({ state: "running", seconds: 300 }); // a clock that lags
});

test("digits", () => {
  expect([0, 9, 75, 600, 3725].map(clockDigits)).toEqual(["0:00", "0:09", "1:15", "10:00", "1:02:05"]);
});
