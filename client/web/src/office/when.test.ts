import { describe, expect, test } from "vitest";
import {
  clock,
  countdown,
  dateField,
  day,
  daysBetween,
  dueDay,
  duration,
  isOverdue,
  moment,
  readFields,
  timeField,
} from "./when";

const at = (y: number, m: number, d: number, h = 0, min = 0, s = 0) => new Date(y, m - 1, d, h, min, s).getTime();
const now = at(2026, 11, 4, 15, 30); // a Wednesday

describe("days and times in words", () => {
  test("are Vietnamese first", () => {
    expect(moment(at(2026, 11, 12, 8, 5), now, "vi")).toBe("8 giờ 05, thứ năm, ngày 12/11/2026");
    expect(moment(at(2026, 11, 12, 8, 5), now, "en")).toBe("8:05, thursday, 12/11/2026");
    expect(clock(at(2026, 11, 12, 14), "vi")).toBe("14 giờ 00");
  });

  test.each([
    [at(2026, 11, 4, 23, 59), "Hôm nay, thứ tư, ngày 04/11/2026"],
    [at(2026, 11, 5), "Ngày mai, thứ năm, ngày 05/11/2026"],
    [at(2026, 11, 6), "Thứ sáu, ngày 06/11/2026"],
    [at(2026, 11, 3, 23, 59), "Thứ ba, ngày 03/11/2026"],
    [at(2026, 11, 8), "Chủ nhật, ngày 08/11/2026"],
  ])("name near days", (ms, words) => expect(day(ms, now, "vi")).toBe(words));

  test("count midnights, not hours", () => {
    expect(daysBetween(at(2026, 12, 31, 23, 59), at(2027, 1, 1, 0, 1))).toBe(1);
    expect(daysBetween(at(2026, 3, 1), at(2026, 2, 28))).toBe(-1);
  });
});

describe("a countdown", () => {
  test.each([
    [86_400_000 * 2 + 3600_000 * 3 + 60_000 * 59, "2 ngày 3 giờ"],
    [86_400_000, "1 ngày"],
    [3600_000 + 900_000, "1 giờ 15 phút"],
    [15 * 60_000 + 20_000, "15 phút"],
    [9 * 60_000 + 20_000, "9 phút 20 giây"],
    [9 * 60_000, "9 phút"],
    [40_000, "40 giây"],
    [1, "1 giây"],
    [0, ""],
    [-5000, ""],
  ])("of %i ms", (left, words) => expect(countdown(now + left, now, "vi")).toBe(words));

  test("is a duration, too", () => {
    expect(duration(80 * 60_000, "vi")).toBe("1 giờ 20 phút");
    expect(duration(0, "vi")).toBe("0 giây");
    expect(duration(45_000, "en")).toBe("45 s");
  });
});

describe("the fields of a form", () => {
  test("give back what they were filled with", () => {
    const ms = at(2026, 1, 9, 7, 5);
    expect([dateField(ms), timeField(ms)]).toEqual(["2026-01-09", "07:05"]);
    expect(readFields("2026-01-09", "07:05")).toBe(ms);
  });

  test("are none, or wrong", () => {
    expect([dateField(undefined), timeField(undefined), readFields("", "")]).toEqual(["", "", undefined]);
    expect(readFields("2026-01-09", "")).toBeNaN();
    expect(readFields("", "07:05")).toBeNaN();
  });
});

test("what is due is overdue the day after", () => {
  expect(isOverdue("2026-11-04", now)).toBe(false);
  expect(isOverdue("2026-11-03", now)).toBe(true);
  expect(isOverdue("", now)).toBe(false);
  expect(isOverdue("soon", now)).toBe(false);
  expect(dueDay("2026-11-04")).toBe("04/11/2026");
  expect(dueDay("<b>")).toBe("<b>");
});
