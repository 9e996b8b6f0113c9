import { describe, expect, it } from "vitest";
import { countSeats, density, isElsewhere, markOf, orderSeats } from "./seats";
import type { Seat } from "./view";

const seat = (id: string, name: string, more: Partial<Seat> = {}): Seat => ({ id, name, here: true, ...more });
const ids = (seats: Seat[], you?: string) => orderSeats(seats, you).map((s) => s.id);

describe("orderSeats", () => {
  const seats = [
    seat("1", "Xã Đoọc Mạy"),
    seat("2", "Xã Dân Hòa"),
    seat("3", "Tổ 10"),
    seat("4", "Tổ 9"),
    seat("5", "Xã Ân Phú"),
    seat("6", "Xã An Phú"),
  ];

  it("sorts as Vietnamese does, numbers as numbers", () => expect(ids(seats)).toEqual(["4", "3", "6", "5", "2", "1"]));

  it("puts oneself first", () => expect(ids(seats, "1")[0]).toBe("1"));

  it("keeps places when marks change", () => {
    const changed = seats.map((s) => ({ ...s, here: s.id === "3", muted: s.id === "1" }));
    expect(ids(changed, "2")).toEqual(ids(seats, "2"));
  });

  it("is the same for equal names whatever order they came in", () => {
    const twins = [seat("b", "Xã Na"), seat("a", "Xã Na")];
    expect(ids(twins)).toEqual(["a", "b"]);
    expect(ids([...twins].reverse())).toEqual(["a", "b"]);
  });
});

it("counts who is here and who is away", () =>
  expect(countSeats([seat("1", "A"), seat("2", "B", { here: false }), seat("3", "C", { listen: true })])).toEqual({
    here: 2,
    away: 1,
  }));

it("marks by what matters most", () => {
  expect(markOf(seat("1", "A"), true)).toBe("speaking");
  expect(markOf(seat("1", "A"), false)).toBeUndefined();
  expect(markOf(seat("1", "A", { muted: true }), true)).toBe("muted");
  expect(markOf(seat("1", "A", { muted: true, listen: true }), false)).toBe("listen");
  expect(markOf(seat("1", "A", { muted: true, here: false }), true)).toBe("away");
});

it("sets many seats tighter", () =>
  expect([2, 6, 7, 30, 31, 200].map(density)).toEqual(["few", "few", "some", "some", "many", "many"]));

it("tells the seats of other buildings by the relay in their publications", () => {
  const own = seat("1", "Xã Na", { publication: (0xfff << 20) | 1 });
  expect(isElsewhere(seat("2", "Hội trường", { publication: ((0xfff << 20) | 77) >>> 0 }), own)).toBe(false);
  expect(isElsewhere(seat("3", "Tỉnh", { publication: 77 }), own)).toBe(true);
  expect(isElsewhere(seat("4", "Xã Mai", { publication: (2 << 20) | 1 }), own)).toBe(true);
});
