import { expect, test } from "vitest";
import { isoWeek, titleAt } from "./title";

test("a template's title is filled in for the day", () => {
  const at = new Date(2026, 0, 1, 8).getTime();
  expect(titleAt("Họp giao ban tuần {tuần}, ngày {ngày}", at)).toBe("Họp giao ban tuần 1, ngày 01/01/2026");
  expect(titleAt("Tháng {tháng} năm {năm} {khác} {", at)).toBe("Tháng 01/2026 năm 2026 {khác} {");
});

test.each([
  [2021, 1, 3, 53],
  [2024, 12, 30, 1],
  [2026, 12, 31, 53],
  [2027, 1, 4, 1],
])("%i-%i-%i is in week %i", (y, m, d, week) => expect(isoWeek(new Date(y, m - 1, d))).toBe(week));
