import { computed, signal } from "@preact/signals";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Call } from "../../meeting/call";
import { emptyView, type Seat, type View } from "../../meeting/view";
import { Desk, keys } from "./desk";

const seats: Seat[] = [
  { id: "c", name: "Chủ tọa", here: true, role: "chair" },
  { id: "a", name: "Xã A Vương", here: true, role: "site", invited: 1 },
  { id: "b", name: "Xã Đắc Pring", here: true, role: "site", invited: 2 },
  { id: "w", name: "Khách lạ", here: true, role: "waiting" },
];
const floor = {
  ...emptyView.floor,
  mode: "moderated",
  holder: "b",
  queue: [{ seat: "a", since: 0 }],
  later: ["b"],
} as const;

let desk: Desk;
let own: string;
const view = signal<View>(emptyView);
const done = vi.fn(async () => true);

beforeEach(() => {
  done.mockClear();
  own = "c";
  view.value = { ...emptyView, seats: new Map(seats.map((seat) => [seat.id, seat])), floor };
  desk = new Desk({
    view,
    seats: computed(() => view.value.seats),
    own: computed(() => view.value.seats.get(own)),
    do: done,
  } as unknown as Call);
});

describe("keys", () => {
  test.each([
    ["n", "next", { from: "b" }],
    ["c", "call", { from: "b", seat: "a" }],
    ["r", "return", { from: "b" }],
    ["t", "take", {}],
    ["k", "silence", {}],
    ["l", "lock", { locked: true }],
    ["1", "mode", { mode: "free" }],
    ["2", "mode", { mode: "moderated" }],
    ["3", "mode", { mode: "roll" }],
  ])("%s", (key, act, members) => {
    keys[key](desk);
    expect(done).toHaveBeenCalledExactlyOnceWith(act, members);
  });

  test("ask for nothing that is refused for certain", () => {
    own = "a";
    for (const act of Object.values(keys)) act(desk);
    expect(done).not.toHaveBeenCalled();
  });
});

describe("reports that were recorded", () => {
  test.each([
    ["chair", true],
    ["technician", true],
    ["site", false],
  ] as const)("are played by a %s: %s", (role, may) => {
    view.value = { ...view.value, seats: new Map([["c", { ...seats[0], role }]]) };
    desk.act("play", { report: "r" });
    desk.act("stop");
    expect(done.mock.calls).toEqual(
      may
        ? [
            ["play", { report: "r" }],
            ["stop", {}],
          ]
        : [],
    );
  });
});

describe("the selection", () => {
  const down = () => keys.arrowdown(desk);
  const up = () => keys.arrowup(desk);

  test("moves through the list that is open, and stays within it", () => {
    down();
    expect(desk.selected.value).toBe("a");
    down();
    down();
    expect(desk.selected.value).toBe("b");
    up();
    up();
    expect(desk.selected.value).toBe("a");
  });

  test("is who is called", () => {
    down();
    down();
    keys.c(desk);
    expect(done).toHaveBeenLastCalledWith("call", { from: "b", seat: "b" });
  });

  test("is of those who are found by name, with or without accents; who waits is not in the room", () => {
    desk.list.value = "seats";
    expect(desk.rows.value).toEqual(["c", "a", "b"]);
    desk.filter.value = " dac PRING";
    expect(desk.rows.value).toEqual(["b"]);
  });

  test("calls nobody who is away", () => {
    view.value = {
      ...view.value,
      seats: new Map([
        ["c", seats[0]],
        ["a", { ...seats[1], here: false }],
      ]),
    };
    keys.c(desk);
    expect(done).not.toHaveBeenCalled();
  });
});
