import { describe, expect, test } from "vitest";
import {
  agendaMinutes,
  beginnings,
  invite,
  moved,
  newPlan,
  type Plan,
  planProblem,
  uninvite,
  withItem,
  withReports,
} from "./plan";

const sites = ["a", "b", "c"].map((id) => ({
  id,
  name: `Xã ${id}`,
  unit: `u${id}`,
  room: id === "a" ? "r1" : undefined,
}));

describe("the agenda", () => {
  const agenda = [
    { id: 1, title: "Khai mạc", minutes: 5 },
    { id: 2, title: "Nghỉ" },
    { id: 7, title: "Kết luận", minutes: 10 },
  ];

  test("has a sum, and each item a beginning", () => {
    expect(agendaMinutes(agenda)).toBe(15);
    expect(beginnings(agenda)).toEqual([0, 5, 5]);
    expect(agendaMinutes()).toBe(0);
  });

  test("gives ids that were not given", () => {
    expect(withItem({ agenda }, { title: "Mới" }).agenda?.at(-1)).toEqual({ id: 8, title: "Mới" });
    expect(withItem({}, { title: "Mới" }).agenda).toEqual([{ id: 1, title: "Mới" }]);
  });

  test.each([
    [0, 2, "bca"],
    [2, 0, "cab"],
    [1, 9, "acb"],
    [1, -3, "bac"],
    [5, 0, "abc"],
    [1, 1, "abc"],
  ])("is put in order: %i to %i", (from, to, order) => expect(moved([..."abc"], from, to).join("")).toBe(order));
});

describe("invitations", () => {
  test("are numbered, each site once", () => {
    const plan = invite({}, [...sites, sites[0]]);
    expect(plan.invited?.map(({ n, site }) => `${n}${site}`)).toEqual(["1a", "2b", "3c"]);
    expect(plan.invited?.[0]).toEqual({ n: 1, site: "a", name: "Xã a", unit: "ua", room: "r1" });
    expect(invite(plan, sites)).toEqual(plan);
  });

  test("do not give a number twice", () => {
    const plan = uninvite(invite({}, sites), ["c"]);
    expect(invite(plan, [sites[2]], [1, 2, 3]).invited?.at(-1)?.n).toBe(4);
  });

  test("leave no report behind whose site is not invited", () => {
    const plan = withReports(invite({}, sites), (name) => `${name} báo cáo`, 5);
    expect(plan.agenda?.map((i) => [i.title, i.by, i.minutes])).toEqual([
      ["Xã a báo cáo", 1, 5],
      ["Xã b báo cáo", 2, 5],
      ["Xã c báo cáo", 3, 5],
    ]);
    expect(withReports(plan, () => "", 5)).toEqual(plan);
    const less = uninvite(plan, ["b"]);
    expect(less.invited?.map((i) => i.n)).toEqual([1, 3]);
    expect(less.agenda?.map((i) => i.by)).toEqual([1, 0, 3]);
  });
});

test("a plan tells what is wrong with it", () => {
  const good: Plan = newPlan({ id: "x", name: "An", role: "secretary" });
  expect(good.officers).toEqual([{ account: "x", name: "An", role: "secretary" }]);
  expect(planProblem("Họp", good)).toBeUndefined();
  expect(planProblem("  ", good)).toBe("title");
  expect(planProblem("Họp", { ...good, starts: Number.NaN })).toBe("starts");
  expect(planProblem("Họp", { ...good, minutes: 2000 })).toBe("minutes");
  expect(planProblem("Họp", { ...good, minutes: 1.5 })).toBe("minutes");
  expect(planProblem("Họp", { ...good, agenda: [{ id: 1, title: " " }] })).toBe("item");
  const chair = { account: "y", name: "B", role: "chair" } as const;
  expect(planProblem("Họp", { ...good, officers: [chair, { ...chair, account: "z" }] })).toBe("chair");
});
