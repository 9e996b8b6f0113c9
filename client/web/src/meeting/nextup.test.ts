import { describe, expect, test } from "vitest";
import { itemOf, later, nextUp, voiceOf } from "./nextup";
import { emptyView, type Floor, type Plan, type Seat, type View } from "./view";

const site = (n: number, more: Partial<Seat> = {}): Seat => ({
  id: `s${n}`,
  name: `Xã ${n}`,
  here: true,
  role: "site",
  invited: n,
  ...more,
});

const plan: Plan = {
  invited: [1, 2, 3].map((n) => ({ n, name: `Xã ${n}` })),
  agenda: [
    { id: 10, title: "Khai mạc" },
    { id: 11, title: "Xã 1 báo cáo", by: 1, minutes: 5 },
    { id: 12, title: "Xã 2 báo cáo", by: 2 },
    { id: 13, title: "Xã 3 báo cáo", by: 3 },
  ],
};

function meeting(floor: Partial<Floor>, seats: Seat[] = [site(1), site(2), site(3)], more: Partial<View> = {}): View {
  const chair: Seat = { id: "c", name: "Chủ tọa", here: true, role: "chair" };
  return {
    ...emptyView,
    plan,
    seats: new Map([chair, ...seats].map((seat) => [seat.id, seat])),
    floor: { ...emptyView.floor, mode: "moderated", ...floor },
    ...more,
  };
}

const hand = (seat: string) => ({ seat, since: 0 });

describe("next", () => {
  test("is the first hand, then the agenda", () => {
    expect(nextUp(meeting({ queue: [hand("s3"), hand("s1")] }))).toEqual({ seat: "s3", item: 0 });
    expect(nextUp(meeting({}))).toEqual({ seat: "s1", item: 11 });
    expect(nextUp(meeting({ done: [11] }, undefined, { item: 11 }))).toEqual({ seat: "s2", item: 12 });
  });

  test("passes over hands of those who are away, wait or only listen, and of the holder", () => {
    const seats = [site(1, { here: false }), site(2, { role: "waiting" }), site(3)];
    const queue = [hand("s1"), hand("s2"), hand("s3")];
    expect(nextUp(meeting({ queue }, seats))?.seat).toBe("s3");
    expect(nextUp(meeting({ queue, holder: "s3" }, seats))).toBeUndefined();
  });

  test("comes back to those who were cut off, and to those who were not here", () => {
    const view = meeting({ later: ["s1"], done: [12, 13] }, undefined, { item: 13 });
    expect(nextUp(view)).toEqual({ seat: "s1", item: 11 });
    expect(later(view)).toEqual({ seat: "s1", item: 11 });
    expect(nextUp(meeting({ done: [12, 13] }, undefined, { item: 13 }))).toEqual({ seat: "s1", item: 11 });
  });

  test("in turn goes through the invited where nobody reports to an item, hands last", () => {
    const bare = { plan: { ...plan, agenda: [] } };
    const floor = { mode: "roll", heard: [1], queue: [hand("s1")] } as const;
    expect(nextUp(meeting(floor, undefined, bare))).toEqual({ seat: "s2", item: 0 });
    expect(nextUp(meeting({ ...floor, heard: [1, 2, 3] }, undefined, bare))?.seat).toBe("s1");
    expect(nextUp(meeting({ mode: "moderated" }, undefined, bare))).toBeUndefined();
  });
});

test("a site speaks through the first of its seats that is here", () => {
  const view = meeting({}, [site(1, { here: false }), site(1, { id: "second" }), site(1, { id: "third" })]);
  expect(voiceOf(view, 1)?.id).toBe("second");
  expect(voiceOf(view, 0)).toBeUndefined();
  expect(voiceOf(view, 9)).toBeUndefined();
});

test("a site speaks to its own item, or to what is on", () => {
  expect(itemOf(meeting({}, undefined, { item: 10 }), 2)).toBe(12);
  expect(itemOf(meeting({ done: [12] }, undefined, { item: 10 }), 2)).toBe(10);
  expect(itemOf(meeting({ done: [12] }, undefined, { item: 12 }), 2)).toBe(12);
});
