import { describe, expect, test } from "vitest";
import { testLine, type World } from "./line";
import { inOrder } from "./tasks";
import { momentOf, tickOf } from "./time";

const minute = 60_000;
const now = 1_800_000_000_000;

describe("where a meeting stands", () => {
  test.each([
    [{}, "no-time"],
    [{ starts: now + 31 * minute }, "before"],
    [{ starts: now + 29 * minute }, "soon"],
    [{ starts: now - minute }, "now"],
    [{ starts: now + 500 * minute, opened: 1 }, "now"],
    [{ starts: now - 13 * 60 * minute, minutes: 30 }, "over"],
    [{ starts: now, opened: 1, closed: 2 }, "over"],
  ])("%o: %s", (times, moment) => expect(momentOf(times, now)).toBe(moment));

  test("seconds are counted at the end only", () => {
    expect(tickOf(now + 5 * minute, now)).toBe(1000);
    expect(tickOf(now + 50 * minute, now)).toBe(15_000);
    expect(tickOf(now - minute, now)).toBe(15_000);
    expect(tickOf(undefined, now)).toBe(15_000);
  });
});

describe("the test of the line", () => {
  const relays = ["a", "b"].map((url) => ({ url, hashes: [] }));
  const world = (after: Record<string, number>, reach = true): World & { time: number } => {
    const w = {
      time: 0,
      now: () => w.time,
      reach: async () => reach,
      open: async ({ url }: { url: string }) => {
        if (!(url in after)) throw new Error("none");
        w.time = after[url];
      },
    };
    return w;
  };

  test("tells when the first relay answered", async () => {
    expect(await testLine(relays, world({ b: 120 }))).toEqual({ way: "direct", ms: 120, slow: false });
    expect(await testLine(relays, world({ a: 1500 }))).toEqual({ way: "direct", ms: 1500, slow: true });
  });

  test("tells what is left without UDP, and without anything", async () => {
    expect(await testLine(relays, world({}))).toEqual({ way: "backup" });
    expect(await testLine(relays, world({}, false))).toEqual({ way: "none" });
    expect(await testLine([], world({ a: 1 }))).toEqual({ way: "backup" });
  });
});

test("what is to be done comes before what is done, the most urgent first", () => {
  const task = (id: string, more: object) => ({ code: "c", title: "t", id, text: id, ...more });
  const list = [task("none", {}), task("done", { due: "2026-01-01", done: true }), task("soon", { due: "2026-02-01" })];
  expect(inOrder(list).map((t) => t.id)).toEqual(["soon", "none", "done"]);
});
