import { expect, test } from "vitest";
import { byUrgency, isDone, standing, unitsOf } from "./follow";

const now = new Date(2026, 10, 4).getTime();

test("a conclusion is done when all its units are", () => {
  const c = {
    id: "1",
    text: "x",
    units: [1, 2],
    due: "2026-11-03",
    acknowledged: [1],
    progress: { "2": ["một nửa"] as [string] },
  };
  expect(unitsOf(c)).toEqual([
    { n: 1, seen: true, text: "", done: false },
    { n: 2, seen: true, text: "một nửa", done: false },
  ]);
  expect(standing(c, now)).toBe("overdue");
  const done = { ...c, progress: { "1": ["a", true], "2": ["b", true] } as Record<string, [string, boolean]> };
  expect(isDone(done)).toBe(true);
  expect(standing(done, now)).toBe("done");
  expect(isDone({ id: "2", text: "y" })).toBe(false);
});

test("the most urgent comes first", () => {
  const list = [
    { id: "none", text: "" },
    { id: "done", text: "", units: [1], due: "2026-01-01", progress: { "1": ["", true] as [string, boolean] } },
    { id: "late", text: "", units: [1], due: "2026-12-01" },
    { id: "soon", text: "", units: [1], due: "2026-11-05" },
  ];
  expect(list.sort(byUrgency(now)).map((c) => c.id)).toEqual(["soon", "late", "none", "done"]);
});
