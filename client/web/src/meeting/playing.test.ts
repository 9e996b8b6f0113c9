import { expect, test } from "vitest";
import { leftOf, mayStop } from "./playing";
import { emptyView, type Role } from "./view";

const playing = { id: "r", seat: "a", title: "Báo cáo", ms: 60_000, since: 1000 };

test.each([
  [0, 60], // a clock that is a little behind
  [1000, 60],
  [30_500, 31],
  [61_000, 0],
  [90_000, 0],
])("at %d ms %d s are left", (now, left) => expect(leftOf(playing, now)).toBe(left));

test("nothing is left of nothing", () => expect(leftOf(undefined, 5)).toBe(0));

test.each([
  ["chair", "c", true],
  ["technician", "t", true],
  ["site", "a", true],
  ["site", "b", false],
] as const)("%s %s may stop it: %s", (role: Role, id, may) => {
  const view = { ...emptyView, playing };
  expect(mayStop(view, { id, name: "", role })).toBe(may);
  expect(mayStop(emptyView, { id, name: "", role })).toBe(false);
});
