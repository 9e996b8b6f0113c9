import { expect, test } from "vitest";
import { upcoming } from "./invited";

const hour = 3_600_000;
const now = 100 * hour;
const meeting = (code: string, starts?: number, closed?: number) => ({ code, title: code, starts, closed });

test("the next meeting is first, and what is over is not shown", () => {
  const meetings = [
    meeting("tomorrow", now + 24 * hour),
    meeting("late", now - hour),
    meeting("yesterday", now - 20 * hour),
    meeting("closed", now - hour, now),
    meeting("any time"),
  ];
  expect(upcoming(meetings, now).map(({ code }) => code)).toEqual(["late", "any time", "tomorrow"]);
});
