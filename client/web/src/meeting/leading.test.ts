import { describe, expect, test } from "vitest";
import { attendance, incidentOf, mayDo } from "./leading";
import { emptyView, type Role, type Seat, type View } from "./view";

const seat = (id: string, role: Role, more: Partial<Seat> = {}): Seat => ({ id, name: id, role, here: true, ...more });
const meeting = (seats: Seat[], more: Partial<View> = {}): View => ({
  ...emptyView,
  seats: new Map(seats.map((s) => [s.id, s])),
  ...more,
});

describe("rights", () => {
  const chair = seat("c", "chair");
  const deputy = seat("d", "deputy");
  const secretary = seat("s", "secretary");
  test.each([
    ["next", true, false, true],
    ["take", true, false, false],
    ["note", false, false, true],
    ["chair", true, true, false],
    ["dance", false, false, false],
  ])("%s", (act, ofChair, ofDeputy, ofSecretary) => {
    const view = meeting([chair, deputy, secretary]);
    expect([chair, deputy, secretary].map((own) => mayDo(view, own, act))).toEqual([ofChair, ofDeputy, ofSecretary]);
  });

  test("a deputy leads while the chair is away, others never", () => {
    const view = meeting([seat("c", "chair", { here: false }), deputy, seat("v", "site")]);
    expect(mayDo(view, deputy, "take")).toBe(true);
    expect(mayDo(view, deputy, "note")).toBe(false);
    expect(mayDo(view, view.seats.get("v"), "next")).toBe(false);
    expect(mayDo(view, undefined, "next")).toBe(false);
  });
});

test("the chair is asked what to do when the holder is cut off or speaks too long", () => {
  const plan = { invited: [], agenda: [], script: [{ when: "late", do: "warn" } as const] };
  const floor = { ...emptyView.floor, holder: "v" };
  expect(incidentOf(meeting([seat("v", "site")], { floor, plan }))).toBeUndefined();
  expect(incidentOf(meeting([seat("v", "site", { here: false })], { floor, plan }))).toBe("dropped");
  expect(incidentOf(meeting([seat("v", "site")], { floor: { ...floor, warned: [0] }, plan }))).toBe("late");
  expect(incidentOf(meeting([], {}))).toBeUndefined();
});

test("a site is here if one of its seats is", () => {
  const plan = { invited: [1, 2, 3, 4].map((n) => ({ n, name: `${n}` })), agenda: [] };
  const seats = [
    seat("a", "site", { invited: 1, here: false }),
    seat("b", "site", { invited: 1 }),
    seat("c", "site", { invited: 2, here: false }),
    seat("d", "waiting", { invited: 3 }),
  ];
  const states = attendance(meeting(seats, { plan })).map(({ seat: of, state }) => [of?.id, state]);
  expect(states).toEqual([
    ["b", "here"],
    ["c", "away"],
    [undefined, "absent"],
    [undefined, "absent"],
  ]);
});
